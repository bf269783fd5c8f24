import type { SettlementRecord } from "../../sequencer/records.ts";
import type { Store } from "../../sequencer/store.ts";
import type { Table } from "../../sequencer/table.ts";
import { type Outgoing, outgoingCodec } from "./outgoing.ts";

/** A settlement with its number in the journal. */
export type Entry = { readonly id: number; readonly outgoing: Outgoing };

/** The settlements that are on their way, in the store: all that were begun and are not final. */
export class Journal {
  readonly #store: Store;
  readonly #table: Table<Outgoing>;

  constructor(store: Store) {
    this.#store = store;
    this.#table = store.table("outgoing", outgoingCodec);
  }

  /** In the order in which they were begun. */
  entries(): Entry[] {
    return this.#table.entries().map(([id, outgoing]) => ({ id, outgoing }));
  }

  get(id: number): Outgoing | undefined {
    return this.#table.get(id);
  }

  /** Where a batch was mined that has not become final yet. */
  included(batchNumber: number): SettlementRecord | undefined {
    for (const { outgoing } of this.entries()) {
      const { firstBatch, lastBatch, included } = outgoing;
      if (included === undefined || batchNumber < firstBatch || batchNumber > lastBatch) continue;
      const { gasUsed, ...where } = included;
      return { ...where, gasUsed: gasUsed[batchNumber - firstBatch] ?? 0n };
    }
    return undefined;
  }

  /**
   * Writes down a settlement before it is broadcast.
   *
   * @param isCurrent - Asked when the store is there for nobody else: whether the batches are still what the call settles.
   * @returns undefined if they are not, or if another process has begun one meanwhile
   */
  async begin(
    outgoing: Outgoing,
    after: readonly Entry[],
    isCurrent: () => boolean,
  ): Promise<Entry | undefined> {
    return await this.#store.write(() => {
      const known = this.entries();
      const last = known.at(-1)?.id ?? 0;
      if (known.length !== after.length || last !== (after.at(-1)?.id ?? 0)) return undefined;
      if (outgoing.firstBatch <= this.#store.settledBatch || !isCurrent()) return undefined;
      this.#table.put(last + 1, outgoing);
      return { id: last + 1, outgoing };
    });
  }

  /** Changes what is known of a settlement, unless it is gone. */
  async change(id: number, change: (outgoing: Outgoing) => Outgoing): Promise<void> {
    await this.#store.write(() => {
      const outgoing = this.#table.get(id);
      if (outgoing !== undefined) this.#table.put(id, change(outgoing));
    });
  }

  async remove(id: number): Promise<void> {
    await this.#store.write(() => this.#table.remove(id));
  }
}
