import { type Account, createAccount, type Holder, isAbsent } from "../protocol/account.ts";
import { isUsableKey, type PublicKey } from "../protocol/babyjubjub.ts";
import { verifySignature } from "../protocol/eddsa.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { wordHex } from "../protocol/hex.ts";
import type { QueueEntry } from "../protocol/queue.ts";
import {
  rollupDomain,
  type SignedTransaction,
  transactionKind,
  transactionMessage,
} from "../protocol/transaction.ts";
import { SequencerError, TransactionRefused } from "./errors.ts";
import { refusalOf } from "./execute.ts";
import type { RegisteredShape, SealedRecord } from "./records.ts";
import { type Refusal, refuse } from "./refusal.ts";
import { accountsOf } from "./seal.ts";
import type { Store } from "./store.ts";
import { View } from "./view.ts";

/** Who owns accounts, whatever the asset: a key and an L1 address. */
export type FeeHolder = Omit<Holder, "asset">;

export type SequencerOptions = {
  readonly store: Store;
  /** See rollupDomain. */
  readonly domain: bigint;
  /** Levels of the state tree. */
  readonly depth: number;
  /** What the rollup has registered, at least one. */
  readonly shapes: readonly RegisteredShape[];
  /** Who takes the fees. Without one, fees are taken only in assets whose fee account the store knows. */
  readonly feeHolder?: FeeHolder | undefined;
  /** The contract's limit, for which room is kept in the tree. Default 1,000. */
  readonly maxQueuedDeposits?: number | undefined;
};

/** What waits for whom. */
export type SequencerStatus = {
  readonly settledBatch: number;
  readonly sealedBatch: number;
  /** Sealed batches that have neither a proof nor a settlement. */
  readonly unproven: readonly number[];
  /** Entries of the L1 queue and opens that are not sealed yet. */
  readonly pendingOperations: number;
  readonly pendingTransactions: number;
  /** Entries of the L1 queue that have been observed. */
  readonly observedEntries: number;
  /** Accounts after all that is pending. */
  readonly accounts: number;
  readonly droppedTransactions: number;
};

type VerifiedKey = PublicKey | undefined;

const defaultMaxQueuedDeposits = 1_000;

/**
 * Admits, orders, executes and seals (protocol section 8).
 *
 * What it knows is in the store, of which it keeps a picture. Any number of processes may have a sequencer on the same
 * store: the store lets one of them write at a time, and each looks for what the others have written before it reads
 * or writes, so that none acts on an old state.
 */
export class Sequencer {
  readonly #store: Store;
  readonly #domain: bigint;
  readonly #rollup: bigint;
  readonly #shapes: readonly RegisteredShape[];
  readonly #feeHolder: FeeHolder | undefined;
  /** Indices that opens leave to deposits. */
  readonly #reserve: number;
  #view: View | undefined;

  private constructor(options: SequencerOptions) {
    const { store, domain, shapes, feeHolder, maxQueuedDeposits = defaultMaxQueuedDeposits } = options;
    this.#store = store;
    this.#domain = domain;
    this.#rollup = BigInt(store.identity.rollup);
    this.#shapes = shapes;
    this.#feeHolder = feeHolder;
    // A settlement must leave room for the deposits that are queued by then; a sealed batch cannot be changed.
    this.#reserve = Math.min(maxQueuedDeposits, 4 ** options.depth / 4);
  }

  /**
   * A sequencer on a store, with all that was pending when the last one stopped.
   *
   * @throws SequencerError `WRONG_CONFIGURATION`, `UNUSABLE_HOLDER` for the fee holder, `CORRUPTED_STORE`
   */
  static async open(options: SequencerOptions): Promise<Sequencer> {
    const { store, domain, depth, shapes, feeHolder } = options;
    const { identity } = store;
    if (domain !== rollupDomain(identity.chainId, identity.rollup) || depth !== identity.depth) {
      throw new SequencerError(
        "WRONG_CONFIGURATION",
        "Domain and depth are not those of the store's rollup.",
        {
          expected: `${rollupDomain(identity.chainId, identity.rollup)}, depth ${identity.depth}`,
          given: `${domain}, depth ${depth}`,
        },
      );
    }
    if (shapes.length === 0 || shapes.some(({ shape }) => shape.depth !== depth)) {
      throw new SequencerError("WRONG_CONFIGURATION", "The sequencer needs shapes of the rollup's depth.", {
        expected: `depth ${depth}`,
        given: shapes.map(({ name, shape }) => `${name} of depth ${shape.depth}`).join(", ") || "none",
      });
    }
    if (feeHolder !== undefined) assertHolder({ ...feeHolder, asset: 1 });
    const sequencer = new Sequencer(options);
    sequencer.#current();
    return sequencer;
  }

  /**
   * Takes new entries of the L1 queue, by increasing number and without gaps. Those that are known already are compared
   * with what they were.
   *
   * @throws SequencerError `QUEUE_GAP`, `QUEUE_CHANGED`, `TREE_FULL`; nothing has changed then
   */
  async observe(entries: readonly QueueEntry[]): Promise<void> {
    await this.#write((view) => {
      for (const entry of entries) view.addEntry(entry);
    });
  }

  /**
   * Admits a transaction, if its signature is right and the state after all that is pending allows it.
   *
   * @returns the transaction's id, once the transaction is on disk
   * @throws TransactionRefused
   */
  async submit(transaction: SignedTransaction): Promise<{ id: string }> {
    const message = this.#message(transaction);
    const verified = this.#verify(this.#current(), transaction, message, undefined);
    if ("code" in verified) throw new TransactionRefused(verified);
    const refusal = await this.#write((view) => {
      // The sender may have come into being since, or L1 may have gone back.
      const again = this.#verify(view, transaction, message, verified.key);
      return "code" in again ? again : this.#admit(view, transaction);
    });
    if (refusal !== undefined) throw new TransactionRefused(refusal);
    return { id: wordHex(message) };
  }

  /**
   * Asks for an account of somebody who may never have used L1.
   *
   * @returns the index that it will have; the one that the holder has, if there is one
   * @throws SequencerError `UNUSABLE_HOLDER`, `UNKNOWN_ASSET`, `TREE_FULL`
   */
  async open(holder: Holder): Promise<number> {
    assertHolder(holder);
    return await this.#write((view) => {
      const known = view.directory.find(holder);
      if (known !== undefined) return known;
      if (holder.asset > view.lastAsset) {
        throw new SequencerError("UNKNOWN_ASSET", "No deposit of that asset has been observed on L1.", {
          asset: holder.asset,
          "to do": "deposit some of it first, so that it is certain that L1 knows it",
        });
      }
      if (!this.#hasRoom(view)) {
        throw new SequencerError("TREE_FULL", "The indices that are left are kept for deposits.", {
          accounts: view.directory.size,
          "kept for deposits": this.#reserve,
          capacity: view.capacity,
        });
      }
      return view.addOpen(holder).index;
    });
  }

  /**
   * Seals all that is pending into batches of the cheapest shapes that hold the work. What has become impossible is
   * dropped with its reason, see `store.dropped`.
   *
   * @returns the new batches, once they are on disk; from then on they never change
   */
  async seal(): Promise<readonly SealedRecord[]> {
    return await this.#write((view) => view.seal(this.#shapes));
  }

  /** An account after all that is pending; the absent account where nobody has the index. */
  account(index: number): Account {
    return this.#current().draft.account(index);
  }

  /** The accounts of a key or of an L1 address after all that is pending, by increasing index. */
  accountsOf(holder: PublicKey | bigint): { index: number; account: Account }[] {
    const view = this.#current();
    const isHolder =
      typeof holder === "bigint"
        ? ({ owner }: Holder) => owner === holder
        : ({ ax, ay }: Holder) => ax === holder.ax && ay === holder.ay;
    return [...view.directory.entries()]
      .filter(([, candidate]) => isHolder(candidate))
      .sort(([a], [b]) => a - b)
      .map(([index]) => ({ index, account: view.draft.account(index) }));
  }

  /** The index of the account with exactly this identity, pending ones included. */
  find(holder: Holder): number | undefined {
    return this.#current().directory.find(holder);
  }

  /** Who takes the fees; undefined: see SequencerOptions. */
  get feeHolder(): FeeHolder | undefined {
    return this.#feeHolder;
  }

  /** The nonce that an account's next transaction has to have, after all that is pending. */
  nextNonce(index: number): number {
    return this.account(index).nonce;
  }

  /** How many transactions and operations wait to be sealed. */
  pendingCount(): number {
    const { entries, opens, transactions } = this.#current();
    return entries.length + opens.size + transactions.size;
  }

  status(): SequencerStatus {
    const view = this.#current();
    const { sealed, observed } = view.progress;
    const settledBatch = this.#store.settledBatch;
    const unsettled = Array.from({ length: sealed - settledBatch }, (_, i) => settledBatch + 1 + i);
    return {
      settledBatch,
      sealedBatch: sealed,
      unproven: unsettled.filter((number) => this.#store.proofs.get(number) === undefined),
      pendingOperations: view.entries.length + view.opens.size,
      pendingTransactions: view.transactions.size,
      observedEntries: observed,
      accounts: view.directory.size,
      droppedTransactions: this.#store.dropped.count,
    };
  }

  /** The signed message; fields out of range are a refusal. */
  #message(transaction: SignedTransaction): bigint {
    try {
      return transactionMessage(this.#domain, transaction);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      throw new TransactionRefused({ code: "MALFORMED", reason: error.message });
    }
  }

  /**
   * Verifies the signature by the sender's key, unless it is `verified`. A sender who does not exist has none: what
   * follows refuses the transaction.
   */
  #verify(
    view: View,
    { from, signature }: SignedTransaction,
    message: bigint,
    verified: VerifiedKey,
  ): Refusal | { key: VerifiedKey } {
    const { asset, ax, ay } = view.draft.account(from);
    if (isAbsent({ asset })) return { key: undefined };
    if (ax === verified?.ax && ay === verified.ay) return { key: verified };
    const key = { ax, ay };
    if (verifySignature(key, message, signature)) return { key };
    return refuse(
      "BAD_SIGNATURE",
      "The signature is not the account owner's for this rollup and these fields.",
      {
        account: from,
        key: `${ax}, ${ay}`,
        "to do": "sign with the key of the account, for this chain and this rollup",
      },
    );
  }

  #admit(view: View, transaction: SignedTransaction): Refusal | undefined {
    const { kind, from, to, fee } = transaction;
    const { asset } = view.draft.account(from);
    const feeAccount = fee > 0n && asset !== 0 ? this.#feeAccount(view, asset) : undefined;
    const feeAccounts = new Map(feeAccount === undefined ? [] : [[asset, feeAccount.index]]);
    const refusal =
      refusalOf(view.draft, transaction, view.nextBatch, feeAccounts) ??
      this.#refusalForSize(transaction, feeAccount?.index);
    if (refusal !== undefined) return refusal;
    if (kind === transactionKind.withdraw && to === this.#rollup) {
      return refuse("UNPAYABLE_ADDRESS", "The rollup cannot pay a withdrawal to itself.", {
        account: from,
        to: this.#store.identity.rollup,
      });
    }
    if (feeAccount?.isNew === true) view.addOpen(feeAccount.holder);
    if (feeAccount !== undefined) view.setFeeAccount(asset, feeAccount.index);
    view.addTransaction(transaction);
    return undefined;
  }

  /** Who takes a fee in an asset; an account that is yet to be opened for it if need be. */
  #feeAccount(
    view: View,
    asset: number,
  ): { index: number; isNew: false } | { index: number; isNew: true; holder: Holder } | undefined {
    const known =
      this.#feeHolder === undefined
        ? view.feeAccounts.get(asset)
        : view.directory.find({ ...this.#feeHolder, asset });
    if (known !== undefined) return { index: known, isNew: false };
    if (this.#feeHolder === undefined || !this.#hasRoom(view)) return undefined;
    const holder = { ...this.#feeHolder, asset };
    return { index: view.nextOpen(holder).index, isNew: true, holder };
  }

  #refusalForSize(transaction: SignedTransaction, feeAccount: number | undefined): Refusal | undefined {
    const touched = new Set(accountsOf(transaction));
    if (feeAccount !== undefined) touched.add(feeAccount);
    const largest = Math.max(...this.#shapes.map(({ shape }) => shape.accounts));
    if (touched.size <= largest) return undefined;
    return refuse("TOO_LARGE", "No registered shape has enough account slots for it.", {
      accounts: touched.size,
      "slots of the largest shape": largest,
    });
  }

  /** Whether an account can be opened without taking an index that a deposit may need. */
  #hasRoom(view: View): boolean {
    return view.directory.size + this.#reserve < view.capacity;
  }

  /** Changes the store and the view alike. */
  async #write<T>(change: (view: View) => T): Promise<T> {
    try {
      return await this.#store.write(() => {
        try {
          return change(this.#current());
        } catch (error) {
          this.#view = undefined;
          throw error;
        }
      });
    } catch (error) {
      this.#view = undefined;
      throw error;
    }
  }

  /** The view of the store as it is now. */
  #current(): View {
    const { revision } = this.#store.progress;
    if (this.#view === undefined || this.#view.progress.revision < revision) {
      this.#view = new View(this.#store, this.#domain);
    }
    return this.#view;
  }
}

/** Refuses what the contract would refuse in a deposit or open. */
function assertHolder(holder: Holder): void {
  try {
    createAccount(holder);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new SequencerError("UNUSABLE_HOLDER", error.message, {}, error);
  }
  if (!isUsableKey(holder)) {
    throw new SequencerError("UNUSABLE_HOLDER", "The key cannot own an account.", {
      expected: "a point of BabyJubJub that is not of small order",
      given: `${holder.ax}, ${holder.ay}`,
    });
  }
}
