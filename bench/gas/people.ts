// Accounts that exist, by the million, and what they pay each other, as the sequencer has it in its pool.

import { type Account, absentAccount } from "../../plugin/protocol/account.ts";
import type { Ledger } from "../../plugin/protocol/state.ts";
import {
  type SignedTransaction,
  type Transaction,
  transactionKind,
} from "../../plugin/protocol/transaction.ts";
import { randomNumbers } from "../workload/random-numbers.ts";
import { type WorkloadName, workload } from "../workload/workload.ts";
import { type AmountName, amounts } from "./amounts.ts";

export interface Crowd {
  readonly workload: WorkloadName;
  readonly amounts: AmountName;
  /** How many there are. One more takes the fees, at the index behind them. */
  readonly accounts: number;
}

/** An account of ETH before any payment, always the same for a crowd. */
export function accountOf(crowd: Crowd, index: number): Account {
  if (index > crowd.accounts) return absentAccount;
  const balance = amounts(crowd.amounts, randomNumbers(index + 1)).balance();
  return { ax: 0n, ay: 0n, owner: BigInt(index + 1), asset: 1, nonce: 7, balance, data: 0n };
}

/** By asset, as sealing wants it. */
export function feeAccountsOf({ accounts }: Crowd): ReadonlyMap<number, number> {
  return new Map([[1, accounts]]);
}

/** A ledger of accounts that are made when somebody asks for them. */
export class People implements Ledger {
  readonly #crowd: Crowd;
  readonly #changed = new Map<number, Account>();

  constructor(crowd: Crowd) {
    this.#crowd = crowd;
  }

  account(index: number): Account {
    return this.#changed.get(index) ?? accountOf(this.#crowd, index);
  }

  set(index: number, account: Account): void {
    this.#changed.set(index, account);
  }

  /** Nothing that is measured depends on identities, so that they need not be hashed. */
  identity(index: number): bigint {
    return BigInt(index + 1);
  }
}

/** Who is there, and how what they sign is signed. */
export interface Signers {
  /** Before any payment. */
  account(index: number): Account;
  identity(index: number): bigint;
  sign(transaction: Transaction): SignedTransaction;
}

/** Nothing that is measured depends on signatures: sealing does not look at them. */
export function unsigned(crowd: Crowd): Signers {
  const people = new People(crowd);
  return {
    account: (index) => people.account(index),
    identity: (index) => people.identity(index),
    sign: (transaction) => ({ ...transaction, signature: { r8x: 0n, r8y: 0n, s: 0n } }),
  };
}

/** What the crowd pays, by arrival. Nobody pays what he does not have. */
export function pendingPayments(
  crowd: Crowd,
  count: number,
  signers: Signers,
): ReadonlyMap<number, SignedTransaction> {
  const payments = workload(crowd.workload, crowd.accounts);
  const drawn = amounts(crowd.amounts, randomNumbers(11));
  const moved = new Map<number, { balance: bigint; nonce: number }>();
  const cell = (index: number) => {
    const { balance, nonce } = moved.get(index) ?? signers.account(index);
    const found = { balance, nonce };
    moved.set(index, found);
    return found;
  };
  const pending = new Map<number, SignedTransaction>();
  while (pending.size < count) {
    const { from, to } = payments.next().value;
    const [amount, fee] = [drawn.payment(), drawn.fee()];
    const sender = cell(from);
    if (sender.balance < amount + fee) continue;
    const { nonce } = sender;
    sender.balance -= amount + fee;
    sender.nonce++;
    moved.set(from, sender);
    cell(to).balance += amount;
    pending.set(
      pending.size + 1,
      signers.sign({
        kind: transactionKind.transfer,
        from,
        nonce,
        expiry: 2 ** 32 - 1,
        to: BigInt(to),
        amount,
        fee,
        payload: signers.identity(to),
      }),
    );
  }
  return pending;
}
