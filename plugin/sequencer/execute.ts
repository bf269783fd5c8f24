// What operations and transactions do to the state, as protocol sections 2 and 3 say it: plain reads and writes.

import { type Account, accountIdentity, createAccount, isAbsent } from "../protocol/account.ts";
import type { ExitRow } from "../protocol/batch-data.ts";
import { createsAccount, type Operation, operationKind } from "../protocol/operation.ts";
import type { SealedBatch } from "../protocol/sealed-batch.ts";
import type { Ledger } from "../protocol/state.ts";
import { type Transaction, transactionKind } from "../protocol/transaction.ts";
import { type Refusal, refuse } from "./refusal.ts";

const maxNonce = 2 ** 40 - 1;

/** Accounts to read, and their identities where they are known already. */
export type Accounts = Pick<Ledger, "account"> & { identity?(index: number): bigint };

/**
 * Why the state does not admit a transaction into a batch, if it doesn't. The signature is not looked at.
 *
 * @param batchNumber - Of the batch that would include it.
 * @param feeAccounts - Index of the account that takes the fees in an asset.
 */
export function refusalOf(
  ledger: Accounts,
  transaction: Transaction,
  batchNumber: number,
  feeAccounts: ReadonlyMap<number, number>,
): Refusal | undefined {
  const { kind, from, nonce, expiry, to, amount, fee, payload } = transaction;
  const sender = ledger.account(from);
  if (isAbsent(sender)) return refuse("UNKNOWN_SENDER", "No such account.", { account: from });
  if (kind === transactionKind.call) {
    return refuse("UNSUPPORTED_KIND", "This rollup has no applications.", { kind });
  }
  if (nonce !== sender.nonce || nonce >= maxNonce) {
    return refuse("WRONG_NONCE", "The nonce is not the account's next one.", {
      account: from,
      expected: sender.nonce,
      given: nonce,
    });
  }
  if (expiry < batchNumber) {
    return refuse("EXPIRED", "The transaction has expired.", { "next batch": batchNumber, expiry });
  }
  if (sender.balance < amount + fee) {
    return refuse("OVERDRAFT", "The balance does not cover amount and fee.", {
      account: from,
      balance: sender.balance,
      amount,
      fee,
    });
  }
  if (fee > 0n && !feeAccounts.has(sender.asset)) {
    return refuse("NO_FEE_ACCOUNT", "The sequencer takes no fees in this asset: send with fee 0.", {
      asset: sender.asset,
      fee,
    });
  }
  if (kind === transactionKind.withdraw) {
    if (to === 0n) {
      return refuse("UNPAYABLE_ADDRESS", "A withdrawal to the address 0 would burn the money.", {
        account: from,
        amount,
      });
    }
    if (payload === BigInt(sender.asset)) return undefined;
    return refuse("WRONG_ASSET", "The withdrawal is signed for another asset than the account's.", {
      account: from,
      "asset of the account": sender.asset,
      "asset signed": payload,
    });
  }
  const recipient = ledger.account(Number(to));
  if (isAbsent(recipient) || recipient.asset !== sender.asset) {
    return refuse("UNKNOWN_RECIPIENT", "The recipient has no account of the sender's asset at that index.", {
      index: to,
      "recipient's asset": recipient.asset,
      "sender's asset": sender.asset,
    });
  }
  const identity = ledger.identity?.(Number(to)) ?? accountIdentity(recipient);
  if (identity !== payload) {
    return refuse("WRONG_RECIPIENT", "The account at that index is not whom the sender signed for.", {
      index: to,
      "identity there": identity,
      "identity signed": payload,
    });
  }
  return undefined;
}

/** Applies a transaction that `refusalOf` admits, but for its fee. Returns the exit row that it causes. */
export function applyTransaction(ledger: Ledger, transaction: Transaction): ExitRow | undefined {
  const { kind, from, to, amount, fee } = transaction;
  const sender = ledger.account(from);
  ledger.set(from, { ...sender, balance: sender.balance - amount - fee, nonce: sender.nonce + 1 });
  if (kind === transactionKind.withdraw) return { recipient: to, amount, asset: sender.asset };
  credit(ledger, Number(to), amount);
  return undefined;
}

/** Applies an operation. Returns the exit row that it causes. */
export function applyOperation(ledger: Ledger, operation: Operation): ExitRow | undefined {
  const { index } = operation;
  if (operation.kind === operationKind.exit) {
    const account = ledger.account(index);
    if (isAbsent(account) || account.owner !== operation.owner || account.balance === 0n) return undefined;
    ledger.set(index, { ...account, balance: 0n });
    return { recipient: account.owner, amount: account.balance, asset: account.asset };
  }
  if (createsAccount(operation)) ledger.set(index, createAccount(operation));
  if (operation.kind === operationKind.deposit) credit(ledger, index, operation.amount);
  return undefined;
}

/**
 * Applies a whole batch that was sealed on this ledger.
 *
 * @returns the exit rows, in order
 */
export function applyBatch(ledger: Ledger, batch: SealedBatch): ExitRow[] {
  const exits: (ExitRow | undefined)[] = batch.operations.map((operation) =>
    applyOperation(ledger, operation),
  );
  const fees = new Map<number, bigint>();
  for (const transaction of batch.transactions) {
    const { asset } = ledger.account(transaction.from);
    fees.set(asset, (fees.get(asset) ?? 0n) + transaction.fee);
    exits.push(applyTransaction(ledger, transaction));
  }
  for (const index of batch.feeAccounts) credit(ledger, index, fees.get(ledger.account(index).asset) ?? 0n);
  return exits.filter((exit) => exit !== undefined);
}

function credit(ledger: Ledger, index: number, amount: bigint): void {
  const account: Account = ledger.account(index);
  ledger.set(index, { ...account, balance: account.balance + amount });
}
