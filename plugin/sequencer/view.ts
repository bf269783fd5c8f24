import type { Account, Holder } from "../protocol/account.ts";
import { type Deposit, type Exit, type Open, type Operation, operationKind } from "../protocol/operation.ts";
import { type QueueEntry, queueEntryHash } from "../protocol/queue.ts";
import type { SealedBatch } from "../protocol/sealed-batch.ts";
import type { State } from "../protocol/state.ts";
import { type SignedTransaction, transactionId } from "../protocol/transaction.ts";
import type { TreePath } from "../protocol/tree.ts";
import { accountsOf } from "./accounts-of.ts";
import { ChangeLog } from "./change-log.ts";
import { Directory } from "./directory.ts";
import { Draft } from "./draft.ts";
import { SequencerError } from "./errors.ts";
import { applyOperation, applyTransaction, refusalOf } from "./execute.ts";
import { Mempool, type Pooled } from "./mempool.ts";
import type { Progress, RegisteredShape, SealedRecord } from "./records.ts";
import { type Refusal, refuse } from "./refusal.ts";
import { type Pending, type SealingExtent, sealPending } from "./seal.ts";
import type { Store } from "./store.ts";

/** So few pending transactions are executed again after sealing, which also forgets what is sealed. */
const smallRest = 4_096;

/**
 * The sequencer's picture of the store at one revision, and the changes that it can make. A change writes to the store
 * and to the picture alike, inside a write of the store; the picture of a change that failed is not to be used again.
 *
 * What is pending is executed ahead of time on a draft: the operations first, as in a batch, then the transactions in
 * order of arrival, but for those that wait for a lower nonce. Sealing gives every transaction at least the balance that it has there, so that what the draft has
 * admitted is dropped only if it expires or if a forced exit, which cannot wait, takes the money first.
 */
export class View implements Pending {
  readonly entries: (Deposit | Exit)[] = [];
  readonly opens = new Map<number, Open>();
  readonly pool = new Mempool();
  readonly directory = new Directory();
  /** Who takes the fees in an asset: the account's index, by asset. */
  readonly feeAccounts: Map<number, number>;
  readonly #store: Store;
  /** The state after the last sealed batch. */
  readonly #sealed: State;
  #progress: Progress;
  #draft: Draft;
  #lastAsset = 1;
  #changes = new ChangeLog();
  /** Whether the draft has executed everything that is pending. */
  #isExact = true;

  constructor(store: Store, domain: bigint) {
    this.#store = store;
    this.#progress = store.progress;
    this.#sealed = store.stateAfter(this.#progress.sealed);
    for (const [index, account] of this.#sealed.accounts()) this.#enter(index, account);
    for (const [, { operation }] of store.entries.entries(this.#progress.sealedEntries)) {
      this.entries.push(operation);
      if (operation.kind === operationKind.deposit) this.#enter(operation.index, operation);
    }
    for (const [arrival, open] of store.opens.entries()) {
      this.opens.set(arrival, open);
      this.#enter(open.index, open);
    }
    for (const [arrival, { transaction, admittedAt, waits }] of store.transactions.entries()) {
      const id = transactionId(domain, transaction);
      this.pool.add({ arrival, id, transaction, admittedAt, waits });
    }
    this.feeAccounts = new Map(store.feeAccounts.entries());
    this.#draft = new Draft(this.#sealed);
    this.#redraft();
  }

  get transactions(): ReadonlyMap<number, SignedTransaction> {
    return this.pool.ready;
  }

  get progress(): Progress {
    return this.#progress;
  }

  /** The number of the batch that is sealed next. */
  get nextBatch(): number {
    return this.#progress.sealed + 1;
  }

  get capacity(): number {
    return this.#sealed.capacity;
  }

  /** The accounts after all that is pending. */
  get draft(): Pick<Draft, "account" | "identity"> {
    return this.#draft;
  }

  /** Computes the identities of accounts that will be asked for, which takes less time for many at once. */
  identify(indices: Iterable<number>): void {
    this.#sealed.identify(indices);
  }

  /** An account as it is sealed, and its place in the tree. */
  sealedPath(index: number): { root: bigint; account: Account; path: TreePath } {
    const { root } = this.#sealed;
    return { root, account: this.#sealed.account(index), path: this.#sealed.path(index) };
  }

  /** The highest asset that L1 has accepted in a deposit. The contract numbers assets without gaps; ETH is 1. */
  get lastAsset(): number {
    return this.#lastAsset;
  }

  /**
   * Takes an entry of the L1 queue, the next one or one that is known.
   *
   * @throws SequencerError `QUEUE_GAP`, `QUEUE_CHANGED`, `TREE_FULL`
   */
  addEntry(entry: QueueEntry): void {
    const { observed } = this.#progress;
    if (entry.entry > observed) {
      throw new SequencerError("QUEUE_GAP", "Entries of the L1 queue are missing.", {
        expected: observed,
        given: entry.entry,
      });
    }
    if (entry.entry < observed) {
      this.#assertSameEntry(entry);
      return;
    }
    const operation = this.#operationOf(entry);
    this.#store.entries.put(entry.entry, { operation, deadline: entry.deadline });
    this.#changed({ observed: observed + 1 });
    this.entries.push(operation);
    const isReady = this.pool.ready.size === 0 || this.#isHarmless(operation);
    if (operation.kind === operationKind.deposit) {
      this.#supersedeOpen(operation);
      this.#enter(operation.index, operation);
    }
    if (isReady) applyOperation(this.#draft, operation);
    else this.rework();
    this.#changes.accounts([operation.index]);
  }

  /** Creates an account for a holder who has none. The caller has made sure that there is room. */
  addOpen(holder: Holder): Open {
    const open = this.nextOpen(holder);
    this.#store.opens.put(this.#arrive(), open);
    this.opens.set(this.#progress.arrivals - 1, open);
    this.#enter(open.index, holder);
    applyOperation(this.#draft, open);
    this.#changes.accounts([open.index]);
    return open;
  }

  /** What addOpen would do. */
  nextOpen({ ax, ay, owner, asset }: Holder): Open {
    return { kind: operationKind.open, index: this.directory.lowestFree, asset, owner, ax, ay };
  }

  /** Takes a transaction that the draft admits. */
  addTransaction(id: string, transaction: SignedTransaction, admittedAt: number): void {
    this.#pool({ arrival: this.#arrive(), id, transaction, admittedAt, waits: false });
    applyTransaction(this.#draft, transaction);
    this.#changes.accounts(accountsOf(transaction));
  }

  /** Takes a transaction that the draft will admit, perhaps, once those with lower nonces are there. */
  addWaiting(id: string, transaction: SignedTransaction, admittedAt: number): void {
    this.#pool({ arrival: this.#arrive(), id, transaction, admittedAt, waits: true });
  }

  /** Has one that has waited executed as if it had come now. The draft admits it. */
  promote({ arrival, id, transaction, admittedAt }: Pooled): void {
    this.#store.transactions.remove(arrival);
    this.pool.remove(arrival);
    this.addTransaction(id, transaction, admittedAt);
  }

  /** Puts a transaction into the place of the one with its nonce, which is dropped. To be followed by `rework`. */
  replace(old: Pooled, id: string, transaction: SignedTransaction, admittedAt: number): void {
    const by = { ...old, id, transaction, admittedAt };
    this.pool.replace(old, by);
    const { arrival, waits } = by;
    this.#store.transactions.put(arrival, { transaction, admittedAt, waits });
    this.#store.arrivals.put(id, arrival);
    const number = this.#arrive();
    const refusal = refuse(
      "REPLACED",
      "Another transaction with its nonce and a higher fee took its place.",
      {
        fee: old.transaction.fee,
        "fee of the other": transaction.fee,
        "id of the other": id,
      },
    );
    this.#store.arrivals.put(old.id, number);
    this.#store.dropped.put(number, {
      id: old.id,
      transaction: old.transaction,
      batchNumber: this.nextBatch,
      refusal,
    });
    for (const changed of [old, by]) this.#noteTransaction(changed);
  }

  /** Drops a transaction. If it was ready: to be followed by `rework`. */
  drop(pooled: Pooled, refusal: Refusal, batchNumber = this.nextBatch): void {
    const { arrival, id, transaction } = pooled;
    this.#store.dropped.put(arrival, { id, transaction, batchNumber, refusal });
    this.#store.transactions.remove(arrival);
    this.pool.remove(arrival);
    this.#changed({});
    this.#noteTransaction(pooled);
  }

  /** Has an account take the fees in its asset from now on. */
  setFeeAccount(asset: number, index: number): void {
    if (this.feeAccounts.get(asset) === index) return;
    this.#store.feeAccounts.put(asset, index);
    this.feeAccounts.set(asset, index);
    this.#changed({});
  }

  /**
   * Executes all that is pending again. What is not possible any more in its place, but would be as the last, becomes the
   * last; what only misses one with a lower nonce waits for it; the rest is dropped.
   */
  rework(): void {
    for (const pooled of this.#redraft()) {
      const refusal = refusalOf(this.#draft, pooled.transaction, this.nextBatch, this.feeAccounts);
      if (refusal === undefined) this.promote(pooled);
      else if (refusal.code === "WRONG_NONCE" && this.#isAhead(pooled)) this.#demote(pooled);
      else this.drop(pooled, refusal);
    }
  }

  /** Drops those that have waited in vain: for too long, beyond their last batch, or with a nonce that is used. */
  dropStale(waitingSeconds: number, now: number): void {
    for (const pooled of [...this.pool.waiting()]) {
      const { from, nonce, expiry } = pooled.transaction;
      const next = this.#draft.account(from).nonce;
      if (nonce < next) {
        const facts = { account: from, expected: next, given: nonce };
        this.drop(pooled, refuse("WRONG_NONCE", "The nonce has been used by another transaction.", facts));
      } else if (expiry < this.nextBatch) {
        const facts = { "next batch": this.nextBatch, expiry, "nonce missing": next };
        this.drop(pooled, refuse("EXPIRED", "The transaction has expired while it waited.", facts));
      } else if (now - pooled.admittedAt >= waitingSeconds) {
        const facts = {
          account: from,
          "nonce missing": next,
          given: nonce,
          "seconds at most": waitingSeconds,
        };
        this.drop(pooled, refuse("WAITED_TOO_LONG", "The nonces before it have not come.", facts));
      }
    }
  }

  /**
   * Seals what is pending.
   *
   * @param now - Unix time in seconds.
   */
  seal(shapes: readonly RegisteredShape[], extent: SealingExtent, now: number): readonly SealedRecord[] {
    const sealing = sealPending(this.#sealed, this, shapes, this.nextBatch, this.feeAccounts, extent);
    const { batches, dropped } = sealing;
    for (const [position, record] of batches.entries()) {
      const { opens, transactions } = sealing.sources[position] ?? { opens: [], transactions: [] };
      const { batchNumber } = record.sealed;
      this.#store.batches.put(batchNumber, record);
      this.#store.sources.put(batchNumber, { sealedAt: now, opens, transactions });
      for (const arrival of opens) {
        this.opens.delete(arrival);
        this.#store.opens.remove(arrival);
      }
      for (const [position, arrival] of transactions.entries()) this.#place(arrival, batchNumber, position);
      this.#changes.batch(batchNumber, "sealed");
      this.#changes.accounts(record.rows.map(({ index }) => index));
    }
    const { sealed, sealedEntries } = this.#progress;
    this.entries.splice(0, sealing.entries);
    if (batches.length > 0) {
      this.#changed({ sealed: sealed + batches.length, sealedEntries: sealedEntries + sealing.entries });
    }
    for (const { arrival, batchNumber, refusal } of dropped) {
      const pooled = this.pool.at(arrival);
      if (pooled === undefined) continue;
      const { from, nonce } = pooled.transaction;
      const waits = refusal.code === "WRONG_NONCE" && nonce > this.#sealed.account(from).nonce;
      if (!waits) this.drop(pooled, refusal, batchNumber);
    }
    const isDone = dropped.length === 0 && this.#isExact;
    if (!isDone || this.pool.ready.size <= smallRest) this.rework();
    else for (const { sealed } of batches) this.#creditFees(sealed);
    return batches;
  }

  /** Notes that batches have been taken apart: what was in them has become pending. */
  noteUnsealed(numbers: readonly number[]): void {
    for (const batchNumber of numbers) this.#changes.batch(batchNumber, "unsealed");
    if (numbers.length === 0) return;
    for (const arrival of this.pool.ready.keys()) {
      const pooled = this.pool.at(arrival);
      if (pooled !== undefined) this.#noteTransaction(pooled);
    }
  }

  /** What has been done since the last time that somebody asked. */
  takeChanges(): ChangeLog {
    const changes = this.#changes;
    this.#changes = new ChangeLog();
    return changes;
  }

  /** A deposit goes to the account with exactly its identity, else to the lowest index that nobody has. */
  #operationOf(entry: QueueEntry): Deposit | Exit {
    if (entry.kind === operationKind.exit) {
      return { kind: operationKind.exit, index: entry.index, owner: entry.owner };
    }
    const { asset, owner, amount, ax, ay } = entry;
    const known = this.directory.find({ ax, ay, owner, asset });
    const index = known ?? this.directory.lowestFree;
    if (index >= this.capacity) {
      throw new SequencerError("TREE_FULL", "There is no index left for the account of a deposit.", {
        entry: entry.entry,
        capacity: this.capacity,
      });
    }
    const creates = known === undefined || this.#openOf(index) !== undefined;
    return { kind: operationKind.deposit, index, creates, asset, owner, amount, ax, ay };
  }

  /** A deposit whose account is about to be opened opens it itself: entries of the queue come before opens. */
  #supersedeOpen({ index }: Deposit): void {
    const arrival = this.#openOf(index);
    if (arrival === undefined) return;
    this.opens.delete(arrival);
    this.#store.opens.remove(arrival);
  }

  /** The arrival of the pending open at an index. */
  #openOf(index: number): number | undefined {
    for (const [arrival, open] of this.opens) if (open.index === index) return arrival;
    return undefined;
  }

  /** Whether an operation does the same after the pending transactions as before them, where it belongs. */
  #isHarmless(operation: Deposit | Exit): boolean {
    if (operation.kind === operationKind.exit) return false;
    return !operation.creates || this.#openOf(operation.index) === undefined;
  }

  /**
   * Executes all that is pending again, but for what is not possible any more.
   *
   * @returns what is not possible, but for fees that a fee account spends before they are sealed
   */
  #redraft(): Pooled[] {
    const draft = new Draft(this.#sealed);
    const operations: Operation[] = [...this.entries, ...this.opens.values()];
    for (const operation of operations) applyOperation(draft, operation);
    const impossible: Pooled[] = [];
    const takers = new Set(this.feeAccounts.values());
    this.#isExact = true;
    for (const [arrival, transaction] of this.pool.ready) {
      const refusal = refusalOf(draft, transaction, this.nextBatch, this.feeAccounts);
      const pooled = this.pool.at(arrival);
      if (refusal === undefined) {
        applyTransaction(draft, transaction);
        continue;
      }
      this.#isExact = false;
      // Batches that were unsealed had paid it fees, which it has when they are sealed again.
      const awaitsFees = refusal.code === "OVERDRAFT" && takers.has(transaction.from);
      if (pooled !== undefined && !awaitsFees) impossible.push(pooled);
    }
    this.#draft = draft;
    return impossible;
  }

  /** Whether its nonce is above the next one. */
  #isAhead({ transaction: { from, nonce } }: Pooled): boolean {
    return nonce > this.#draft.account(from).nonce;
  }

  /** Has one that was ready wait. */
  #demote(pooled: Pooled): void {
    const { arrival, transaction, admittedAt } = pooled;
    this.pool.add({ ...pooled, waits: true });
    this.#store.transactions.put(arrival, { transaction, admittedAt, waits: true });
    this.#changed({});
    this.#noteTransaction(pooled);
  }

  #pool(pooled: Pooled): void {
    const { arrival, id, transaction, admittedAt, waits } = pooled;
    this.#store.transactions.put(arrival, { transaction, admittedAt, waits });
    this.#store.arrivals.put(id, arrival);
    this.pool.add(pooled);
    this.#changes.transaction(id);
  }

  /** Notes that a transaction is sealed. */
  #place(arrival: number, batchNumber: number, position: number): void {
    const pooled = this.pool.at(arrival);
    if (pooled === undefined) throw new Error("A transaction was sealed that was not pending.");
    this.#store.transactions.remove(arrival);
    this.#store.places.put(arrival, { batchNumber, position, admittedAt: pooled.admittedAt });
    this.pool.remove(arrival);
    this.#changes.transaction(pooled.id);
  }

  /**
   * Has the draft know the fees that a batch has paid. Nothing else has changed there: what is sealed comes to the same
   * as what was executed ahead of time.
   */
  #creditFees({ transactions, feeAccounts }: SealedBatch): void {
    const totals = new Map<number, bigint>();
    for (const { from, fee } of transactions) {
      const { asset } = this.#sealed.account(from);
      totals.set(asset, (totals.get(asset) ?? 0n) + fee);
    }
    for (const index of feeAccounts) {
      // What the draft has not changed it reads from the sealed state.
      const account = this.#draft.changes().get(index);
      if (account === undefined) continue;
      const total = totals.get(account.asset) ?? 0n;
      this.#draft.set(index, { ...account, balance: account.balance + total });
    }
  }

  #noteTransaction({ id, transaction }: Pooled): void {
    this.#changes.transaction(id);
    this.#changes.accounts(accountsOf(transaction));
  }

  #assertSameEntry(entry: QueueEntry): void {
    const known = this.#store.entries.get(entry.entry)?.operation;
    const given = queueEntryHash(
      entry.kind === operationKind.exit ? entry : { ...entry, index: 0, creates: false },
    );
    if (known !== undefined && queueEntryHash(known) === given) return;
    throw new SequencerError(
      "QUEUE_CHANGED",
      "An entry of the L1 queue is not what it was: L1 has gone back.",
      {
        entry: entry.entry,
        expected: known === undefined ? "missing" : queueEntryHash(known),
        given,
        "to do":
          "wait for more confirmations before entries are observed; move this store away and rebuild it",
      },
    );
  }

  #enter(index: number, holder: Holder): void {
    this.directory.add(index, holder);
    this.#lastAsset = Math.max(this.#lastAsset, holder.asset);
  }

  /** Numbers what has arrived. */
  #arrive(): number {
    const { arrivals } = this.#progress;
    this.#changed({ arrivals: arrivals + 1 });
    return arrivals;
  }

  #changed(changes: Partial<Progress>): void {
    this.#progress = { ...this.#progress, ...changes, revision: this.#progress.revision + 1 };
    this.#store.putProgress(this.#progress);
  }
}
