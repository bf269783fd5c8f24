import { type Transaction, transactionKind } from "../protocol/transaction.ts";

/** The accounts that a transaction touches, but for its fee. */
export function accountsOf({ kind, from, to }: Transaction): number[] {
  return kind === transactionKind.withdraw ? [from] : [from, Number(to)];
}
