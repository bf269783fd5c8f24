// Runs a sealed batch as the circuit does (protocol section 4): as a memory whose accesses are numbered, recording
// what every slot reads. The sequencer has its own, plain executor; that the two agree on every batch is a test.

import { type Account, isAbsent } from "../protocol/account.ts";
import { assertFits, type ExitRow } from "../protocol/batch-data.ts";
import { ProtocolError } from "../protocol/errors.ts";
import type { Facts } from "../protocol/facts.ts";
import { createsAccount, type Operation, operationKind } from "../protocol/operation.ts";
import type { Row } from "../protocol/row.ts";
import type { SealedBatch } from "../protocol/sealed-batch.ts";
import type { Shape } from "../protocol/shape.ts";
import type { State } from "../protocol/state.ts";
import { type SignedTransaction, transactionKind } from "../protocol/transaction.ts";

/** The part of an account that a batch can change. */
export type Cell = Pick<Account, "balance" | "nonce" | "data">;

/** What an access read: the cell, and how many accesses ago (at least 0) it was written. */
export type Read = { readonly cell: Cell; readonly age: number };

export type OperationTrace = Read & { readonly operation: Operation; readonly holder: Account };

export type TransactionTrace = {
  readonly transaction: SignedTransaction;
  readonly account: Account;
  /** Which fee slot takes the fee; none of a fee of 0. */
  readonly feeSlot: number | undefined;
  readonly sender: Read;
  /** None of a withdrawal. */
  readonly recipient: Read | undefined;
};

export type FeeTrace = Read & { readonly index: number; readonly account: Account; readonly total: bigint };

export type AccountTrace = {
  readonly index: number;
  readonly state: "existing" | "created" | "absent";
  /** The account after the batch. */
  readonly account: Account;
  readonly first: Cell;
  readonly last: Cell;
  /** Time of the last write, 0 if there was none. */
  readonly lastTime: number;
  /** Lookups served: as sender, as recipient or fee account, in operations. */
  readonly multiplicity: readonly [number, number, number];
  /** On each level from the leaves up, four nodes: the slot's among its siblings, under the root that the slots before it have made. */
  readonly children: readonly (readonly bigint[])[];
};

export type BatchTrace = {
  readonly oldRoot: bigint;
  readonly newRoot: bigint;
  readonly batchNumber: number;
  readonly operations: readonly OperationTrace[];
  readonly transactions: readonly TransactionTrace[];
  readonly fees: readonly FeeTrace[];
  readonly accounts: readonly AccountTrace[];
  readonly exits: readonly ExitRow[];
  readonly rows: readonly Row[];
};

type Slot = {
  readonly before: Account;
  account: Account;
  time: number;
  created: boolean;
  readonly multiplicity: [number, number, number];
};

/** Number of accesses of a shape, `P + 2T + F`; times and multiplicities are at most that. */
export function accessCount(shape: Shape): number {
  return shape.operations + 2 * shape.transactions + shape.fees;
}

/**
 * Runs the batch on `state`, which afterwards is the state after the batch.
 *
 * Access number `k`: operation `j` is `k = j`; transaction `i` is `k = P + 2i` for its sender and `k + 1` for its
 * recipient; fee slot `f` is `k = P + 2T + f`.
 *
 * @throws ProtocolError `SHAPE_EXCEEDED`; `INVALID_BATCH` if the batch is not one that a sequencer could have
 * sealed on this state, which is then unchanged
 */
export function traceBatch(shape: Shape, state: State, batch: SealedBatch): BatchTrace {
  const memory = new Memory(state);
  const { operations, transactions, feeAccounts } = batch;
  assertFits("operations", operations.length, shape.operations);
  assertFits("transactions", transactions.length, shape.transactions);
  assertFits("fees", feeAccounts.length, shape.fees);

  const exits: ExitRow[] = [];
  for (const operation of operations.filter(createsAccount)) memory.create(operation);
  const tracedOperations = operations.map((operation, k) => traceOperation(memory, operation, k, exits));

  const feeAssets = feeAccounts.map((index) => memory.slot(index).account.asset);
  const totals = feeAccounts.map(() => 0n);
  const tracedTransactions = transactions.map((transaction, i) => {
    const traced = traceTransaction(memory, transaction, shape.operations + 2 * i, feeAssets, exits);
    if (traced.feeSlot !== undefined)
      totals[traced.feeSlot] = (totals[traced.feeSlot] ?? 0n) + transaction.fee;
    return traced;
  });

  const firstFee = shape.operations + 2 * shape.transactions;
  const fees = feeAccounts.map((index, f): FeeTrace => {
    const slot = memory.slot(index);
    const total = totals[f] ?? 0n;
    slot.multiplicity[1]++;
    const read = memory.access(index, firstFee + f, (cell) => ({ ...cell, balance: cell.balance + total }));
    return { ...read, index, account: slot.account, total };
  });

  const slots = memory.slots();
  assertFits("accounts", slots.length, shape.accounts);
  assertFits("exits", exits.length, shape.exits);
  const oldRoot = state.root;
  const accounts = slots.map(([index, slot]) => closeAccount(state, index, slot));
  return {
    oldRoot,
    newRoot: state.root,
    batchNumber: batch.batchNumber,
    operations: tracedOperations,
    transactions: tracedTransactions,
    fees,
    accounts,
    exits,
    rows: accounts.map(({ index, first, last }) => ({
      index,
      nonceIncrease: last.nonce - first.nonce,
      balance: last.balance,
    })),
  };
}

function traceOperation(memory: Memory, operation: Operation, k: number, exits: ExitRow[]): OperationTrace {
  const slot = memory.slot(operation.index);
  const holder = slot.account;
  slot.multiplicity[2]++;
  const read = memory.access(operation.index, k, (cell) => {
    if (operation.kind === operationKind.deposit)
      return { ...cell, balance: cell.balance + operation.amount };
    if (operation.kind === operationKind.exit && operation.owner === holder.owner && cell.balance > 0n) {
      exits.push({ recipient: operation.owner, amount: cell.balance, asset: holder.asset });
      return { ...cell, balance: 0n };
    }
    return cell;
  });
  return { ...read, operation, holder };
}

function traceTransaction(
  memory: Memory,
  transaction: SignedTransaction,
  k: number,
  feeAssets: readonly number[],
  exits: ExitRow[],
): TransactionTrace {
  const { from, kind, to, amount, fee } = transaction;
  const slot = memory.slot(from);
  const account = slot.account;
  slot.multiplicity[0]++;
  const feeSlot = fee === 0n ? undefined : feeAssets.indexOf(account.asset);
  if (feeSlot === -1) throw invalid("No fee account has the asset of a fee.", { from, asset: account.asset });
  const sender = memory.access(from, k, (cell) => ({
    ...cell,
    balance: cell.balance - amount - fee,
    nonce: cell.nonce + 1,
  }));
  if (sender.cell.balance < amount + fee || sender.cell.nonce !== transaction.nonce) {
    throw invalid("A transaction does not fit the state.", {
      from,
      balance: sender.cell.balance,
      nonce: sender.cell.nonce,
      needs: amount + fee,
      "nonce given": transaction.nonce,
    });
  }
  if (kind === transactionKind.withdraw) {
    exits.push({ recipient: to, amount, asset: account.asset });
    return { transaction, account, feeSlot, sender, recipient: undefined };
  }
  const index = Number(to);
  memory.slot(index).multiplicity[1]++;
  const recipient = memory.access(index, k + 1, (cell) => ({ ...cell, balance: cell.balance + amount }));
  return { transaction, account, feeSlot, sender, recipient };
}

/** Writes the account back; what it reads of the tree is from before that. */
function closeAccount(state: State, index: number, slot: Slot): AccountTrace {
  const children = state.children(index);
  state.set(index, slot.account);
  return {
    index,
    state: slot.created ? "created" : isAbsent(slot.account) ? "absent" : "existing",
    account: slot.account,
    first: cellOf(slot.before),
    last: cellOf(slot.account),
    lastTime: slot.time,
    multiplicity: slot.multiplicity,
    children,
  };
}

/** The accounts that a batch has opened, as the cells of a memory. */
class Memory {
  readonly #state: State;
  readonly #slots = new Map<number, Slot>();

  constructor(state: State) {
    this.#state = state;
  }

  slot(index: number): Slot {
    const known = this.#slots.get(index);
    if (known !== undefined) return known;
    const before = this.#state.account(index);
    const slot: Slot = { before, account: before, time: 0, created: false, multiplicity: [0, 0, 0] };
    this.#slots.set(index, slot);
    return slot;
  }

  /** The identity of a created account stands in its slot for the whole batch. */
  create(operation: Operation): void {
    const slot = this.slot(operation.index);
    if (operation.kind === operationKind.exit) return;
    if (!isAbsent(slot.account)) {
      throw invalid("An operation creates an account where there is one.", { index: operation.index });
    }
    const { ax, ay, owner, asset } = operation;
    slot.account = { ...slot.account, ax, ay, owner, asset };
    slot.created = true;
  }

  /** Access number `k`: reads the cell, writes what `change` makes of it with time `k + 1`. */
  access(index: number, k: number, change: (cell: Cell) => Cell): Read {
    const slot = this.slot(index);
    const cell = cellOf(slot.account);
    const age = k - slot.time;
    slot.account = { ...slot.account, ...change(cell) };
    slot.time = k + 1;
    return { cell, age };
  }

  /** By increasing index. */
  slots(): [number, Slot][] {
    return [...this.#slots].sort(([a], [b]) => a - b);
  }
}

function cellOf({ balance, nonce, data }: Account): Cell {
  return { balance, nonce, data };
}

function invalid(message: string, facts: Facts): ProtocolError {
  return new ProtocolError("INVALID_BATCH", message, facts);
}
