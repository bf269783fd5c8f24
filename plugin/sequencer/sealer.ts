import { operationKind } from "../protocol/operation.ts";
import type { RegisteredShape, SealedRecord } from "./records.ts";
import { type SealingCause, type SealingPolicy, sealingCause } from "./sealing-policy.ts";
import type { Store } from "./store.ts";
import { forgetEntries, unsealBatches } from "./unseal.ts";
import type { View } from "./view.ts";
import type { ViewKeeper } from "./view-keeper.ts";

export type SealerParts = {
  readonly store: Store;
  readonly views: ViewKeeper;
  readonly shapes: readonly RegisteredShape[];
  /** After that time what still waits is dropped. */
  readonly waitingSeconds: number;
  /** Unix time in seconds. */
  readonly now: () => number;
};

/** Batches that are sealed in one write, which has the store for itself. */
const batchesAtOnce = 16;

/** Seals, when it is asked to or when it is due, and takes apart what was sealed in vain. See Sequencer. */
export class Sealer {
  readonly #parts: SealerParts;
  readonly #largestBatch: number;
  /** Since when operations have been pending, as far as this process knows. */
  #operationsSince: number | undefined;

  constructor(parts: SealerParts) {
    this.#parts = parts;
    this.#largestBatch = Math.max(...parts.shapes.map(({ shape }) => shape.transactions));
  }

  /**
   * Seals a few batches at a time, so that others have their turn in between.
   *
   * @param transactions - Stops when fewer of them are left.
   */
  async seal(transactions = 0): Promise<readonly SealedRecord[]> {
    const { views, shapes, now } = this.#parts;
    const all: SealedRecord[] = [];
    for (;;) {
      const batches = await views.write((view) => {
        const sealed = view.seal(shapes, { transactions, batches: batchesAtOnce }, now());
        this.#dropStale(view);
        return sealed;
      });
      all.push(...batches);
      if (batches.length < batchesAtOnce) return all;
    }
  }

  async sealDue(
    policy: SealingPolicy,
    now: number,
  ): Promise<{ readonly cause: SealingCause | undefined; readonly batches: readonly SealedRecord[] }> {
    const { views } = this.#parts;
    const cause = this.#cause(policy, now);
    if (cause !== undefined) {
      const transactions = cause === "size" ? (policy.transactions ?? this.#largestBatch) : 0;
      return { cause, batches: await this.seal(transactions) };
    }
    if (views.current.pool.waitingCount > 0) await views.write((view) => this.#dropStale(view));
    return { cause, batches: [] };
  }

  async unseal(fromBatch: number, isAllowed = (): boolean => true): Promise<readonly number[]> {
    return await this.#rewrite(fromBatch, () => unsealBatches(this.#parts.store, fromBatch), isAllowed);
  }

  async forgetEntries(from: number): Promise<readonly number[]> {
    const { store } = this.#parts;
    const fromBatch = this.#batchOfEntry(from);
    return await this.#rewrite(fromBatch, () => {
      if (fromBatch <= store.progress.sealed) unsealBatches(store, fromBatch);
      forgetEntries(store, from);
    });
  }

  #cause(policy: SealingPolicy, now: number): SealingCause | undefined {
    const { store, views } = this.#parts;
    const { entries, opens, pool, progress } = views.current;
    const hasOperations = entries.length + opens.size > 0;
    this.#operationsSince = hasOperations ? (this.#operationsSince ?? now) : undefined;
    const ages = [pool.oldest, this.#operationsSince].filter((since) => since !== undefined);
    const { settledBatch, proofs } = store;
    let unproven = 0;
    for (let number = progress.sealed; number > settledBatch; number--) {
      if (proofs.get(number) === undefined) unproven++;
    }
    const pending = {
      transactions: pool.ready.size,
      oldest: ages.length === 0 ? undefined : Math.min(...ages),
      deadline: store.entries.get(progress.sealedEntries)?.deadline,
      unproven,
      largestBatch: this.#largestBatch,
    };
    return sealingCause(policy, pending, now);
  }

  #dropStale(view: View): void {
    view.dropStale(this.#parts.waitingSeconds, this.#parts.now());
  }

  /** The sealed batch that has an entry of the L1 queue; the one that is sealed next if none has. */
  #batchOfEntry(entry: number): number {
    const { store } = this.#parts;
    const { sealed, sealedEntries } = store.progress;
    let first = sealedEntries;
    let number = sealed + 1;
    while (first > entry && number > 1) {
      number--;
      const { operations } = store.batch(number).sealed;
      first -= operations.filter(({ kind }) => kind !== operationKind.open).length;
    }
    return number;
  }

  /** Changes the store in a way that leaves the view nothing to go on from. Returns the batches that are gone. */
  async #rewrite(
    fromBatch: number,
    change: () => void,
    isAllowed = (): boolean => true,
  ): Promise<readonly number[]> {
    const { store, views } = this.#parts;
    return await views.write(() => {
      if (!isAllowed()) return [];
      const { sealed } = store.progress;
      change();
      const numbers = Array.from({ length: Math.max(0, sealed - fromBatch + 1) }, (_, i) => fromBatch + i);
      views.renew().takeUnsealed(numbers);
      return numbers;
    });
  }
}
