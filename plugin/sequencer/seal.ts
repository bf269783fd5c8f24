// Which of what is pending goes into which batch. Pure and deterministic: the same state and the same pending work give
// the same batches, whoever computes them.

import { isAbsent } from "../protocol/account.ts";
import type { ExitRow } from "../protocol/batch-data.ts";
import { type Deposit, type Exit, type Open, type Operation, operationKind } from "../protocol/operation.ts";
import type { Row } from "../protocol/row.ts";
import type { Shape } from "../protocol/shape.ts";
import type { Ledger } from "../protocol/state.ts";
import { type SignedTransaction, type Transaction, transactionKind } from "../protocol/transaction.ts";
import { accountsOf } from "./accounts-of.ts";
import { chooseAccounts } from "./choose-accounts.ts";
import { Draft } from "./draft.ts";
import { applyOperation, applyTransaction, refusalOf } from "./execute.ts";
import type { RegisteredShape, SealedRecord } from "./records.ts";
import { type Refusal, refuse } from "./refusal.ts";
import { shapeCost } from "./shape-cost.ts";

/** What waits to be sealed. */
export type Pending = {
  /** From the L1 queue, in its order. */
  readonly entries: readonly (Deposit | Exit)[];
  /** By number of arrival, as are the transactions. */
  readonly opens: ReadonlyMap<number, Open>;
  readonly transactions: ReadonlyMap<number, SignedTransaction>;
};

/** A transaction that cannot be sealed any more. */
export type Drop = {
  readonly arrival: number;
  readonly transaction: SignedTransaction;
  /** The batch that it would have been in. */
  readonly batchNumber: number;
  readonly refusal: Refusal;
};

/** By which arrivals a new batch's opens and transactions were pending. */
export type Sources = { readonly opens: readonly number[]; readonly transactions: readonly number[] };

export type Sealing = {
  readonly batches: readonly SealedRecord[];
  /** Of each batch. */
  readonly sources: readonly Sources[];
  readonly dropped: readonly Drop[];
  /** Entries of the L1 queue that are in the batches. */
  readonly entries: number;
};

/** Who takes the fees in an asset: the account's index, by asset. */
export type FeeAccounts = ReadonlyMap<number, number>;

/**
 * How many transactions a batch may pass over before it is closed: those behind could still fill it, but a long queue
 * would be searched again for every batch.
 */
const maxPassedOver = 4_096;

/**
 * Seals all that is pending; `ledger`, the state after the last sealed batch, becomes the state after the last of
 * these.
 *
 * Every batch takes as many entries of the L1 queue as its shape has slots for, since the contract refuses a batch that
 * leaves an overdue entry behind; then opens; then transactions in order of arrival, passing over those that have no
 * room in this batch or depend on something that was passed over. If more find room that way, account slots are kept for
 * accounts that have many transactions among them. Nothing is passed over for ever: the first pending transaction is
 * always meant to be in, and it is valid once all operations are sealed, because everything that it was admitted after
 * is sealed.
 *
 * @param shapes - At least one, all of the ledger's depth.
 * @param batchNumber - Of the first batch.
 * @param atLeast - Stops when fewer transactions than that are left. Default 0: all.
 */
export function sealPending(
  ledger: Ledger,
  pending: Pending,
  shapes: readonly RegisteredShape[],
  batchNumber: number,
  feeAccounts: FeeAccounts,
  atLeast = 0,
): Sealing {
  const left = {
    entries: [...pending.entries],
    opens: new Map(pending.opens),
    transactions: new Map(pending.transactions),
  };
  const batches: SealedRecord[] = [];
  const sources: Sources[] = [];
  const dropped: Drop[] = [];
  while (
    left.entries.length + left.opens.size + left.transactions.size > 0 &&
    left.transactions.size >= atLeast
  ) {
    const number = batchNumber + batches.length;
    const plans = shapes.map((shape) => planBatch(ledger, left, shape, number, feeAccounts));
    const plan = plans.reduce((best, other) => (isBetter(other, best) ? other : best));
    if (plan.size === 0 && plan.dropped.length === 0) plan.dropped.push(...dropFirst(left, plan));
    dropped.push(...plan.dropped);
    for (const { arrival } of plan.dropped) left.transactions.delete(arrival);
    if (plan.size === 0) continue;
    left.entries.splice(0, plan.entries);
    for (const arrival of plan.opens) left.opens.delete(arrival);
    for (const arrival of plan.transactions) left.transactions.delete(arrival);
    const { record, opens, transactions } = plan;
    batches.push(record);
    sources.push({ opens, transactions });
    plan.draft.commit();
  }
  return { batches, sources, dropped, entries: pending.entries.length - left.entries.length };
}

/** A batch that could be sealed next. */
type Plan = {
  readonly record: SealedRecord;
  /** The ledger after it. */
  readonly draft: Draft;
  /** Operations and transactions in it. */
  readonly size: number;
  /** Entries of the L1 queue in it. */
  readonly entries: number;
  /** Opens and transactions in it, by arrival. */
  readonly opens: readonly number[];
  readonly transactions: readonly number[];
  readonly dropped: Drop[];
  /** Whether nothing stays pending. */
  readonly takesAll: boolean;
  readonly cost: number;
};

/**
 * The cheapest plan that takes all; without one, of those that take most of L1's queue the plan that takes most for its
 * cost. L1 refuses a batch that leaves late entries behind which the largest shape would have taken.
 */
function isBetter(plan: Plan, than: Plan): boolean {
  if (plan.takesAll !== than.takesAll) return plan.takesAll;
  if (plan.takesAll) return plan.cost < than.cost;
  if (plan.entries !== than.entries) return plan.entries > than.entries;
  return plan.size * than.cost > than.size * plan.cost;
}

/** The better of two ways to fill a batch: in order of arrival, or for accounts that are chosen first. */
function planBatch(
  ledger: Ledger,
  pending: Pending,
  shape: RegisteredShape,
  batchNumber: number,
  feeAccounts: FeeAccounts,
): Plan {
  const plan = (choosesAccounts: boolean): Plan =>
    fillBatch(ledger, pending, shape, batchNumber, feeAccounts, choosesAccounts);
  const inOrder = plan(false);
  if (inOrder.takesAll || inOrder.record.sealed.transactions.length === shape.shape.transactions)
    return inOrder;
  const chosen = plan(true);
  return isBetter(chosen, inOrder) ? chosen : inOrder;
}

function fillBatch(
  ledger: Ledger,
  pending: Pending,
  { name, id, shape }: RegisteredShape,
  batchNumber: number,
  feeAccounts: FeeAccounts,
  choosesAccounts: boolean,
): Plan {
  const filling = new Filling(ledger, shape, feeAccounts);
  const entries = pending.entries.slice(0, shape.operations);
  const opens = [...pending.opens].slice(0, shape.operations - entries.length);
  for (const operation of entries) filling.operate(operation);
  for (const [, operation] of opens) filling.operate(operation);

  // The balance that an exit takes must not be spent or added to before it, since what is pending has been admitted
  // as coming after it.
  const exiting = new Set<number>();
  for (const entry of pending.entries.slice(entries.length)) {
    if (entry.kind === operationKind.exit) exiting.add(entry.index);
  }

  const presentFeeAccounts = filling.presentFeeAccounts();
  if (choosesAccounts) filling.reserve([...pending.transactions.values()].slice(0, 16 * shape.transactions));
  const arrivals: number[] = [];
  const dropped: Drop[] = [];
  let isBehind = entries.length < pending.entries.length || opens.length < pending.opens.size;
  let passedOver = 0;
  let seen = 0;
  for (const [arrival, transaction] of pending.transactions) {
    if (filling.isFull || passedOver > maxPassedOver) break;
    seen++;
    const waits =
      accountsOf(transaction).some((index) => exiting.has(index)) || !filling.hasRoom(transaction);
    const refusal = waits
      ? undefined
      : refusalOf(filling.draft, transaction, batchNumber, presentFeeAccounts);
    const isEarlier = isBehind || filling.owesFees(transaction.from);
    if (waits || (refusal !== undefined && isEarlier && refusal.code !== "EXPIRED")) {
      isBehind = true;
      passedOver++;
    } else if (refusal === undefined) {
      filling.execute(transaction);
      arrivals.push(arrival);
    } else {
      dropped.push({ arrival, transaction, batchNumber, refusal });
    }
  }

  const { exits, rows, ...sealed } = filling.close();
  return {
    record: { sealed: { batchNumber, ...sealed }, shapeName: name, shapeId: id, exits, rows },
    draft: filling.draft,
    size: sealed.operations.length + sealed.transactions.length,
    entries: entries.length,
    opens: opens.map(([arrival]) => arrival),
    transactions: arrivals,
    dropped,
    takesAll: !isBehind && seen === pending.transactions.size,
    cost: shapeCost(shape),
  };
}

/** When not even an empty batch has room for the first transaction, no batch ever will. */
function dropFirst({ transactions }: Pending, { record }: Plan): Drop[] {
  const [first] = transactions;
  if (first === undefined) throw new Error("Operations are pending that no batch takes.");
  const [arrival, transaction] = first;
  const refusal = refuse("TOO_LARGE", "No registered shape has enough account slots for it.", {
    from: transaction.from,
    nonce: transaction.nonce,
  });
  return [{ arrival, transaction, batchNumber: record.sealed.batchNumber, refusal }];
}

/** The slots of a batch as they fill up. */
class Filling {
  readonly draft: Draft;
  readonly #before: Ledger;
  readonly #shape: Shape;
  readonly #feeAccounts: FeeAccounts;
  readonly #touched = new Set<number>();
  /** Those touched and those that wait for the transactions to come. */
  #reserved = new Set<number>();
  readonly #operations: Operation[] = [];
  readonly #transactions: SignedTransaction[] = [];
  readonly #exits: ExitRow[] = [];
  /** By asset. */
  readonly #fees = new Map<number, { readonly index: number; total: bigint }>();

  constructor(ledger: Ledger, shape: Shape, feeAccounts: FeeAccounts) {
    this.draft = new Draft(ledger);
    this.#before = ledger;
    this.#shape = shape;
    this.#feeAccounts = feeAccounts;
  }

  get isFull(): boolean {
    return this.#transactions.length >= this.#shape.transactions;
  }

  /** Those fee accounts that exist once all operations are done. */
  presentFeeAccounts(): FeeAccounts {
    return new Map([...this.#feeAccounts].filter(([, index]) => !isAbsent(this.draft.account(index))));
  }

  /** There is room for every operation that a shape has a slot for: it has as many accounts and exits at least. */
  operate(operation: Operation): void {
    this.#operations.push(operation);
    this.#touch(operation.index);
    this.#exit(applyOperation(this.draft, operation));
  }

  /** Whether an account gets fees at the end of this batch. */
  owesFees(index: number): boolean {
    return [...this.#fees.values()].some((fees) => fees.index === index);
  }

  /** Keeps account slots for those of the transactions that use them best. */
  reserve(transactions: readonly Transaction[]): void {
    const moves = transactions.map((transaction) => {
      const { from, fee } = transaction;
      const others = accountsOf(transaction).slice(1);
      const feeAccount = fee > 0n ? this.#feeAccounts.get(this.draft.account(from).asset) : undefined;
      return { from, others: feeAccount === undefined ? others : [...others, feeAccount] };
    });
    const { accounts, transactions: count } = this.#shape;
    this.#reserved = chooseAccounts(moves, this.#touched, accounts, count);
  }

  hasRoom(transaction: Transaction): boolean {
    const { accounts, exits, fees } = this.#shape;
    if (transaction.kind === transactionKind.withdraw && this.#exits.length >= exits) return false;
    const touched = accountsOf(transaction);
    const { asset } = this.draft.account(transaction.from);
    const feeAccount = this.#feeAccounts.get(asset);
    if (transaction.fee > 0n && feeAccount !== undefined) {
      if (!this.#fees.has(asset) && this.#fees.size >= fees) return false;
      touched.push(feeAccount);
    }
    const added = new Set(touched.filter((index) => !this.#reserved.has(index)));
    return this.#reserved.size + added.size <= accounts;
  }

  /** Takes a transaction that has room and that the draft admits. */
  execute(transaction: SignedTransaction): void {
    const { asset } = this.draft.account(transaction.from);
    this.#transactions.push(transaction);
    for (const index of accountsOf(transaction)) this.#touch(index);
    this.#exit(applyTransaction(this.draft, transaction));
    const index = this.#feeAccounts.get(asset);
    if (transaction.fee === 0n || index === undefined) return;
    const fees = this.#fees.get(asset) ?? { index, total: 0n };
    fees.total += transaction.fee;
    this.#fees.set(asset, fees);
    this.#touch(index);
  }

  /** Pays the fees out and says what the batch consists of. */
  close(): Pick<SealedRecord, "exits" | "rows"> & Omit<SealedRecord["sealed"], "batchNumber"> {
    for (const { index, total } of this.#fees.values()) {
      const account = this.draft.account(index);
      this.draft.set(index, { ...account, balance: account.balance + total });
    }
    return {
      operations: this.#operations,
      transactions: this.#transactions,
      feeAccounts: [...this.#fees].sort(([a], [b]) => a - b).map(([, { index }]) => index),
      exits: this.#exits,
      rows: this.#rows(),
    };
  }

  #rows(): Row[] {
    const indices = [...this.#touched].sort((a, b) => a - b);
    return indices.map((index) => {
      const { nonce, balance } = this.draft.account(index);
      return { index, nonceIncrease: nonce - this.#before.account(index).nonce, balance };
    });
  }

  #touch(index: number): void {
    this.#touched.add(index);
    this.#reserved.add(index);
  }

  #exit(exit: ExitRow | undefined): void {
    if (exit !== undefined) this.#exits.push(exit);
  }
}
