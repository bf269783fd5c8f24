import { accountsOf } from "./accounts-of.ts";
import type { ChangeLog } from "./change-log.ts";
import { DroppedTransactions } from "./dropped-transactions.ts";
import { Mempool, type Pooled } from "./mempool.ts";
import type { ProgressKeeper } from "./progress-keeper.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { Store } from "./store.ts";

/** What is noted of a transaction when it is admitted. */
export type Admitted = Pick<Pooled, "id" | "transaction" | "admittedAt">;

/**
 * What is pending of transactions, in memory and in the store alike. To be changed inside a write only. No rules: it
 * does what it is told.
 */
export class PendingPool extends Mempool {
  readonly #store: Store;
  readonly #progress: ProgressKeeper;
  readonly #changes: () => ChangeLog;
  readonly #dropped: DroppedTransactions;

  /** @param changes - Where to note what is done. */
  constructor(store: Store, progress: ProgressKeeper, changes: () => ChangeLog) {
    super();
    this.#store = store;
    this.#dropped = new DroppedTransactions(store);
    this.#progress = progress;
    this.#changes = changes;
    for (const [arrival, pooled] of store.transactions.entries()) this.add({ arrival, ...pooled });
  }

  /** How many transactions were dropped, see DroppedTransactions. */
  get droppedCount(): number {
    return this.#dropped.count;
  }

  /** Takes a new transaction. */
  admit({ id, transaction, admittedAt }: Admitted, waits: boolean): void {
    this.#put({ arrival: this.#progress.arrive(), id, transaction, admittedAt, waits });
  }

  /** Takes one that another process has admitted. */
  take(arrival: number): Pooled | undefined {
    const record = this.#store.transactions.get(arrival);
    if (record === undefined) return undefined;
    const pooled = { arrival, ...record };
    this.add(pooled);
    return pooled;
  }

  /** Has one be ready as if it had come now. */
  promote(pooled: Pooled): void {
    this.#store.transactions.remove(pooled.arrival);
    this.remove(pooled.arrival);
    this.#progress.change();
    this.admit(pooled, false);
  }

  /** Has one that was ready wait. */
  demote(pooled: Pooled): void {
    this.#put({ ...pooled, waits: true });
    this.#progress.change();
    this.#changes().accounts(accountsOf(pooled.transaction));
  }

  /**
   * Puts a new transaction into the place of the one with its nonce, which is dropped. The place is as old as it was:
   * otherwise whoever has the first one could put off sealing, and what waits for ever, by replacing it.
   */
  substitute(old: Pooled, { id, transaction }: Admitted): void {
    const by = { ...old, id, transaction };
    this.#progress.change();
    this.replace(old, by);
    const { arrival, waits, admittedAt } = by;
    this.#store.transactions.put(arrival, { id, transaction, admittedAt, waits });
    this.#store.arrivals.put(id, arrival);
    const refusal = refuse(
      "REPLACED",
      "Another transaction with its nonce and a higher fee took its place.",
      {
        fee: old.transaction.fee,
        "fee of the other": transaction.fee,
        "id of the other": id,
      },
    );
    const number = this.#progress.arrive();
    this.#store.arrivals.put(old.id, number);
    this.#bury(number, old, refusal, this.#progress.nextBatch);
    this.#changes().pooled(by);
    this.#changes().accounts(accountsOf(transaction));
  }

  drop(pooled: Pooled, refusal: Refusal, batchNumber = this.#progress.nextBatch): void {
    this.#store.transactions.remove(pooled.arrival);
    this.remove(pooled.arrival);
    this.#progress.change();
    this.#bury(pooled.arrival, pooled, refusal, batchNumber);
  }

  /** Notes that one is sealed. */
  seal(arrival: number, batchNumber: number, position: number): void {
    const pooled = this.at(arrival);
    if (pooled === undefined) throw new Error("A transaction was sealed that was not pending.");
    const { id, transaction, admittedAt } = pooled;
    this.#store.transactions.remove(arrival);
    this.#store.places.put(arrival, { batchNumber, position, admittedAt, id });
    this.remove(arrival);
    this.#changes().transaction({ id, transaction, status: "sealed", admittedAt, batchNumber, position });
  }

  #put(pooled: Pooled): void {
    const { arrival, id, transaction, admittedAt, waits } = pooled;
    this.#store.transactions.put(arrival, { id, transaction, admittedAt, waits });
    this.#store.arrivals.put(id, arrival);
    this.add(pooled);
    this.#changes().pooled(pooled);
  }

  #bury(arrival: number, { id, transaction }: Pooled, refusal: Refusal, batchNumber: number): void {
    this.#dropped.put(arrival, { id, transaction, batchNumber, refusal });
    this.#changes().transaction({ id, transaction, status: "dropped", batchNumber, reason: refusal });
    this.#changes().accounts(accountsOf(transaction));
  }
}

/** Why those have waited in vain that have: for too long, beyond their last batch, or with a nonce that is used. */
export function staleness(
  { transaction: { from, nonce, expiry }, admittedAt }: Pooled,
  next: { readonly nonce: number; readonly batch: number },
  waitingSeconds: number,
  now: number,
): Refusal | undefined {
  if (nonce < next.nonce) {
    const facts = { account: from, expected: next.nonce, given: nonce };
    return refuse("WRONG_NONCE", "The nonce has been used by another transaction.", facts);
  }
  if (expiry < next.batch) {
    const facts = { "next batch": next.batch, expiry, "nonce missing": next.nonce };
    return refuse("EXPIRED", "The transaction has expired while it waited.", facts);
  }
  if (now - admittedAt < waitingSeconds) return undefined;
  const facts = {
    account: from,
    "nonce missing": next.nonce,
    given: nonce,
    "seconds at most": waitingSeconds,
  };
  return refuse("WAITED_TOO_LONG", "The nonces before it have not come.", facts);
}
