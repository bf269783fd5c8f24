import type { SignedTransaction } from "../protocol/transaction.ts";

/** An admitted transaction that is not sealed yet. */
export type Pooled = {
  /** Its number in the order of execution. */
  readonly arrival: number;
  /** See transactionId. */
  readonly id: string;
  readonly transaction: SignedTransaction;
  /** Unix time in seconds; of a replacement, that of the first in its place. */
  readonly admittedAt: number;
  /** Whether it waits for one with a lower nonce, and is not executed ahead of time. */
  readonly waits: boolean;
};

/** What has been admitted and is not sealed, in memory: by arrival, and by account and nonce. No rules, no store. */
export class Mempool {
  /** Those that do not wait, by arrival, in that order. */
  readonly ready = new Map<number, SignedTransaction>();
  readonly #pooled = new Map<number, Pooled>();
  readonly #bySender = new Map<number, Map<number, Pooled>>();
  /** How many wait, by sender. */
  readonly #waiting = new Map<number, number>();
  #waitingCount = 0;

  /** Takes a transaction, in the place of one with the same arrival if there is one. */
  add(pooled: Pooled): void {
    this.remove(pooled.arrival);
    const { arrival, transaction, waits } = pooled;
    const { from, nonce } = transaction;
    this.#pooled.set(arrival, pooled);
    let sent = this.#bySender.get(from);
    if (sent === undefined) {
      sent = new Map();
      this.#bySender.set(from, sent);
    }
    sent.set(nonce, pooled);
    if (waits) this.#countWaiting(from, 1);
    else this.ready.set(arrival, transaction);
  }

  /** Takes another transaction with the same nonce into the place of one. */
  replace(old: Pooled, by: Pooled): void {
    // Setting a key that a map has keeps its place in the map's order.
    this.#pooled.set(old.arrival, by);
    if (!by.waits) this.ready.set(old.arrival, by.transaction);
    this.#bySender.get(by.transaction.from)?.set(by.transaction.nonce, by);
  }

  remove(arrival: number): void {
    const pooled = this.#pooled.get(arrival);
    if (pooled === undefined) return;
    const { from, nonce } = pooled.transaction;
    this.#pooled.delete(arrival);
    const sent = this.#bySender.get(from);
    sent?.delete(nonce);
    if (sent?.size === 0) this.#bySender.delete(from);
    if (pooled.waits) this.#countWaiting(from, -1);
    else this.ready.delete(arrival);
  }

  at(arrival: number): Pooled | undefined {
    return this.#pooled.get(arrival);
  }

  /** The transaction of an account with a nonce, waiting or not. */
  find(from: number, nonce: number): Pooled | undefined {
    return this.#bySender.get(from)?.get(nonce);
  }

  /** How many of an account's transactions are there, waiting or not. */
  countOf(from: number): number {
    return this.#bySender.get(from)?.size ?? 0;
  }

  waitingOf(from: number): number {
    return this.#waiting.get(from) ?? 0;
  }

  get waitingCount(): number {
    return this.#waitingCount;
  }

  /** Those that wait, in no particular order. */
  *waiting(): Generator<Pooled> {
    for (const from of this.#waiting.keys()) {
      for (const pooled of this.#bySender.get(from)?.values() ?? []) if (pooled.waits) yield pooled;
    }
  }

  /** Of each sender the last transaction that is ready: those that can go without a later one missing them. */
  lastOfEachSender(): Pooled[] {
    const last = new Map<number, Pooled>();
    for (const arrival of this.ready.keys()) {
      const pooled = this.#pooled.get(arrival);
      const { from, nonce } = pooled?.transaction ?? { from: -1, nonce: -1 };
      if (pooled !== undefined && nonce >= (last.get(from)?.transaction.nonce ?? 0)) last.set(from, pooled);
    }
    return [...last.values()];
  }

  /** When the first of those that are ready was admitted. */
  get oldest(): number | undefined {
    const [first] = this.ready.keys();
    return first === undefined ? undefined : this.#pooled.get(first)?.admittedAt;
  }

  #countWaiting(from: number, change: 1 | -1): void {
    this.#waitingCount += change;
    const count = this.waitingOf(from) + change;
    if (count === 0) this.#waiting.delete(from);
    else this.#waiting.set(from, count);
  }
}
