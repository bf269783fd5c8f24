// What the mempool takes (protocol section 8). Signatures are not looked at here: whoever calls has checked them.

import { type SignedTransaction, transactionKind } from "../protocol/transaction.ts";
import { accountsOf } from "./accounts-of.ts";
import { refusalOf } from "./execute.ts";
import type { FeeAccount, FeeAccounts } from "./fee-accounts.ts";
import type { Pooled } from "./mempool.ts";
import { type MempoolLimits, outbidding } from "./mempool-limits.ts";
import { type Refusal, refuse } from "./refusal.ts";
import { ethAsset, Victims } from "./victims.ts";
import type { View } from "./view.ts";

export type AdmissionRules = {
  readonly limits: MempoolLimits;
  readonly feeAccounts: FeeAccounts;
  /** The contract's address. */
  readonly rollup: bigint;
  /** Account slots of the shape that has most. */
  readonly largestAccounts: number;
};

/** A balance that covers everything: what the money of a transaction that waits is checked with. */
const unlimited = 2n ** 129n;

/** The admission of a group of transactions, one after another, inside a write. */
export class Admitting {
  readonly #view: View;
  readonly #rules: AdmissionRules;
  readonly #now: number;
  readonly #victims: Victims;

  /** @param now - Unix time in seconds. */
  constructor(view: View, rules: AdmissionRules, now: number) {
    this.#view = view;
    this.#rules = rules;
    this.#now = now;
    this.#victims = new Victims(view);
  }

  /** Returns why not, if it is not admitted. */
  admit(id: string, transaction: SignedTransaction): Refusal | undefined {
    const { from, nonce } = transaction;
    const old = this.#view.pool.find(from, nonce);
    if (old !== undefined) return this.#replace(old, id, transaction);
    const next = this.#view.draft.account(from).nonce;
    return nonce > next ? this.#wait(id, transaction, next) : this.#execute(id, transaction);
  }

  #execute(id: string, transaction: SignedTransaction): Refusal | undefined {
    const refusal =
      this.#refusalOf(transaction) ??
      this.#refusalForAccount(transaction) ??
      this.#makeRoom(transaction, this.#view.pool.ready.size < this.#rules.limits.transactions, false);
    if (refusal !== undefined) return refusal;
    this.#useFeeAccount(transaction);
    this.#view.addTransaction({ id, transaction, admittedAt: this.#now });
    this.#promoteAfter(transaction);
    return undefined;
  }

  /** Keeps a transaction whose nonce is not the next one yet. */
  #wait(id: string, transaction: SignedTransaction, next: number): Refusal | undefined {
    const { pool } = this.#view;
    const { from, nonce } = transaction;
    const { waiting, waitingPerAccount } = this.#rules.limits;
    const refusal =
      this.#refusalOf(transaction, { nonce, balance: unlimited }) ?? this.#refusalOfFee(transaction);
    if (refusal !== undefined) return refusal;
    if (nonce - next > waitingPerAccount || pool.waitingOf(from) >= waitingPerAccount) {
      return refuse("WRONG_NONCE", "The nonce is too far from the account's next one to wait for it.", {
        account: from,
        expected: next,
        given: nonce,
        "the account's transactions that wait": pool.waitingOf(from),
        "at most": waitingPerAccount,
      });
    }
    const full =
      this.#refusalForAccount(transaction) ?? this.#makeRoom(transaction, pool.waitingCount < waiting, true);
    if (full !== undefined) return full;
    this.#view.pool.admit({ id, transaction, admittedAt: this.#now }, true);
    return undefined;
  }

  /** Has a transaction take the place of the one with its nonce, if it pays enough more. */
  #replace(old: Pooled, id: string, transaction: SignedTransaction): Refusal | undefined {
    const { from, nonce, fee } = transaction;
    const least = outbidding(old.transaction.fee);
    if (fee < least) {
      return refuse("UNDERPRICED", "Another transaction with its nonce is pending.", {
        account: from,
        nonce,
        "fee of the other": old.transaction.fee,
        "fee that takes its place": least,
        given: fee,
      });
    }
    const { amount, fee: oldFee } = old.transaction;
    const balance = old.waits ? unlimited : this.#view.draft.account(from).balance + amount + oldFee;
    const refusal =
      this.#refusalOf(transaction, { nonce, balance }) ??
      (old.waits ? this.#refusalOfFee(transaction) : undefined);
    if (refusal !== undefined) return refusal;
    if (!old.waits) this.#useFeeAccount(transaction);
    this.#view.replace(old, { id, transaction, admittedAt: this.#now });
    return undefined;
  }

  /** Executes those that have waited for a transaction, as far as they are possible. */
  #promoteAfter({ from, nonce }: SignedTransaction): void {
    for (let next = nonce + 1; ; next++) {
      const pooled = this.#view.pool.find(from, next);
      if (pooled === undefined || !pooled.waits) return;
      const refusal = this.#refusalOf(pooled.transaction);
      if (refusal !== undefined) {
        this.#view.drop(pooled, refusal);
        return;
      }
      this.#useFeeAccount(pooled.transaction);
      this.#view.promote(pooled);
    }
  }

  /**
   * Why a transaction is not possible after all that is pending.
   *
   * @param sender - What to take for the sender's.
   */
  #refusalOf(
    transaction: SignedTransaction,
    sender?: { readonly nonce: number; readonly balance: bigint },
  ): Refusal | undefined {
    const { draft, nextBatch } = this.#view;
    const { kind, from, to, fee } = transaction;
    const account = sender === undefined ? draft.account(from) : { ...draft.account(from), ...sender };
    const ledger = {
      account: (index: number) => (index === from ? account : draft.account(index)),
      identity: (index: number) => draft.identity(index),
    };
    const taker = this.#feeAccountOf(transaction);
    const takers = new Map(taker === undefined ? [] : [[account.asset, taker.index]]);
    const refusal = refusalOf(ledger, transaction, nextBatch, takers);
    if (refusal !== undefined) return refusal;
    const { limits, rollup, largestAccounts } = this.#rules;
    if (fee < limits.minimumFee) {
      return refuse("UNDERPRICED", "The fee is too low.", { expected: limits.minimumFee, given: fee });
    }
    const touched = new Set(accountsOf(transaction));
    if (taker !== undefined) touched.add(taker.index);
    if (touched.size > largestAccounts) {
      return refuse("TOO_LARGE", "No registered shape has enough account slots for it.", {
        accounts: touched.size,
        "slots of the largest shape": largestAccounts,
      });
    }
    if (kind !== transactionKind.withdraw || to !== rollup) return undefined;
    return refuse("UNPAYABLE_ADDRESS", "The rollup cannot pay a withdrawal to itself.", {
      account: from,
      to: `0x${to.toString(16).padStart(40, "0")}`,
    });
  }

  /** What waits may be paid with money that is yet to come, but a fee that nobody has must not displace others. */
  #refusalOfFee({ from, fee }: SignedTransaction): Refusal | undefined {
    const { balance } = this.#view.draft.account(from);
    if (fee <= balance) return undefined;
    return refuse("OVERDRAFT", "The balance does not cover the fee.", { account: from, balance, fee });
  }

  #refusalForAccount({ from }: SignedTransaction): Refusal | undefined {
    const { perAccount } = this.#rules.limits;
    const count = this.#view.pool.countOf(from);
    if (count < perAccount) return undefined;
    return refuse("ACCOUNT_LIMIT", "Too many transactions of the account are pending.", {
      account: from,
      pending: count,
      "at most": perAccount,
      "to do": "send it again once some of them are sealed",
    });
  }

  /** Where there is no room, drops the one that pays least in the same asset, if this one pays enough more. */
  #makeRoom(transaction: SignedTransaction, hasRoom: boolean, waits: boolean): Refusal | undefined {
    if (hasRoom) return undefined;
    const { asset } = this.#view.draft.account(transaction.from);
    const rival = this.#victims.cheapest(asset, waits, transaction.from);
    const least = rival === undefined ? undefined : outbidding(rival.transaction.fee);
    const isOutbid = least !== undefined && transaction.fee >= least;
    const isEth = asset === ethAsset && !waits && transaction.fee > 0n;
    const victim = isOutbid ? rival : isEth ? this.#victims.cheapestBesideEth() : undefined;
    if (victim === undefined) {
      return refuse("POOL_FULL", "Too many transactions are pending.", {
        "fee that would be taken": least ?? "none",
        given: transaction.fee,
        "to do": "pay that fee, or send it again later",
      });
    }
    this.#victims.remove(victim);
    this.#view.drop(
      victim,
      refuse("EVICTED", "Too many transactions were pending, and another one paid more.", {
        fee: victim.transaction.fee,
        "fee of the other": transaction.fee,
      }),
    );
    return undefined;
  }

  #feeAccountOf({ from, fee }: SignedTransaction): FeeAccount | undefined {
    const { asset } = this.#view.draft.account(from);
    return fee > 0n && asset !== 0 ? this.#rules.feeAccounts.find(this.#view, asset) : undefined;
  }

  #useFeeAccount(transaction: SignedTransaction): void {
    const account = this.#feeAccountOf(transaction);
    const { asset } = this.#view.draft.account(transaction.from);
    if (account !== undefined) this.#rules.feeAccounts.use(this.#view, asset, account);
  }
}
