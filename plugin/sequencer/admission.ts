import { isAbsent } from "../protocol/account.ts";
import type { PublicKey } from "../protocol/babyjubjub.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { wordHex } from "../protocol/hex.ts";
import {
  assertSignatureElements,
  assertTransaction,
  type SignedTransaction,
  transactionId,
  transactionKind,
  verifyTransaction,
} from "../protocol/transaction.ts";
import { type AdmissionRules, Admitting } from "./admit.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { SignatureChecker } from "./signatures/signature-checker.ts";
import type { Store } from "./store.ts";
import type { View } from "./view.ts";
import type { ViewKeeper } from "./view-keeper.ts";

/** What submitting a transaction leads to: its id once it is on disk, or why it is not taken. */
export type Submission = { readonly id: string } | { readonly refusal: Refusal };

export type AdmissionParts = {
  readonly store: Store;
  readonly domain: bigint;
  readonly signatures: SignatureChecker;
  readonly rules: AdmissionRules;
  readonly views: ViewKeeper;
  /** Unix time in seconds. */
  readonly now: () => number;
};

/** A transaction on its way, and who waits for it. */
type Waiting = {
  readonly transaction: SignedTransaction;
  readonly resolve: (submission: Submission) => void;
  readonly reject: (error: unknown) => void;
};

/** One whose signature has been checked by a key; without a key: whose sender was not there. */
type Checked = {
  readonly transaction: SignedTransaction;
  readonly key?: PublicKey;
  readonly id?: string;
  readonly refusal?: Refusal;
};

/** As many are checked and committed together at most. */
const largestGroup = 1_024;
/** One group is checked while the one before it goes to disk. */
const groupsUnderWay = 2;
/** Beyond it nobody is kept waiting. */
const longestQueue = 65_536;

/**
 * Takes transactions in groups: the signatures of a group are checked together, and what is admitted of it goes to disk
 * in one commit. While one group is under way the next one gathers, so that groups are the larger the more there is to
 * do.
 */
export class Admission {
  readonly #parts: AdmissionParts;
  #queue: Waiting[] = [];
  #underWay = 0;
  #isScheduled = false;
  /** The group before, so that groups are admitted in the order of submission. */
  #previous: Promise<unknown> = Promise.resolve();

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
  }

  /** Transactions on their way. */
  get waiting(): number {
    return this.#queue.length;
  }

  submit(transaction: SignedTransaction): Promise<Submission> {
    if (this.#queue.length >= longestQueue) {
      const facts = { waiting: this.#queue.length, "to do": "send it again later" };
      return Promise.resolve({
        refusal: refuse("POOL_FULL", "Too many transactions wait to be admitted.", facts),
      });
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ transaction, resolve, reject });
      this.#schedule();
    });
  }

  /** Starts the next group at the end of this turn, unless enough is under way. */
  #schedule(): void {
    if (this.#isScheduled || this.#underWay >= groupsUnderWay || this.#queue.length === 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#start();
    });
  }

  #start(): void {
    const group = this.#queue.splice(0, largestGroup);
    if (group.length === 0) return;
    this.#underWay++;
    const checked = this.#check(group.map(({ transaction }) => transaction));
    // Nobody looks at it before the group before is through.
    checked.catch(() => {});
    const previous = this.#previous;
    this.#previous = this.#admit(group, checked, previous).finally(() => {
      this.#underWay--;
      this.#schedule();
    });
    this.#schedule();
  }

  async #admit(
    group: readonly Waiting[],
    checking: Promise<readonly Checked[]>,
    previous: Promise<unknown>,
  ): Promise<void> {
    try {
      await previous;
      const checked = await checking;
      const submissions = await this.#parts.views.write((view) => this.#admitAll(view, checked));
      for (const [position, { resolve }] of group.entries()) {
        const submission = submissions[position];
        if (submission !== undefined) resolve(submission);
      }
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  async #check(transactions: readonly SignedTransaction[]): Promise<Checked[]> {
    const view = this.#parts.views.current;
    const checked: Checked[] = transactions.map((transaction) => {
      const refusal = malformed(transaction);
      if (refusal !== undefined) return { transaction, refusal };
      const { asset, ax, ay } = view.draft.account(transaction.from);
      return isAbsent({ asset }) ? { transaction } : { transaction, key: { ax, ay } };
    });
    const checks = checked.flatMap(({ transaction, key }) =>
      key === undefined ? [] : [{ transaction, key }],
    );
    const answers = (await this.#parts.signatures.check(checks)).values();
    const results = checked.map((one) => {
      if (one.key === undefined) return one;
      const { message, valid } = answers.next().value ?? { message: 0n, valid: false };
      return valid ? { ...one, id: wordHex(message) } : { ...one, refusal: badSignature(one) };
    });
    this.#parts.views.current.identify(recipientsOf(results));
    return results;
  }

  #admitAll(view: View, group: readonly Checked[]): Submission[] {
    const admitting = new Admitting(view, this.#parts.rules, this.#parts.now());
    return group.map((one): Submission => {
      const { transaction } = one;
      const found = this.#recheck(view, one);
      if ("code" in found) return { refusal: found };
      const { id } = found;
      // Whoever asks again, since the answer was lost, gets the same answer.
      if (this.#isKnown(view, id, transaction)) return { id };
      const refusal = admitting.admit(id, transaction);
      return refusal === undefined ? { id } : { refusal };
    });
  }

  /** The sender may have come into being since the check, or L1 may have gone back. */
  #recheck(view: View, { transaction, key, id, refusal }: Checked): { readonly id: string } | Refusal {
    if (refusal?.code === "MALFORMED") return refusal;
    const { from } = transaction;
    const account = view.draft.account(from);
    if (isAbsent(account)) return refuse("UNKNOWN_SENDER", "No such account.", { account: from });
    if (key !== undefined && account.ax === key.ax && account.ay === key.ay) {
      return id === undefined ? (refusal ?? badSignature({ transaction, key })) : { id };
    }
    const { domain } = this.#parts;
    if (!verifyTransaction(domain, transaction, account)) return badSignature({ transaction, key: account });
    return { id: transactionId(domain, transaction) };
  }

  #isKnown(view: View, id: string, { from, nonce }: SignedTransaction): boolean {
    if (nonce >= view.draft.account(from).nonce) return view.pool.find(from, nonce)?.id === id;
    const arrival = this.#parts.store.arrivals.get(id);
    return arrival !== undefined && this.#parts.store.dropped.get(arrival) === undefined;
  }
}

/** Whom those that are signed pay: their identities are looked at next. */
function recipientsOf(checked: readonly Checked[]): number[] {
  return checked
    .filter(({ id, transaction }) => id !== undefined && transaction.kind === transactionKind.transfer)
    .map(({ transaction }) => Number(transaction.to));
}

function malformed(transaction: SignedTransaction): Refusal | undefined {
  try {
    assertTransaction(transaction);
    assertSignatureElements(transaction.signature);
    return undefined;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { code: "MALFORMED", reason: error.message };
  }
}

function badSignature({ transaction, key }: Checked): Refusal {
  return refuse(
    "BAD_SIGNATURE",
    "The signature is not the account owner's for this rollup and these fields.",
    {
      account: transaction.from,
      key: `${key?.ax}, ${key?.ay}`,
      "to do": "sign with the key of the account, for this chain and this rollup",
    },
  );
}
