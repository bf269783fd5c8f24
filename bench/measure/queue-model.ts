// The L1 queue's fees and deadlines (docs/protocol.md, section 5) in numbers of our own, for simulations of attacks that
// take millions of entries. A test compares it with the contract.

export const entryGas = 62_000;
export const batchGas = 300_000;
/** Wei for each gas to reckon with at least. */
export const minGasPrice = 1e8;
export const freeEntries = 32;
export const entriesPerFee = 16;

/** Gas that the fee of an entry pays for, where the largest shape has `operations` slots. */
export function gasOfEntry(operations: number): number {
  return entryGas + Math.floor(batchGas / operations);
}

/** What whoever settles an entry receives, in wei: rounded up to five significant bits. */
export function feeOf(gas: number, baseFee: number): number {
  const amount = gas * Math.max(baseFee, minGasPrice);
  const unit = 2 ** (Math.floor(Math.log2(amount)) - 4);
  return Math.ceil(amount / unit) * unit;
}

/** What an entry pays on top, which is burnt, behind `waiting` others. */
export function surchargeOf(fee: number, waiting: number): number {
  return (fee * Math.max(0, waiting - freeEntries)) / entriesPerFee;
}

export type QueueTimes = {
  /** Seconds, as in RollupUserConfig. */
  readonly period: number;
  readonly spacing: number;
};

/** A queue of entries by their deadlines alone. Times are seconds since some moment. */
export class QueueModel {
  readonly #times: QueueTimes;
  /** Deadlines of the entries that wait, on the queue's clock, in order; those before `#head` are settled. */
  readonly #deadlines: number[] = [];
  #head = 0;
  #lead = 0;

  constructor(times: QueueTimes) {
    this.#times = times;
  }

  get waiting(): number {
    return this.#deadlines.length - this.#head;
  }

  /** Deadline of the head, or of the entry `place` behind it; undefined if there is none. */
  deadline(place = 0): number | undefined {
    const stored = this.#deadlines[this.#head + place];
    return stored === undefined ? undefined : stored - this.#lead;
  }

  /** Queues an entry and returns its deadline. */
  push(now: number): number {
    const { period, spacing } = this.#times;
    const last = this.waiting === 0 ? 0 : (this.#deadlines.at(-1) ?? 0);
    this.#deadlines.push(Math.max(now + this.#lead + period, last + spacing));
    return (this.#deadlines.at(-1) ?? 0) - this.#lead;
  }

  /** Settles the first entries. */
  settle(now: number, count: number): void {
    const { period, spacing } = this.#times;
    this.#head += Math.min(count, this.waiting);
    const last = this.#deadlines.at(-1) ?? 0;
    const latest = now + this.#lead + period + this.waiting * spacing;
    if (this.waiting === 0) this.#lead = 0;
    else if (count > 0) this.#lead += Math.max(0, last - latest);
  }
}
