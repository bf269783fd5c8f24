import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import type { RootDatabase } from "lmdb";
import { type Account, absentAccount } from "../protocol/account.ts";
import { formatAddress, parseAddress } from "../protocol/address.ts";
import { type Open, operationKind } from "../protocol/operation.ts";
import type { State } from "../protocol/state.ts";
import { type AccountsVersion, BaseState } from "./base-state.ts";
import {
  type BytesCodec,
  batchCodec,
  type Codec,
  droppedCodec,
  encodedTransactionsCodec,
  entryCodec,
  indexCodec,
  openCodec,
  progressCodec,
  proofCodec,
  type StoredEntry,
  settlementCodec,
} from "./codec.ts";
import { accountCodec, arrivalCodec, placeCodec, pooledCodec, sourcesCodec } from "./compact-codecs.ts";
import { Draft } from "./draft.ts";
import { SequencerError } from "./errors.ts";
import { SequencerEvents } from "./events.ts";
import { applyBatch } from "./execute.ts";
import { GroupCommit } from "./group-commit.ts";
import { IdTable } from "./id-table.ts";
import { livesOf } from "./life.ts";
import type {
  BatchSources,
  DroppedTransaction,
  Place,
  PooledRecord,
  Progress,
  ProofRecord,
  SealedRecord,
  SettlementRecord,
  StoreIdentity,
} from "./records.ts";
import { assertStoreOf, openDatabase } from "./store-database.ts";
import { recordStoreSize, storeFileDamage } from "./store-file.ts";
import { corruptedStore, readDatabase, Table, type TableSpace } from "./table.ts";

const progressKey = "progress";
const settledKey = "settled";
const versionKey = "accounts version";

/** Accounts that are hashed before others have their turn: some 20 ms. */
const accountsPerTurn = 512;

const noProgress: Progress = {
  revision: 0,
  sealed: 0,
  observed: 0,
  sealedEntries: 0,
  arrivals: 0,
  upheavals: 0,
};

/** What was in a store at one moment: values by key, as they are stored. */
export type StoreSnapshot = ReadonlyMap<string, Uint8Array>;

/**
 * The folder of a deployment's store: `<folder>/stores/<chain id>-<rollup>-<first 8 digits of the block hash>`.
 *
 * @param folder - Of the plugin's files, `config.rollup.folder`.
 */
export function storeFolder(folder: string, { chainId, rollup, blockHash }: StoreIdentity): string {
  const address = formatAddress(parseAddress(rollup));
  return path.join(folder, "stores", `${chainId}-${address}-${blockHash.slice(2, 10).toLowerCase()}`);
}

/**
 * All that the sequencer, the provers and the settlement of one deployment remember, in one LMDB database.
 *
 * Reads are synchronous; those in one turn of the event loop see one moment of the store, whatever other processes
 * write. Writes are atomic, one at a time over all processes, and on disk before their promise resolves. A process that
 * is killed leaves the store as it was after the last write that was complete.
 */
export class Store {
  readonly identity: StoreIdentity;
  readonly folder: string;
  readonly accounts: Table<Account>;
  readonly batches: Table<SealedRecord>;
  /** The transactions of `batches` as encodeTransaction writes them, to be read only. */
  readonly encodedTransactions: Table<readonly string[]>;
  readonly proofs: Table<ProofRecord>;
  readonly settlements: Table<SettlementRecord>;
  readonly dropped: Table<DroppedTransaction>;
  /** Every transaction's latest arrival, by id: see lifeOf. */
  readonly arrivals: IdTable<number>;
  /** What is sealed, by arrival. */
  readonly places: Table<Place>;
  /** By batch, of those that this store has sealed. */
  readonly sources: Table<BatchSources>;
  /** What the sequencer alone reads and writes: what is pending, every entry of the queue, its own accounts. */
  readonly transactions: Table<PooledRecord>;
  readonly opens: Table<Open>;
  readonly entries: Table<StoredEntry>;
  readonly feeAccounts: Table<number>;

  /** What this process does to the store, see SequencerEvents. */
  readonly events = new SequencerEvents();

  readonly #database: RootDatabase<Uint8Array>;
  readonly #space: TableSpace;
  readonly #commit: GroupCommit;
  readonly #base: BaseState;
  /** Accounts that the change under way has put. */
  readonly #moved = new Map<number, Account>();
  #isOpen = true;

  private constructor(database: RootDatabase<Uint8Array>, folder: string, identity: StoreIdentity) {
    this.identity = identity;
    this.folder = folder;
    this.#database = database;
    const assertOpen = (): void => {
      if (!this.#isOpen) {
        throw new SequencerError("CLOSED_STORE", "The sequencer's store has been closed.", { folder });
      }
    };
    const space = { database, folder, assertOpen };
    this.#space = space;
    this.#commit = new GroupCommit(space);
    this.#base = new BaseState(identity.depth);
    this.accounts = new Table(space, "account", accountCodec);
    this.batches = new Table(space, "batch", batchCodec);
    this.encodedTransactions = new Table(space, "batch", encodedTransactionsCodec);
    this.proofs = new Table(space, "proof", proofCodec);
    this.settlements = new Table(space, "settlement", settlementCodec);
    this.dropped = new Table(space, "dropped", droppedCodec);
    this.arrivals = new IdTable(space, "arrival", arrivalCodec);
    this.places = new Table(space, "place", placeCodec);
    this.sources = new Table(space, "sources", sourcesCodec);
    this.transactions = new Table(space, "transaction", pooledCodec);
    this.opens = new Table(space, "open", openCodec);
    this.entries = new Table(space, "entry", entryCodec);
    this.feeAccounts = new Table(space, "fee account", indexCodec);
  }

  /**
   * Opens a deployment's store; makes an empty one where there is none.
   *
   * @param folder - See storeFolder.
   * @param options.durable - Whether writes are on disk before their promise resolves: not for stores that end with the
   *   process. Default true.
   * @throws SequencerError `FOREIGN_STORE`, `WRONG_DEPLOYMENT`, `NEWER_STORE`, `OLDER_STORE`, `CORRUPTED_STORE`; the
   * store is then left as it was
   */
  static async open(
    folder: string,
    deployment: StoreIdentity,
    options: { readonly durable?: boolean } = {},
  ): Promise<Store> {
    const identity = {
      chainId: deployment.chainId,
      rollup: formatAddress(parseAddress(deployment.rollup)),
      blockHash: deployment.blockHash.toLowerCase(),
      depth: deployment.depth,
    };
    const damage = storeFileDamage(folder);
    if (damage !== undefined) throw corruptedStore(folder, damage);
    await mkdir(folder, { recursive: true });
    const database = openDatabase(folder, options.durable);
    const store = new Store(database, folder, identity);
    try {
      assertStoreOf(store.#space, identity);
      recordStoreSize(folder);
    } catch (error) {
      await database.close();
      throw error;
    }
    return store;
  }

  /** How far the sequencer has come. */
  get progress(): Progress {
    return this.#read(progressKey, progressCodec) ?? noProgress;
  }

  /** Inside a write only, and for the sequencer only. */
  putProgress(progress: Progress): void {
    this.#database.putSync(progressKey, Buffer.from(progressCodec.encode(progress)));
  }

  /** The last batch that has settled, as far as the store knows; 0 if none has. */
  get settledBatch(): number {
    return this.#read(settledKey, indexCodec) ?? 0;
  }

  /**
   * Runs `change`, whose reads see the latest state of the store and whose writes take effect all together, after it
   * has returned, or not at all, if it throws. Changes that are asked for in the same turn go to disk together, in
   * order.
   *
   * @param change - Synchronous. It has the store for itself, over all processes: keep it short.
   * @returns what `change` returns, once its writes are on disk
   * @throws whatever `change` throws; SequencerError `CLOSED_STORE`
   */
  write<T>(change: () => T): Promise<T> {
    return this.#commit.write(() => {
      this.#moved.clear();
      return change();
    });
  }

  /** A sealed batch. Throws SequencerError `UNKNOWN_BATCH`. */
  batch(batchNumber: number): SealedRecord {
    const batch = this.batches.get(batchNumber);
    if (batch === undefined) throw this.#unknownBatch("There is no such sealed batch.", batchNumber);
    return batch;
  }

  /**
   * When L1 needs a sealed batch, Unix time: the deadline of the first queue entry that it, or a later one, takes.
   *
   * @returns undefined if nothing is queued behind the batch before it
   */
  deadlineOf(batchNumber: number): number | undefined {
    const { sealed, sealedEntries } = this.progress;
    let entry = sealedEntries;
    for (let number = sealed; number >= batchNumber; number--) {
      entry -= this.batch(number).sealed.operations.filter(({ kind }) => kind !== operationKind.open).length;
    }
    return this.entries.get(entry)?.deadline;
  }

  /**
   * The state after a batch, for whoever proves the next one. It is the caller's to change.
   *
   * @param batchNumber - From the last settled batch to the last sealed one; 0 is the empty state.
   * @throws SequencerError `UNKNOWN_BATCH`
   */
  stateAfter(batchNumber: number): State {
    const settled = this.settledBatch;
    if (batchNumber < settled || batchNumber > this.progress.sealed) {
      throw this.#unknownBatch("The store does not have the state after that batch.", batchNumber);
    }
    const state = this.#settledState().copy();
    for (let number = settled + 1; number <= batchNumber; number++) {
      applyBatch(state, this.batch(number).sealed);
    }
    return state;
  }

  /**
   * Computes the tree over the accounts, which takes 40 µs for each, with turns for others in between. From then on it
   * is kept up to date, and states that `stateAfter` returns have little left to hash.
   *
   * @param onProgress - Called now and then with the number of accounts that are left.
   */
  async hashAccounts(onProgress: (left: number) => void = () => {}): Promise<void> {
    for (;;) {
      // What settles in between is taken along.
      const left = this.#settledState().hash(accountsPerTurn);
      if (left === 0) break;
      onProgress(left);
      await setImmediate();
    }
    this.#base.keepHashed();
  }

  /**
   * Keeps a batch's proof; a second one takes the first one's place.
   *
   * @throws SequencerError `UNKNOWN_BATCH`
   */
  async saveProof(batchNumber: number, proof: ProofRecord): Promise<void> {
    await this.write(() => {
      this.batch(batchNumber);
      this.proofs.put(batchNumber, proof);
    });
    this.#tell(batchNumber, "proven");
  }

  /**
   * Keeps a batch's settlement and moves the stored accounts to the state after it.
   *
   * @param batchNumber - The one after the last settled batch.
   * @throws SequencerError `SETTLED_OUT_OF_ORDER`, `UNKNOWN_BATCH`
   */
  async settled(batchNumber: number, settlement: SettlementRecord): Promise<void> {
    await this.write(() => {
      const { settledBatch } = this;
      if (batchNumber !== settledBatch + 1) {
        throw new SequencerError("SETTLED_OUT_OF_ORDER", "Batches settle one after another.", {
          "last settled batch": settledBatch,
          given: batchNumber,
        });
      }
      const draft = new Draft({
        account: (index) => this.accounts.get(index) ?? absentAccount,
        set: (index, account) => this.putAccount(index, account),
      });
      applyBatch(draft, this.batch(batchNumber).sealed);
      draft.commit();
      this.putSettled(batchNumber, settlement);
    });
    this.#tell(batchNumber, "settled");
  }

  /** Inside a write only, by who moves the stored accounts to the state after a batch and then calls putSettled. */
  putAccount(index: number, account: Account): void {
    this.accounts.put(index, account);
    this.#moved.set(index, account);
  }

  /** Inside a write only, by who has moved the stored accounts to the state after the batch. */
  putSettled(batchNumber: number, settlement: SettlementRecord): void {
    const version = randomUUID();
    this.#base.note(this.#accountsVersion, version, new Map(this.#moved));
    this.#moved.clear();
    this.#database.putSync(versionKey, Buffer.from(version));
    this.settlements.put(batchNumber, settlement);
    this.#database.putSync(settledKey, Buffer.from(indexCodec.encode(batchNumber)));
  }

  /** A table of a layer above, such as what the settlement remembers, under a name that nobody else uses. */
  table<V>(name: string, codec: Codec<V> | BytesCodec<V>): Table<V> {
    return new Table(this.#space, name, codec);
  }

  /** All that is in the store now, to go back to with `restore`. */
  snapshot(): StoreSnapshot {
    return readDatabase(
      this.#space,
      () =>
        new Map(
          [...this.#database.getRange()].map(({ key, value }) => [JSON.stringify(key), Buffer.from(value)]),
        ),
    );
  }

  /**
   * Goes back to a snapshot, for a development chain that has gone back. The revision goes on, so that every sequencer
   * on the store, in whatever process, looks anew.
   */
  async restore(snapshot: StoreSnapshot): Promise<void> {
    await this.write(() => {
      const { revision, upheavals } = this.progress;
      const now = this.snapshot();
      const keyOf = (text: string) => JSON.parse(text) as string | [string, number];
      for (const text of now.keys()) if (!snapshot.has(text)) this.#database.removeSync(keyOf(text));
      for (const [text, value] of snapshot) {
        if (!isEqual(now.get(text), value)) this.#database.putSync(keyOf(text), value);
      }
      this.putProgress({ ...this.progress, revision: revision + 1, upheavals: upheavals + 1 });
    });
  }

  /** Finishes the writes that have been asked for and releases the files. Closing again does nothing. */
  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#commit.flush();
    this.#isOpen = false;
    await this.#database.close();
    recordStoreSize(this.folder);
  }

  /** The state after the last settled batch, not to be changed. */
  #settledState(): State {
    return this.#base.at(this.#accountsVersion, (visit) => this.accounts.forEach(visit));
  }

  /** Goes back with the accounts when a snapshot is restored, so that no two contents have the same. */
  get #accountsVersion(): AccountsVersion {
    const bytes = readDatabase(this.#space, () => this.#database.get(versionKey));
    return bytes === undefined ? "" : Buffer.from(bytes).toString();
  }

  /** Tells how far a batch has come, and its transactions with it. */
  #tell(batchNumber: number, status: "proven" | "settled"): void {
    if (!this.#isOpen) return;
    this.events.emit("batch", { batchNumber, status });
    if (this.events.listenerCount("transaction") === 0) return;
    for (const life of livesOf(this, batchNumber)) this.events.emit("transaction", life);
  }

  #read<V>(key: string, codec: Codec<V>): V | undefined {
    const bytes = readDatabase(this.#space, () => this.#database.get(key));
    try {
      return bytes === undefined ? undefined : codec.decode(Buffer.from(bytes).toString());
    } catch (error) {
      throw corruptedStore(this.folder, `its ${key} cannot be read`, error as Error);
    }
  }

  #unknownBatch(sentence: string, batchNumber: number): SequencerError {
    return new SequencerError("UNKNOWN_BATCH", sentence, {
      "last settled batch": this.settledBatch,
      "last sealed batch": this.progress.sealed,
      given: batchNumber,
    });
  }
}

function isEqual(one: Uint8Array | undefined, other: Uint8Array): boolean {
  return one !== undefined && Buffer.compare(one, other) === 0;
}
