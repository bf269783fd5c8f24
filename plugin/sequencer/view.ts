import type { Account, Holder } from "../protocol/account.ts";
import { type Deposit, type Exit, type Open, type Operation, operationKind } from "../protocol/operation.ts";
import type { QueueEntry } from "../protocol/queue.ts";
import type { State } from "../protocol/state.ts";
import type { SignedTransaction } from "../protocol/transaction.ts";
import type { TreePath } from "../protocol/tree.ts";
import { accountsOf } from "./accounts-of.ts";
import { ChangeLog } from "./change-log.ts";
import { Directory } from "./directory.ts";
import type { Draft } from "./draft.ts";
import { SequencerError } from "./errors.ts";
import { applyOperation, applyTransaction, refusalOf } from "./execute.ts";
import type { Pooled } from "./mempool.ts";
import { type Admitted, PendingPool, staleness } from "./pending-pool.ts";
import { ProgressKeeper } from "./progress-keeper.ts";
import { assertSameEntry } from "./queue-entry.ts";
import type { Progress, RegisteredShape, SealedRecord } from "./records.ts";
import { creditFees, type Redraft, redraft } from "./redraft.ts";
import type { Refusal } from "./refusal.ts";
import { type Pending, type SealingExtent, sealPending } from "./seal.ts";
import type { Store } from "./store.ts";

/** So few pending transactions are executed again after sealing, which also forgets what is sealed. */
const smallRest = 4_096;

/**
 * The sequencer's picture of the store at one revision, and the changes that it can make. A change writes to the store
 * and to the picture alike, inside a write of the store, between `begin` and `finish`; the picture of a change that
 * failed is not to be used again.
 *
 * What is pending is executed ahead of time on a draft: the operations first, as in a batch, then the transactions in
 * order of arrival, but for those that wait for a lower nonce. Sealing gives every transaction at least the balance that
 * it has there, so that what the draft has admitted is dropped only if it expires or if a forced exit, which cannot wait,
 * takes the money first.
 */
export class View implements Pending {
  readonly entries: (Deposit | Exit)[] = [];
  readonly opens = new Map<number, Open>();
  readonly pool: PendingPool;
  readonly directory = new Directory();
  /** Who takes the fees in an asset: the account's index, by asset. */
  readonly feeAccounts: Map<number, number>;
  readonly #store: Store;
  readonly #progress: ProgressKeeper;
  /** The state after the last sealed batch. */
  readonly #sealed: State;
  #draft: Draft;
  /** Whether the draft has executed everything that is pending. */
  #isExact: boolean;
  /** Whether what the draft has executed is pending no more, or comes in another order. */
  #isDisturbed = false;
  #lastAsset = 1;
  #changes = new ChangeLog();

  constructor(store: Store) {
    this.#store = store;
    this.#progress = new ProgressKeeper(store);
    const { sealed, sealedEntries } = this.#progress.now;
    this.#sealed = store.stateAfter(sealed);
    for (const [index, account] of this.#sealed.accounts()) this.#enter(index, account);
    for (const [, { operation }] of store.entries.entries(sealedEntries)) {
      this.entries.push(operation);
      if (operation.kind === operationKind.deposit) this.#enter(operation.index, operation);
    }
    for (const [arrival, open] of store.opens.entries()) {
      this.opens.set(arrival, open);
      this.#enter(open.index, open);
    }
    this.pool = new PendingPool(store, this.#progress, () => this.#changes);
    this.feeAccounts = new Map(store.feeAccounts.entries());
    const { draft, impossible, isExact } = this.#redraft();
    this.#draft = draft;
    this.#isExact = isExact;
    this.#isDisturbed = impossible.length > 0 || this.#filledGaps().length > 0;
  }

  get transactions(): ReadonlyMap<number, SignedTransaction> {
    return this.pool.ready;
  }

  get progress(): Progress {
    return this.#progress.now;
  }

  /** Whether there are changes that are not finished. */
  get isChanged(): boolean {
    return this.#progress.isChanged;
  }

  /** The number of the batch that is sealed next. */
  get nextBatch(): number {
    return this.#progress.nextBatch;
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
    const { observed } = this.#progress.now;
    if (entry.entry > observed) {
      throw new SequencerError("QUEUE_GAP", "Entries of the L1 queue are missing.", {
        expected: observed,
        given: entry.entry,
      });
    }
    if (entry.entry < observed) {
      assertSameEntry(this.#store, entry);
      return;
    }
    const operation = this.#operationOf(entry);
    this.#store.entries.put(entry.entry, { operation, deadline: entry.deadline });
    this.#progress.change({ observed: observed + 1 });
    this.entries.push(operation);
    const isReady = this.pool.ready.size === 0 || this.#isHarmless(operation);
    if (operation.kind === operationKind.deposit) {
      this.#supersedeOpen(operation);
      this.#enter(operation.index, operation);
    }
    if (isReady) applyOperation(this.#draft, operation);
    else this.#isDisturbed = true;
    this.#changes.accounts([operation.index]);
  }

  /** Creates an account for a holder who has none. The caller has made sure that there is room. */
  addOpen(holder: Holder): Open {
    const open = this.nextOpen(holder);
    const arrival = this.#progress.arrive();
    this.#store.opens.put(arrival, open);
    this.opens.set(arrival, open);
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
  addTransaction(admitted: Admitted): void {
    this.pool.admit(admitted, false);
    this.#execute(admitted);
  }

  /** Has one that has waited executed as if it had come now. The draft admits it. */
  promote(pooled: Pooled): void {
    this.pool.promote(pooled);
    this.#execute(pooled);
  }

  /** Puts a transaction into the place of the one with its nonce, which is dropped. */
  replace(old: Pooled, admitted: Admitted): void {
    this.pool.substitute(old, admitted);
    this.#isDisturbed ||= !old.waits;
  }

  drop(pooled: Pooled, refusal: Refusal): void {
    this.pool.drop(pooled, refusal);
    this.#isDisturbed ||= !pooled.waits;
  }

  /** Has an account take the fees in its asset from now on. */
  setFeeAccount(asset: number, index: number): void {
    if (this.feeAccounts.get(asset) === index) return;
    this.#store.feeAccounts.put(asset, index);
    this.feeAccounts.set(asset, index);
    this.#progress.change();
  }

  /** Goes on to what another process has written. Returns whether that was possible; if not, the view is of no use. */
  catchUp(): boolean {
    const arrivals = this.#progress.catchUp();
    if (arrivals === undefined) return false;
    for (let [arrival, end] = arrivals; arrival < end; arrival++) {
      const open = this.#store.opens.get(arrival);
      if (open !== undefined) {
        this.opens.set(arrival, open);
        this.#enter(open.index, open);
        applyOperation(this.#draft, open);
      }
      const pooled = this.pool.take(arrival);
      if (pooled !== undefined && !pooled.waits) applyTransaction(this.#draft, pooled.transaction);
    }
    return true;
  }

  /** To be called at the beginning of every change: drops what has become impossible without our doing. */
  begin(): void {
    if (this.#isDisturbed) this.#rework();
  }

  /** To be called at the end of every change: executes again what has to be, and writes down how far all has come. */
  finish(): ChangeLog {
    if (this.#isDisturbed) this.#rework();
    this.#progress.save();
    const changes = this.#changes;
    this.#changes = new ChangeLog();
    return changes;
  }

  /** Drops those that have waited in vain. */
  dropStale(waitingSeconds: number, now: number): void {
    for (const pooled of [...this.pool.waiting()]) {
      const next = { nonce: this.#draft.account(pooled.transaction.from).nonce, batch: this.nextBatch };
      const refusal = staleness(pooled, next, waitingSeconds, now);
      if (refusal !== undefined) this.drop(pooled, refusal);
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
      for (const [place, arrival] of transactions.entries()) this.pool.seal(arrival, batchNumber, place);
      this.#changes.batch(batchNumber, "sealed");
      this.#changes.accounts(record.rows.map(({ index }) => index));
    }
    const { sealed, sealedEntries } = this.#progress.now;
    this.entries.splice(0, sealing.entries);
    if (batches.length > 0) {
      const entries = sealedEntries + sealing.entries;
      this.#progress.change({ sealed: sealed + batches.length, sealedEntries: entries });
    }
    for (const { arrival, batchNumber, refusal } of dropped) {
      const pooled = this.pool.at(arrival);
      if (pooled === undefined) continue;
      const { from, nonce } = pooled.transaction;
      const waits = refusal.code === "WRONG_NONCE" && nonce > this.#sealed.account(from).nonce;
      if (!waits) this.pool.drop(pooled, refusal, batchNumber);
    }
    const isDone = dropped.length === 0 && this.#isExact;
    if (!isDone || this.pool.ready.size <= smallRest) this.#rework();
    else for (const { sealed } of batches) creditFees(this.#draft, this.#sealed, sealed);
    return batches;
  }

  /** Goes on from batches that have been taken apart: what was in them has become pending. */
  takeUnsealed(numbers: readonly number[]): void {
    for (const batchNumber of numbers) this.#changes.batch(batchNumber, "unsealed");
    for (const arrival of numbers.length === 0 ? [] : this.pool.ready.keys()) {
      const pooled = this.pool.at(arrival);
      if (pooled !== undefined) this.#changes.pooled(pooled);
    }
    this.#isDisturbed = true;
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

  #redraft(): Redraft {
    const operations: Operation[] = [...this.entries, ...this.opens.values()];
    return redraft(this.#sealed, operations, this.pool, this.nextBatch, this.feeAccounts);
  }

  /**
   * Executes all that is pending again. What is not possible any more in its place, but would be as the last, becomes the
   * last; what only misses one with a lower nonce waits for it; the rest is dropped. What has waited for a nonce that a
   * batch from L1 has used is next.
   */
  #rework(): void {
    const { draft, impossible, isExact } = this.#redraft();
    this.#draft = draft;
    this.#isExact = isExact;
    for (const pooled of impossible) {
      const { from, nonce } = pooled.transaction;
      const refusal = refusalOf(draft, pooled.transaction, this.nextBatch, this.feeAccounts);
      if (refusal === undefined) this.promote(pooled);
      else if (refusal.code === "WRONG_NONCE" && nonce > draft.account(from).nonce) this.pool.demote(pooled);
      else this.pool.drop(pooled, refusal);
    }
    for (const first of this.#filledGaps()) this.#promoteFrom(first);
    this.#isDisturbed = false;
  }

  /** Those that wait though their nonce is the next one. */
  #filledGaps(): Pooled[] {
    const isNext = ({ transaction: { from, nonce } }: Pooled) => nonce === this.#draft.account(from).nonce;
    return [...this.pool.waiting()].filter(isNext);
  }

  /** Executes one that waits, and those that wait for it, as far as they are possible. */
  #promoteFrom(first: Pooled): void {
    const { from, nonce } = first.transaction;
    for (let next = nonce; ; next++) {
      const pooled = this.pool.find(from, next);
      if (pooled === undefined || !pooled.waits) return;
      const refusal = refusalOf(this.#draft, pooled.transaction, this.nextBatch, this.feeAccounts);
      if (refusal === undefined) this.promote(pooled);
      else {
        this.pool.drop(pooled, refusal);
        return;
      }
    }
  }

  #execute({ transaction }: Admitted): void {
    applyTransaction(this.#draft, transaction);
    this.#changes.accounts(accountsOf(transaction));
  }

  #enter(index: number, holder: Holder): void {
    this.directory.add(index, holder);
    this.#lastAsset = Math.max(this.#lastAsset, holder.asset);
  }
}
