import { isAbsent } from "../protocol/account.ts";
import type { ExitRow } from "../protocol/batch-data.ts";
import type { Operation } from "../protocol/operation.ts";
import type { Row } from "../protocol/row.ts";
import type { Shape } from "../protocol/shape.ts";
import type { Ledger } from "../protocol/state.ts";
import { type SignedTransaction, type Transaction, transactionKind } from "../protocol/transaction.ts";
import { accountsOf } from "./accounts-of.ts";
import { chooseAccounts } from "./choose-accounts.ts";
import { Draft } from "./draft.ts";
import { applyOperation, applyTransaction } from "./execute.ts";
import type { SealedRecord } from "./records.ts";

/** Who takes the fees in an asset: the account's index, by asset. */
export type FeeTakers = ReadonlyMap<number, number>;

/** The slots of a batch as they fill up. */
export class Filling {
  readonly draft: Draft;
  readonly #before: Ledger;
  readonly #shape: Shape;
  readonly #feeAccounts: FeeTakers;
  readonly #touched = new Set<number>();
  /** Those touched and those that wait for the transactions to come. */
  #reserved = new Set<number>();
  readonly #operations: Operation[] = [];
  readonly #transactions: SignedTransaction[] = [];
  readonly #exits: ExitRow[] = [];
  /** By asset. */
  readonly #fees = new Map<number, { readonly index: number; total: bigint }>();

  constructor(ledger: Ledger, shape: Shape, feeAccounts: FeeTakers) {
    this.draft = new Draft(ledger);
    this.#before = ledger;
    this.#shape = shape;
    this.#feeAccounts = feeAccounts;
  }

  get isFull(): boolean {
    return this.#transactions.length >= this.#shape.transactions;
  }

  /** Those fee accounts that exist once all operations are done. */
  presentFeeAccounts(): FeeTakers {
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

  hasRoom({ kind, from, to, fee }: Transaction): boolean {
    const { accounts, exits, fees } = this.#shape;
    const reserved = this.#reserved;
    let free = accounts - reserved.size;
    if (!reserved.has(from) && --free < 0) return false;
    if (kind === transactionKind.withdraw) {
      if (this.#exits.length >= exits) return false;
    } else {
      const recipient = Number(to);
      if (recipient !== from && !reserved.has(recipient) && --free < 0) return false;
    }
    if (fee === 0n) return true;
    const { asset } = this.draft.account(from);
    const taker = this.#feeAccounts.get(asset);
    if (taker === undefined) return true;
    if (!this.#fees.has(asset) && this.#fees.size >= fees) return false;
    const isNew =
      taker !== from && !reserved.has(taker) && (kind === transactionKind.withdraw || BigInt(taker) !== to);
    return !isNew || free > 0;
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
