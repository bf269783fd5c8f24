// A batch as a malicious prover has it: the slots of a valid one, to be altered, and what follows from them to be worked
// out again, so that of all constraints only those break that an alteration is about.

import { type BatchTrace, traceBatch } from "../../../plugin/circuits/trace.ts";
import { toField } from "../../../plugin/protocol/field.ts";
import { poseidon } from "../../../plugin/protocol/poseidon.ts";
import type { SealedBatch } from "../../../plugin/protocol/sealed-batch.ts";
import type { Shape } from "../../../plugin/protocol/shape.ts";
import type { State } from "../../../plugin/protocol/state.ts";
import { StateTree } from "../../../plugin/protocol/tree.ts";
import {
  type AccountSlot,
  accountSlot,
  type CellColumns,
  type ExitSlot,
  type FeeSlot,
  feeSlot,
  type Identity,
  type OperationSlot,
  operationSlot,
  type TransactionSlot,
  transactionSlot,
} from "./slots.ts";

/** What an access does to the slot that it stands in, and to the cell that it reads. */
type Access = {
  readonly index: bigint;
  /** Notes what was read, returns what is written. */
  readonly visit: (cell: CellColumns, age: bigint) => CellColumns;
};

export class Forgery {
  readonly shape: Shape;
  /** The leaves that the batch opens. Its root is the old root, unless an attack says otherwise. */
  readonly tree: StateTree;
  domain: bigint;
  batchNumber: bigint;
  oldRoot: bigint;
  newRoot: bigint;
  readonly accounts: AccountSlot[];
  readonly operations: OperationSlot[];
  readonly transactions: TransactionSlot[];
  readonly fees: FeeSlot[];
  readonly exits: ExitSlot[];
  /** What the contract is shown in place of the data that the circuit computes. */
  posted: (elements: bigint[]) => bigint[] = (elements) => elements;
  /** What the sponge is said to have absorbed in place of the data. */
  committed: (elements: bigint[]) => bigint[] = (elements) => elements;
  /** The last word on `c`, `r` and `y`. */
  publicInputs: (honest: [c: bigint, r: bigint, y: bigint]) => [bigint, bigint, bigint] = (honest) => honest;

  private constructor(shape: Shape, tree: StateTree, domain: bigint, trace: BatchTrace) {
    const { depth, accounts, operations, transactions, fees, exits } = shape;
    const batchNumber = BigInt(trace.batchNumber);
    this.shape = shape;
    this.tree = tree;
    this.domain = domain;
    this.batchNumber = batchNumber;
    this.oldRoot = trace.oldRoot;
    this.newRoot = trace.newRoot;
    this.accounts = fill(accounts, (i) => accountSlot(depth, trace.accounts[i]));
    this.operations = fill(operations, (j) => operationSlot(trace.operations[j]));
    this.transactions = fill(transactions, (i) => transactionSlot(fees, batchNumber, trace.transactions[i]));
    this.fees = fill(fees, (f) => feeSlot(trace.fees[f]));
    this.exits = fill(exits, () => ({ used: 0n, recipient: 0n, amount: 0n, asset: 0n }));
    this.derive();
  }

  /** The slots of a valid batch on `state`. */
  static of(shape: Shape, domain: bigint, state: State, batch: SealedBatch): Forgery {
    const tree = new StateTree(shape.depth);
    for (const [index, account] of state.accounts()) {
      const identity = poseidon([account.ax, account.ay, account.owner, BigInt(account.asset)]);
      tree.update(index, poseidon([identity, BigInt(account.nonce), account.balance, account.data]));
    }
    return new Forgery(shape, tree, domain, traceBatch(shape, state, batch));
  }

  /** The used account slot of an index, the last one if there are several. */
  account(index: number): AccountSlot {
    return found(this.accounts.findLast((slot) => isUsed(slot) && slot.index === BigInt(index)));
  }

  operation(position: number): OperationSlot {
    return found(this.operations[position]);
  }

  transaction(position: number): TransactionSlot {
    return found(this.transactions[position]);
  }

  fee(position: number): FeeSlot {
    return found(this.fees[position]);
  }

  exit(position: number): ExitSlot {
    return found(this.exits[position]);
  }

  /** The first account slot that nothing uses. */
  unusedAccount(): AccountSlot {
    return found(this.accounts.find((slot) => !isUsed(slot)));
  }

  /** Works out all that follows from what the slots intend: fees, cells and ages, lookups, exits, the tree. */
  derive(order?: readonly number[]): void {
    this.collectFees();
    this.run(order);
    this.countLookups();
    this.listExits();
    this.close();
  }

  collectFees(): void {
    this.fees.forEach((fee, f) => {
      fee.total = sum(this.transactions.map((slot) => (slot.feeSlot[f] ?? 0n) * slot.fee));
    });
  }

  /**
   * Runs the accesses on the cells that the account slots open.
   *
   * @param order - Numbers of accesses, in the order in which they happen; ages follow, also below zero.
   */
  run(
    order: readonly number[] = Array.from({ length: this.#firstFee + this.shape.fees }, (_, k) => k),
  ): void {
    const cells = new Map(
      this.accounts.filter(isUsed).map((slot) => [slot.index, { cell: slot.first, time: 0n }]),
    );
    for (const k of order) {
      const access = this.#access(k);
      const held = access && cells.get(access.index);
      if (access === undefined || held === undefined) continue;
      const cell = access.visit(held.cell, BigInt(k) - held.time);
      cells.set(access.index, { cell, time: BigInt(k + 1) });
    }
    for (const slot of this.accounts.filter(isUsed)) {
      const held = found(cells.get(slot.index));
      slot.last = { ...held.cell };
      slot.lastTime = held.time;
    }
  }

  countLookups(): void {
    for (const slot of this.accounts.filter(isUsed)) {
      const times = (indices: bigint[]): bigint =>
        BigInt(indices.filter((index) => index === slot.index).length);
      const used = this.transactions.filter((transaction) => transaction.used === 1n);
      const transfers = used.filter((transaction) => transaction.withdraw === 0n);
      slot.multiplicity = [
        times(used.map(({ from }) => from)),
        times([...transfers.map(({ to }) => to), ...this.fees.filter(isUsedFee).map(({ index }) => index)]),
        times(this.operations.filter(isUsedOperation).map(({ index }) => index)),
      ];
    }
  }

  listExits(): void {
    const forced = this.operations
      .map((slot) => ({ recipient: slot.owner, amount: paidBy(slot), asset: slot.holder.asset }))
      .filter(({ amount }) => amount !== 0n);
    const withdrawn = this.transactions
      .filter((slot) => slot.withdraw === 1n)
      .map(({ to, amount, asset }) => ({ recipient: to, amount, asset }));
    const causes = [...forced, ...withdrawn];
    this.exits.forEach((slot, e) => {
      const cause = causes[e];
      Object.assign(
        slot,
        cause === undefined ? { used: 0n, recipient: 0n, amount: 0n, asset: 0n } : { used: 1n, ...cause },
      );
    });
  }

  /** Paths and new root, slot after slot. */
  close(): void {
    const tree = this.tree.copy();
    this.oldRoot = tree.root;
    for (const slot of this.accounts.filter(isUsed)) {
      const index = Number(slot.index);
      slot.path = childrenOf(tree, index);
      tree.update(index, leafOf((slot.existing + slot.created) * identityHash(slot), slot.last));
    }
    this.newRoot = tree.root;
  }

  /** Makes the tree hold what a slot says that it opened. */
  pretend(slot: AccountSlot): void {
    this.tree.update(Number(slot.index), leafOf(slot.existing * identityHash(slot), slot.first));
  }

  get #firstFee(): number {
    return this.shape.operations + 2 * this.shape.transactions;
  }

  /** Access number `k`, if it is enabled. */
  #access(k: number): Access | undefined {
    const { operations } = this.shape;
    if (k < operations) return operationAccess(this.operation(k));
    if (k >= this.#firstFee) return feeAccess(this.fee(k - this.#firstFee));
    const slot = this.transaction(Math.floor((k - operations) / 2));
    return (k - operations) % 2 === 0 ? senderAccess(slot) : recipientAccess(slot);
  }
}

function operationAccess(slot: OperationSlot): Access | undefined {
  if (!isUsedOperation(slot)) return undefined;
  const visit: Access["visit"] = (cell, age) => {
    slot.cell = { ...cell };
    slot.age = age;
    return { ...cell, balance: cell.balance + slot.amount - paidBy(slot) };
  };
  return { index: slot.index, visit };
}

function senderAccess(slot: TransactionSlot): Access | undefined {
  if (slot.used === 0n) return undefined;
  const visit: Access["visit"] = (cell, age) => {
    slot.sender = { ...cell };
    slot.senderAge = age;
    return { ...cell, balance: cell.balance - slot.amount - slot.fee, nonce: cell.nonce + 1n };
  };
  return { index: slot.from, visit };
}

function recipientAccess(slot: TransactionSlot): Access | undefined {
  if (slot.used === 0n || slot.withdraw === 1n) return undefined;
  const visit: Access["visit"] = (cell, age) => {
    slot.recipient = { ...cell };
    slot.recipientAge = age;
    return { ...cell, balance: cell.balance + slot.amount };
  };
  return { index: slot.to, visit };
}

function feeAccess(slot: FeeSlot): Access | undefined {
  if (slot.used === 0n) return undefined;
  const visit: Access["visit"] = (cell, age) => {
    slot.cell = { ...cell };
    slot.age = age;
    return { ...cell, balance: cell.balance + slot.total };
  };
  return { index: slot.index, visit };
}

/** What a forced exit pays: all that its cell holds, if the owner asked. */
function paidBy({ exit, owner, holder, cell }: OperationSlot): bigint {
  return exit === 1n && owner === holder.owner ? cell.balance : 0n;
}

export function isUsed({ existing, created, absent }: AccountSlot): boolean {
  return existing + created + absent !== 0n;
}

export function isUsedOperation({ deposit, exit, open }: OperationSlot): boolean {
  return deposit + exit + open !== 0n;
}

function isUsedFee({ used }: FeeSlot): boolean {
  return used !== 0n;
}

export function identityHash({ ax, ay, owner, asset }: Identity): bigint {
  return poseidon([ax, ay, owner, asset].map(toField));
}

export function leafOf(identity: bigint, { nonce, balance, data }: CellColumns): bigint {
  return poseidon([identity, nonce, balance, data].map(toField));
}

/** All four children on each level of the path to an index, from the leaves up. */
function childrenOf(tree: StateTree, index: number): bigint[][] {
  let node = tree.leaf(index);
  return tree.path(index).map((siblings, level) => {
    const children = siblings.toSpliced(Math.floor(index / 4 ** level) % 4, 0, node);
    node = poseidon(children);
    return children;
  });
}

function fill<T>(length: number, slot: (position: number) => T): T[] {
  return Array.from({ length }, (_, position) => slot(position));
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}

/** Throws where an attack names a slot that there is not. */
function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("There is no such slot.");
  return value;
}
