import type { Store } from "../../sequencer/store.ts";
import type { Block, L1Chain } from "../chain/l1-chain.ts";
import type { L1Rollup } from "../l1.ts";
import { findInclusion } from "./inclusion.ts";
import type { Entry, Journal } from "./journal.ts";
import { batchNumbersOf, type Outgoing } from "./outgoing.ts";

export type WatchParts = {
  readonly l1: L1Rollup;
  readonly store: Store;
  readonly chain: L1Chain;
  readonly journal: Journal;
};

/** What has become of the settlements in the journal. */
export type Found = {
  /** Batches that are mined since the last look. */
  readonly included: readonly number[];
  /** Batches that were mined, and are not any more. */
  readonly orphaned: readonly number[];
  /** Batches whose nonce was used for something else, or whose transaction failed, for good. */
  readonly lost: readonly number[];
  /** Settlements whose nonce is not used, or not for good. */
  readonly waiting: readonly Entry[];
};

/** Finds out what has become of settlements, by what the contract says as of one block, and keeps the journal. */
export class SettlementWatch {
  readonly #l1: L1Rollup;
  readonly #store: Store;
  readonly #chain: L1Chain;
  readonly #journal: Journal;

  constructor({ l1, store, chain, journal }: WatchParts) {
    this.#l1 = l1;
    this.#store = store;
    this.#chain = chain;
    this.#journal = journal;
  }

  /**
   * What has become of everything in the journal.
   *
   * @param settled - The number of batches settled as of `head`.
   */
  async lookAt(head: Block, settled: number): Promise<Found> {
    const included: number[] = [];
    const orphaned: number[] = [];
    const lost: number[] = [];
    const waiting: Entry[] = [];
    for (const entry of this.#journal.entries()) {
      const { id, outgoing } = entry;
      const numbers = batchNumbersOf(outgoing);
      const isSettled = settled >= outgoing.lastBatch;
      if (isSettled && (await this.#recordInclusion(entry, head))) included.push(...numbers);
      const isUsed = (await this.#chain.transactionCount(outgoing.from, head)) > outgoing.nonce;
      if (isSettled && !isUsed) {
        const isOvertaken = true;
        await this.#journal.change(id, (known) => ({ ...known, isOvertaken }));
        waiting.push({ id, outgoing: { ...outgoing, isOvertaken } });
      } else if (isSettled) {
        if (this.#store.settledBatch >= outgoing.lastBatch) await this.#journal.remove(id);
      } else if (isUsed && (await this.#isLost(outgoing, head))) {
        await this.#journal.remove(id);
        lost.push(...numbers);
      } else {
        if (outgoing.included !== undefined) {
          orphaned.push(...numbers);
          await this.#journal.change(id, orphanedNow);
        }
        waiting.push({ id, outgoing: this.#journal.get(id) ?? outgoing });
      }
    }
    return { included, orphaned, lost, waiting };
  }

  /** Writes down where a settlement was mined. Returns whether that is new. */
  async #recordInclusion({ id, outgoing }: Entry, head: Block): Promise<boolean> {
    const { included, lastBatch } = outgoing;
    if (this.#store.settledBatch >= lastBatch) return false;
    if (included !== undefined) {
      const block = await this.#chain.block(included.blockNumber);
      if (block?.hash.toLowerCase() === included.blockHash.toLowerCase()) return false;
    }
    const inclusion = await findInclusion(this.#l1, this.#store, outgoing, head);
    if (inclusion === undefined) return false;
    await this.#journal.change(id, (known) => ({ ...known, included: inclusion }));
    return true;
  }

  /** Whether a nonce was used, in a final block, by something that did not settle the batches. */
  async #isLost({ from, nonce, lastBatch }: Outgoing, head: Block): Promise<boolean> {
    const number = Math.max(this.#l1.deployment.blockNumber, head.number - this.#l1.confirmations);
    const final = number === head.number ? head : await this.#chain.block(number);
    if (final === undefined) return false;
    const used = await this.#chain.transactionCount(from, final);
    return used > nonce && (await this.#l1.batchCount(final)) < lastBatch;
  }
}

/** Not mined any more, and due to be broadcast: after a reorganisation nothing is gained by waiting. */
function orphanedNow(outgoing: Outgoing): Outgoing {
  const versions = outgoing.versions.map((version) => ({ ...version, sentAt: 0 }));
  return { ...outgoing, versions, included: undefined };
}
