// Which of what is pending goes into which batch. Pure and deterministic: the same state and the same pending work give
// the same batches, whoever computes them.

import { constraintCount } from "../circuits/constraint-count.ts";
import { type Deposit, type Exit, type Open, operationKind } from "../protocol/operation.ts";
import type { Ledger } from "../protocol/state.ts";
import type { SignedTransaction, Transaction } from "../protocol/transaction.ts";
import { accountsOf } from "./accounts-of.ts";
import type { Draft } from "./draft.ts";
import { refusalOf } from "./execute.ts";
import { type FeeTakers, Filling } from "./filling.ts";
import type { RegisteredShape, SealedRecord } from "./records.ts";
import { type Refusal, refuse } from "./refusal.ts";

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

export type SealingExtent = {
  /** Stops when fewer transactions than that are left. */
  readonly transactions?: number | undefined;
  /** Stops after that many batches. */
  readonly batches?: number | undefined;
};

export type Sealing = {
  readonly batches: readonly SealedRecord[];
  /** Of each batch. */
  readonly sources: readonly Sources[];
  readonly dropped: readonly Drop[];
  /** Entries of the L1 queue that are in the batches. */
  readonly entries: number;
};

/**
 * How many transactions a batch may pass over before it is closed: those behind could still fill it, but a long queue
 * would be searched again for every batch.
 */
const maxPassedOver = 1_024;

/** How many transactions for each slot of a batch are looked at to choose its accounts. */
const movesPerSlot = 8;

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
 * @param extent - Where to stop. Default: when nothing is pending.
 */
export function sealPending(
  ledger: Ledger,
  pending: Pending,
  shapes: readonly RegisteredShape[],
  batchNumber: number,
  feeAccounts: FeeTakers,
  { transactions: atLeast = 0, batches: atMost = Number.POSITIVE_INFINITY }: SealingExtent = {},
): Sealing {
  const left = new Left(pending);
  const batches: SealedRecord[] = [];
  const sources: Sources[] = [];
  const dropped: Drop[] = [];
  while (left.size > 0 && left.count >= atLeast && batches.length < atMost) {
    const number = batchNumber + batches.length;
    const plans = shapes.map((shape) => planBatch(ledger, left, shape, number, feeAccounts));
    const plan = plans.reduce((best, other) => (isBetter(other, best) ? other : best));
    if (plan.size === 0 && plan.dropped.length === 0) plan.dropped.push(...dropFirst(left, plan));
    dropped.push(...plan.dropped);
    for (const { arrival } of plan.dropped) left.gone.add(arrival);
    if (plan.size === 0) continue;
    left.entries.splice(0, plan.entries);
    for (const arrival of plan.opens) left.opens.delete(arrival);
    for (const arrival of plan.transactions) left.gone.add(arrival);
    const { record, opens, transactions } = plan;
    batches.push(record);
    sources.push({ opens, transactions });
    plan.draft.commit();
  }
  return { batches, sources, dropped, entries: pending.entries.length - left.entries.length };
}

/** What is left of what was pending. */
class Left {
  readonly entries: (Deposit | Exit)[];
  readonly opens: Map<number, Open>;
  /** Arrivals of transactions that are not pending any more: the map of all of them may be large. */
  readonly gone = new Set<number>();
  readonly #all: ReadonlyMap<number, SignedTransaction>;

  constructor({ entries, opens, transactions }: Pending) {
    this.entries = [...entries];
    this.opens = new Map(opens);
    this.#all = transactions;
  }

  /** Of transactions. */
  get count(): number {
    return this.#all.size - this.gone.size;
  }

  get size(): number {
    return this.entries.length + this.opens.size + this.count;
  }

  /** Calls `visit` with one transaction after another, until it returns false. */
  visit(visit: (arrival: number, transaction: SignedTransaction) => boolean): void {
    for (const [arrival, transaction] of this.#all) {
      if (!this.gone.has(arrival) && !visit(arrival, transaction)) return;
    }
  }
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
  /** Whether the first pending transaction is in, or cannot be since operations before it are not. */
  readonly isFair: boolean;
  /** Whether nothing stays pending. */
  readonly takesAll: boolean;
  readonly cost: number;
};

/**
 * The cheapest plan that takes all; without one, of those that take most of L1's queue, and then the first transaction,
 * the plan that takes most for its cost. L1 refuses a batch that leaves late entries behind which the largest shape would have taken.
 */
function isBetter(plan: Plan, than: Plan): boolean {
  if (plan.takesAll !== than.takesAll) return plan.takesAll;
  if (plan.takesAll) return plan.cost < than.cost;
  if (plan.entries !== than.entries) return plan.entries > than.entries;
  if (plan.isFair !== than.isFair) return plan.isFair;
  return plan.size * than.cost > than.size * plan.cost;
}

/** The better of two ways to fill a batch: in order of arrival, or for accounts that are chosen first. */
function planBatch(
  ledger: Ledger,
  left: Left,
  shape: RegisteredShape,
  batchNumber: number,
  feeAccounts: FeeTakers,
): Plan {
  const plan = (choosesAccounts: boolean): Plan =>
    fillBatch(ledger, left, shape, batchNumber, feeAccounts, choosesAccounts);
  const inOrder = plan(false);
  if (inOrder.takesAll || inOrder.record.sealed.transactions.length === shape.shape.transactions)
    return inOrder;
  const chosen = plan(true);
  return isBetter(chosen, inOrder) ? chosen : inOrder;
}

function fillBatch(
  ledger: Ledger,
  pending: Left,
  { name, id, shape }: RegisteredShape,
  batchNumber: number,
  feeAccounts: FeeTakers,
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
  if (choosesAccounts) {
    // What the batch would be closed before is not to be chosen for.
    const within = Math.min(movesPerSlot * shape.transactions, maxPassedOver + shape.transactions);
    filling.reserve(firstOf(pending, within).map(([, transaction]) => transaction));
  }
  const arrivals: number[] = [];
  const dropped: Drop[] = [];
  const leavesOperations = entries.length < pending.entries.length || opens.length < pending.opens.size;
  let isBehind = leavesOperations;
  let isFair = true;
  let passedOver = 0;
  const passed = new Set<number>();
  let seen = 0;
  // What it depends on may be among what was passed over, or be paid out at the end of the batch.
  const isEarlier = ({ from }: Transaction): boolean => isBehind || filling.owesFees(from);
  pending.visit((arrival, transaction) => {
    if (filling.isFull || passedOver > maxPassedOver) return false;
    seen++;
    // What comes behind one of the same sender that was passed over has the wrong nonce.
    const waits =
      passed.has(transaction.from) || !filling.hasRoom(transaction) || isExiting(exiting, transaction);
    const refusal = waits
      ? undefined
      : refusalOf(filling.draft, transaction, batchNumber, presentFeeAccounts);
    if (waits || (refusal !== undefined && refusal.code !== "EXPIRED" && isEarlier(transaction))) {
      isFair &&= seen > 1 || leavesOperations;
      isBehind = true;
      passedOver++;
      passed.add(transaction.from);
    } else if (refusal === undefined) {
      filling.execute(transaction);
      arrivals.push(arrival);
    } else {
      dropped.push({ arrival, transaction, batchNumber, refusal });
    }
    return true;
  });

  const { exits, rows, ...sealed } = filling.close();
  return {
    record: { sealed: { batchNumber, ...sealed }, shapeName: name, shapeId: id, exits, rows },
    draft: filling.draft,
    size: sealed.operations.length + sealed.transactions.length,
    entries: entries.length,
    opens: opens.map(([arrival]) => arrival),
    transactions: arrivals,
    dropped,
    isFair,
    takesAll: !isBehind && seen === pending.count,
    cost: constraintCount(shape),
  };
}

function firstOf(left: Left, count: number): [arrival: number, transaction: SignedTransaction][] {
  const first: [number, SignedTransaction][] = [];
  left.visit((arrival, transaction) => first.push([arrival, transaction]) < count);
  return first;
}

function isExiting(exiting: ReadonlySet<number>, transaction: Transaction): boolean {
  return exiting.size > 0 && accountsOf(transaction).some((index) => exiting.has(index));
}

/** When not even an empty batch has room for the first transaction, no batch ever will. */
function dropFirst(left: Left, { record }: Plan): Drop[] {
  const [first] = firstOf(left, 1);
  if (first === undefined) throw new Error("Operations are pending that no batch takes.");
  const [arrival, transaction] = first;
  const refusal = refuse("TOO_LARGE", "No registered shape has enough account slots for it.", {
    from: transaction.from,
    nonce: transaction.nonce,
  });
  return [{ arrival, transaction, batchNumber: record.sealed.batchNumber, refusal }];
}
