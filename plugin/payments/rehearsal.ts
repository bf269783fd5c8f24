import type { RollupClient } from "../client/rollup.ts";
import { type Account, accountIdentity, createAccount, type Holder, isAbsent } from "../protocol/account.ts";
import { ProtocolError } from "../protocol/errors.ts";
import {
  assertTransaction,
  type SignedTransaction,
  type Transaction,
  verifyTransaction,
} from "../protocol/transaction.ts";
import { accountsOf } from "../sequencer/accounts-of.ts";
import { Draft } from "../sequencer/draft.ts";
import { applyTransaction, refusalOf } from "../sequencer/execute.ts";
import { type Refusal, refuse } from "../sequencer/refusal.ts";

/**
 * What payments would do, one after another, to the accounts as they are after all that is pending. Nothing is kept of
 * it: it tells before the first one is sent whether the sequencer will take them all.
 */
export class Rehearsal {
  readonly #client: RollupClient;
  readonly #draft: Draft;
  /** Accounts that only the rehearsal has. */
  readonly #created = new Map<bigint, number>();
  /** Accounts that pending transactions touch. */
  readonly #touched = new Set<number>();
  #nextIndex: number;

  constructor(client: RollupClient) {
    this.#client = client;
    const { sequencer, store } = client;
    this.#draft = new Draft({ account: (index) => sequencer.account(index), set: () => {} });
    this.#nextIndex = sequencer.status().accounts;
    for (const [, { transaction }] of store.transactions.entries()) this.#touch(transaction);
  }

  /** The index of a holder's account; undefined as long as there is none. */
  find(holder: Holder): number | undefined {
    return this.#client.sequencer.find(holder) ?? this.#created.get(accountIdentity(holder));
  }

  account(index: number): Account {
    return this.#draft.account(index);
  }

  /** The index of a holder's account, which is created if there is none. */
  open(holder: Holder): number {
    const known = this.find(holder);
    if (known !== undefined) return known;
    const index = this.#nextIndex++;
    this.#created.set(accountIdentity(holder), index);
    this.#draft.set(index, createAccount(holder));
    return index;
  }

  deposit(holder: Holder, amount: bigint): void {
    this.#credit(this.open(holder), amount);
  }

  /**
   * Empties an account by an exit through L1. An exit comes before the transactions that wait, whose money it would
   * take, so there must be none of the account's.
   */
  exit(index: number): Refusal | undefined {
    if (this.#touched.has(index)) {
      return refuse(
        "OVERDRAFT",
        "The account has transactions that are not sealed, and an exit overtakes them.",
        {
          account: index,
          "to do": "seal them first: npx hardhat rollup:sequence",
        },
      );
    }
    this.#draft.set(index, { ...this.account(index), balance: 0n });
    return undefined;
  }

  /** Executes a transaction, unless it is to be refused. */
  transact(transaction: Transaction): Refusal | undefined {
    try {
      assertTransaction(transaction);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return { code: "MALFORMED", reason: error.message };
    }
    const { asset } = this.account(transaction.from);
    const feeHolder = transaction.fee > 0n && asset !== 0 ? this.#feeHolder(asset) : undefined;
    const feeAccounts = new Map(this.#client.store.feeAccounts.entries());
    // The account that takes the fee is opened with the first one.
    if (feeHolder !== undefined) feeAccounts.set(asset, this.find(feeHolder) ?? this.#nextIndex);
    const { sealed } = this.#client.store.progress;
    const refusal = refusalOf(this.#draft, transaction, sealed + 1, feeAccounts);
    if (refusal !== undefined) return refusal;
    if (feeHolder !== undefined) this.open(feeHolder);
    this.#touch(transaction);
    applyTransaction(this.#draft, transaction);
    return undefined;
  }

  /** As transact, for a transaction that has been signed elsewhere. */
  transactSigned(transaction: SignedTransaction): Refusal | undefined {
    const sender = this.account(transaction.from);
    const { domain } = this.#client.deployment;
    if (isAbsent(sender) || verifyTransaction(domain, transaction, sender)) return this.transact(transaction);
    return refuse(
      "BAD_SIGNATURE",
      "The signature is not the account owner's for this rollup and these fields.",
      {
        account: transaction.from,
        rollup: this.#client.address,
      },
    );
  }

  #feeHolder(asset: number): Holder | undefined {
    const { feeHolder } = this.#client.sequencer;
    return feeHolder === undefined ? undefined : { ...feeHolder, asset };
  }

  #credit(index: number, amount: bigint): void {
    const account = this.account(index);
    this.#draft.set(index, { ...account, balance: account.balance + amount });
  }

  #touch(transaction: Transaction): void {
    for (const index of accountsOf(transaction)) this.#touched.add(index);
  }
}
