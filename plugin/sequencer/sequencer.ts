import { type Account, createAccount, type Holder } from "../protocol/account.ts";
import { isUsableKey, type PublicKey } from "../protocol/babyjubjub.ts";
import { ProtocolError } from "../protocol/errors.ts";
import type { QueueEntry } from "../protocol/queue.ts";
import { rollupDomain, type SignedTransaction } from "../protocol/transaction.ts";
import type { TreePath } from "../protocol/tree.ts";
import { Admission, type Submission } from "./admission.ts";
import { SequencerError, TransactionRefused } from "./errors.ts";
import type { SequencerEventMap } from "./events.ts";
import { FeeAccounts, type FeeHolder } from "./fee-accounts.ts";
import { lifeOf, type TransactionLife } from "./life.ts";
import { defaultMempoolLimits, type MempoolLimits, outbidding } from "./mempool-limits.ts";
import type { RegisteredShape, SealedRecord } from "./records.ts";
import { Sealer } from "./sealer.ts";
import type { SealingCause, SealingPolicy } from "./sealing-policy.ts";
import { type SequencerStatus, statusOf } from "./sequencer-status.ts";
import type { SignatureChecker } from "./signatures/signature-checker.ts";
import { SignaturePool } from "./signatures/signature-pool.ts";
import type { Store } from "./store.ts";
import { ethAsset, Victims } from "./victims.ts";
import type { View } from "./view.ts";
import { ViewKeeper } from "./view-keeper.ts";

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
  /** What checks signatures; the sequencer closes it. Default: a SignaturePool. */
  readonly signatures?: SignatureChecker | undefined;
  /** Default: defaultMempoolLimits. */
  readonly limits?: Partial<MempoolLimits> | undefined;
  /** The clock, Unix time in seconds. Default: the system's. */
  readonly now?: (() => number) | undefined;
};

/** What a fee has to be now, in an asset's base unit. */
export type FeeEstimate = {
  readonly fee: bigint;
  /** Whether a transaction with that fee finds room; if not, none does, since nobody pays less in this asset. */
  readonly accepted: boolean;
};

/** Where an account is in the state after a batch. */
export type SealedPath = {
  readonly batchNumber: number;
  readonly root: bigint;
  readonly account: Account;
  /** As StateTree.path. */
  readonly path: TreePath;
};

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
  readonly #feeHolder: FeeHolder | undefined;
  readonly #feeAccounts: FeeAccounts;
  readonly #limits: MempoolLimits;
  readonly #signatures: SignatureChecker;
  readonly #admission: Admission;
  readonly #now: () => number;
  /** Indices that opens leave to deposits. */
  readonly #reserve: number;
  readonly #views: ViewKeeper;
  readonly #sealer: Sealer;
  /** For estimates: to look through a full pool takes long, and many ask the same. */
  #victims: { readonly view: View; readonly revision: number; readonly victims: Victims } | undefined;

  private constructor(options: SequencerOptions) {
    const { store, domain, shapes, feeHolder, maxQueuedDeposits = defaultMaxQueuedDeposits } = options;
    this.#store = store;
    this.#feeHolder = feeHolder;
    this.#now = options.now ?? (() => Math.floor(Date.now() / 1000));
    // A settlement must leave room for the deposits that are queued by then; a sealed batch cannot be changed.
    this.#reserve = Math.min(maxQueuedDeposits, 4 ** options.depth / 4);
    this.#feeAccounts = new FeeAccounts(feeHolder, this.#reserve);
    this.#limits = { ...defaultMempoolLimits, ...options.limits };
    this.#views = new ViewKeeper(store);
    const { waitingSeconds } = this.#limits;
    this.#sealer = new Sealer({ store, views: this.#views, shapes, waitingSeconds, now: this.#now });
    this.#signatures = options.signatures ?? new SignaturePool({ domain });
    this.#admission = new Admission({
      store,
      domain,
      signatures: this.#signatures,
      rules: {
        limits: this.#limits,
        feeAccounts: this.#feeAccounts,
        rollup: BigInt(store.identity.rollup),
        largestAccounts: Math.max(...shapes.map(({ shape }) => shape.accounts)),
      },
      views: this.#views,
      now: this.#now,
    });
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
    void sequencer.#views.current;
    return sequencer;
  }

  /**
   * Takes new entries of the L1 queue, by increasing number and without gaps. Those that are known already are compared
   * with what they were.
   *
   * @throws SequencerError `QUEUE_GAP`, `QUEUE_CHANGED`, `TREE_FULL`; nothing has changed then
   */
  async observe(entries: readonly QueueEntry[]): Promise<void> {
    await this.#views.write((view) => {
      for (const entry of entries) view.addEntry(entry);
    });
  }

  /**
   * Admits transactions, one after another: each if its signature is right and the state after all that is pending
   * allows it, or would once those with lower nonces are there. One that has been admitted before is left as it is.
   *
   * @returns in their order: the ids of those that are on disk, the reasons for the others
   */
  async submitAll(transactions: readonly SignedTransaction[]): Promise<readonly Submission[]> {
    return await Promise.all(transactions.map((transaction) => this.#admission.submit(transaction)));
  }

  /**
   * As submitAll, for one.
   *
   * @returns the transaction's id, once the transaction is on disk
   * @throws TransactionRefused
   */
  async submit(transaction: SignedTransaction): Promise<{ id: string }> {
    const submission = await this.#admission.submit(transaction);
    if ("refusal" in submission) throw new TransactionRefused(submission.refusal);
    return { id: submission.id };
  }

  /** What has become of a transaction that was admitted; undefined for one that never was. */
  transaction(id: string): TransactionLife | undefined {
    return lifeOf(this.#store, id);
  }

  /**
   * Asks for an account of somebody who may never have used L1.
   *
   * @returns the index that it will have; the one that the holder has, if there is one
   * @throws SequencerError `UNUSABLE_HOLDER`, `UNKNOWN_ASSET`, `TREE_FULL`
   */
  async open(holder: Holder): Promise<number> {
    assertHolder(holder);
    return await this.#views.write((view) => {
      const known = view.directory.find(holder);
      if (known !== undefined) return known;
      if (holder.asset > view.lastAsset) {
        throw new SequencerError("UNKNOWN_ASSET", "No deposit of that asset has been observed on L1.", {
          asset: holder.asset,
          "to do": "deposit some of it first, so that it is certain that L1 knows it",
        });
      }
      if (!this.#feeAccounts.hasRoom(view)) {
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
   * @returns the new batches, once they are on disk; from then on they change only if they are unsealed
   */
  async seal(): Promise<readonly SealedRecord[]> {
    return await this.#sealer.seal();
  }

  /**
   * Seals what a policy says is due: all that is pending, or, if there is much of it, what fills whole batches. Drops
   * what has waited in vain.
   *
   * @param now - Unix time in seconds.
   */
  async sealDue(
    policy: SealingPolicy = {},
    now = this.#now(),
  ): Promise<{ readonly cause: SealingCause | undefined; readonly batches: readonly SealedRecord[] }> {
    return await this.#sealer.sealDue(policy, now);
  }

  /**
   * Takes sealed batches apart: what is in them is pending again, in its order, and their proofs are gone. For batches
   * that L1 will not take any more. The caller makes sure that none of them may still settle.
   *
   * @param fromBatch - The first of them, and all behind it.
   * @param isAllowed - Asked when the store is there for nobody else; nothing changes if it says no. Default: yes.
   * @returns their numbers
   * @throws SequencerError `UNKNOWN_BATCH` if one of them has settled
   */
  async unseal(fromBatch: number, isAllowed?: () => boolean): Promise<readonly number[]> {
    return await this.#sealer.unseal(fromBatch, isAllowed);
  }

  /**
   * Forgets entries of the L1 queue that L1 has taken back, and takes apart the sealed batches from the first that has
   * one of them. Transactions that are not possible without them are dropped.
   *
   * @param from - The first entry, and all behind it.
   * @returns the numbers of the batches that were taken apart
   * @throws SequencerError `UNKNOWN_BATCH` if one of those has settled
   */
  async forgetEntries(from: number): Promise<readonly number[]> {
    return await this.#sealer.forgetEntries(from);
  }

  /**
   * What fees have to be now.
   *
   * @param asset - Default ETH.
   */
  estimateFee(asset = 1): FeeEstimate {
    const { minimumFee, transactions } = this.#limits;
    const view = this.#views.current;
    if (view.pool.ready.size < transactions) return { fee: minimumFee, accepted: true };
    // Whatever is pending has paid the minimum, and more is needed to outbid it.
    const { revision } = view.progress;
    if (this.#victims?.view !== view || this.#victims.revision !== revision) {
      this.#victims = { view, revision, victims: new Victims(view) };
    }
    const victim = this.#victims.victims.cheapest(asset, false, -1);
    if (victim !== undefined) return { fee: outbidding(victim.transaction.fee), accepted: true };
    if (asset !== ethAsset || this.#victims.victims.cheapestBesideEth() === undefined) {
      return { fee: minimumFee, accepted: false };
    }
    return { fee: minimumFee > 0n ? minimumFee : 1n, accepted: true };
  }

  /** Calls a listener from now on. See SequencerEvents: what other processes do is not told. */
  on<E extends keyof SequencerEventMap>(event: E, listener: (...args: SequencerEventMap[E]) => void): this {
    this.#store.events.on(event, listener as never);
    return this;
  }

  /** Ends what `on` began. */
  off<E extends keyof SequencerEventMap>(event: E, listener: (...args: SequencerEventMap[E]) => void): this {
    this.#store.events.off(event, listener as never);
    return this;
  }

  /** An account after all that is pending; the absent account where nobody has the index. */
  account(index: number): Account {
    return this.#views.current.draft.account(index);
  }

  /** The accounts of a key or of an L1 address after all that is pending, by increasing index. */
  accountsOf(holder: PublicKey | bigint): { index: number; account: Account }[] {
    const { directory, draft } = this.#views.current;
    const indices = typeof holder === "bigint" ? directory.ofOwner(holder) : directory.ofKey(holder);
    return indices.map((index) => ({ index, account: draft.account(index) }));
  }

  /** The index of the account with exactly this identity, pending ones included. */
  find(holder: Holder): number | undefined {
    return this.#views.current.directory.find(holder);
  }

  /**
   * An account after the last sealed batch, and the siblings of its leaf under the root then.
   *
   * @throws ProtocolError `OUT_OF_RANGE` for an index outside the tree
   */
  path(index: number): SealedPath {
    const view = this.#views.current;
    return { batchNumber: view.progress.sealed, ...view.sealedPath(index) };
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
    const { entries, opens, pool } = this.#views.current;
    return entries.length + opens.size + pool.ready.size;
  }

  status(): SequencerStatus {
    return statusOf(this.#store, this.#views.current, this.#admission.waiting);
  }

  /** Ends what runs in the background. The store stays open. */
  async close(): Promise<void> {
    await this.#signatures.close();
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
