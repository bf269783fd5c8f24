import type { Holder } from "../protocol/account.ts";
import { type Deposit, type Exit, type Open, type Operation, operationKind } from "../protocol/operation.ts";
import { type QueueEntry, queueEntryHash } from "../protocol/queue.ts";
import type { State } from "../protocol/state.ts";
import { type SignedTransaction, transactionId } from "../protocol/transaction.ts";
import { Directory } from "./directory.ts";
import { Draft } from "./draft.ts";
import { SequencerError } from "./errors.ts";
import { applyOperation, applyTransaction, refusalOf } from "./execute.ts";
import type { Progress, RegisteredShape, SealedRecord } from "./records.ts";
import { type Drop, type Pending, sealPending } from "./seal.ts";
import type { Store } from "./store.ts";

/**
 * The sequencer's picture of the store at one revision, and the changes that it can make. A change writes to the store
 * and to the picture alike, inside a write of the store; the picture of a change that failed is not to be used again.
 *
 * What is pending is executed ahead of time on a draft: the operations first, as in a batch, then the transactions in
 * order of arrival. Sealing gives every transaction at least the balance that it has there, so that what the draft has
 * admitted is dropped only if it expires or if a forced exit, which cannot wait, takes the money first.
 */
export class View implements Pending {
  readonly entries: (Deposit | Exit)[] = [];
  readonly opens = new Map<number, Open>();
  readonly transactions = new Map<number, SignedTransaction>();
  readonly directory = new Directory();
  /** Who takes the fees in an asset: the account's index, by asset. */
  readonly feeAccounts: Map<number, number>;
  readonly #store: Store;
  readonly #domain: bigint;
  /** The state after the last sealed batch. */
  readonly #sealed: State;
  #progress: Progress;
  #draft: Draft;
  #lastAsset = 1;

  constructor(store: Store, domain: bigint) {
    this.#store = store;
    this.#domain = domain;
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
    for (const [arrival, transaction] of store.transactions.entries()) {
      this.transactions.set(arrival, transaction);
    }
    this.feeAccounts = new Map(store.feeAccounts.entries());
    this.#draft = new Draft(this.#sealed);
    this.#redraft();
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
  get draft(): Pick<Draft, "account"> {
    return this.#draft;
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
    const isReady = this.transactions.size === 0 || this.#isHarmless(operation);
    if (operation.kind === operationKind.deposit) {
      this.#supersedeOpen(operation);
      this.#enter(operation.index, operation);
    }
    if (isReady) applyOperation(this.#draft, operation);
    else this.#drop(this.#redraft());
  }

  /** Creates an account for a holder who has none. The caller has made sure that there is room. */
  addOpen(holder: Holder): Open {
    const open = this.nextOpen(holder);
    this.#store.opens.put(this.#arrive(), open);
    this.opens.set(this.#progress.arrivals - 1, open);
    this.#enter(open.index, holder);
    applyOperation(this.#draft, open);
    return open;
  }

  /** What addOpen would do. */
  nextOpen({ ax, ay, owner, asset }: Holder): Open {
    return { kind: operationKind.open, index: this.directory.lowestFree, asset, owner, ax, ay };
  }

  /** Takes a transaction that the draft admits. */
  addTransaction(transaction: SignedTransaction): void {
    this.#store.transactions.put(this.#arrive(), transaction);
    this.transactions.set(this.#progress.arrivals - 1, transaction);
    applyTransaction(this.#draft, transaction);
  }

  /** Has an account take the fees in its asset from now on. */
  setFeeAccount(asset: number, index: number): void {
    if (this.feeAccounts.get(asset) === index) return;
    this.#store.feeAccounts.put(asset, index);
    this.feeAccounts.set(asset, index);
    this.#changed({});
  }

  /** Seals all that is pending. */
  seal(shapes: readonly RegisteredShape[]): readonly SealedRecord[] {
    const { batches, dropped } = sealPending(this.#sealed, this, shapes, this.nextBatch, this.feeAccounts);
    for (const batch of batches) this.#store.batches.put(batch.sealed.batchNumber, batch);
    this.#drop(dropped);
    for (const arrival of this.opens.keys()) this.#store.opens.remove(arrival);
    for (const arrival of this.transactions.keys()) this.#store.transactions.remove(arrival);
    const { sealed, observed } = this.#progress;
    if (batches.length > 0) this.#changed({ sealed: sealed + batches.length, sealedEntries: observed });
    this.entries.length = 0;
    this.opens.clear();
    this.transactions.clear();
    this.#draft = new Draft(this.#sealed);
    return batches;
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

  /** Executes all that is pending again. Returns the transactions that are not possible any more. */
  #redraft(): Drop[] {
    const draft = new Draft(this.#sealed);
    const operations: Operation[] = [...this.entries, ...this.opens.values()];
    for (const operation of operations) applyOperation(draft, operation);
    const impossible: Drop[] = [];
    for (const [arrival, transaction] of this.transactions) {
      const batchNumber = this.nextBatch;
      const refusal = refusalOf(draft, transaction, batchNumber, this.feeAccounts);
      if (refusal === undefined) applyTransaction(draft, transaction);
      else impossible.push({ arrival, transaction, batchNumber, refusal });
    }
    this.#draft = draft;
    return impossible;
  }

  #drop(drops: readonly Drop[]): void {
    for (const { arrival, transaction, batchNumber, refusal } of drops) {
      const id = transactionId(this.#domain, transaction);
      this.#store.dropped.put(arrival, { id, transaction, batchNumber, refusal });
      this.#store.transactions.remove(arrival);
      this.transactions.delete(arrival);
    }
    if (drops.length > 0) this.#changed({});
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
