import type { EventEmitter } from "node:events";
import type { Signer } from "ethers";
import { isAbsent } from "../protocol/account.ts";
import { parseAddress } from "../protocol/address.ts";
import { signTransaction, transactionKind } from "../protocol/transaction.ts";
import { type ProveOptions, proveBatches } from "../prover/prove-batches.ts";
import type { Prover } from "../prover/prover.ts";
import type { ShapeSetup } from "../prover/shape-setup.ts";
import { TransactionRefused } from "../sequencer/errors.ts";
import { IsolatedEvents } from "../sequencer/isolated-events.ts";
import type { SealedRecord } from "../sequencer/records.ts";
import { refuse } from "../sequencer/refusal.ts";
import type { Sequencer } from "../sequencer/sequencer.ts";
import type { Store, StoreSnapshot } from "../sequencer/store.ts";
import type { DeployedShape, Deployment } from "../settlement/deployment.ts";
import { L1Follower } from "../settlement/following/l1-follower.ts";
import { L1Rollup } from "../settlement/l1.ts";
import type { SettledExit } from "../settlement/rollup-history.ts";
import { Journal } from "../settlement/sending/journal.ts";
import type { SenderOptions } from "../settlement/sending/sender.ts";
import { Settler } from "../settlement/sending/settler.ts";
import { type SyncedState, type SyncOptions, syncState } from "../settlement/sync.ts";
import { eth, type Token } from "../settlement/tokens.ts";
import { type BatchReport, reportOf } from "./batch-report.ts";
import { ClientError } from "./errors.ts";
import type { RollupEvents } from "./events.ts";
import { l1Signer } from "./l1-signer.ts";
import { patiently } from "./patient.ts";
import { Wallet } from "./wallet.ts";

/** Whose accounts are meant: a wallet, an L1 account, or a name, which is a wallet for development. */
export type Party = Wallet | Signer | string;

/** An asset by number, symbol or token address. ETH is 1. */
export type AssetReference = number | string;

export type Payment = {
  readonly from: Party;
  /** In the asset's base unit. */
  readonly amount: bigint;
  /** Default ETH. */
  readonly asset?: AssetReference;
  /** To whoever seals the batch, in the same unit. Default 0. */
  readonly fee?: bigint;
  /** Last batch that may include it. Default: a thousand batches from now. */
  readonly expiry?: number;
  /** Default: the account's next one, after all that is pending. */
  readonly nonce?: number | undefined;
};

export type RollupParts = {
  readonly l1: L1Rollup;
  readonly store: Store;
  readonly sequencer: Sequencer;
  /** The circuit and keys of a registered shape, found or made when they are first needed. */
  readonly setup: (shapeName: string) => Promise<ShapeSetup>;
  /** What makes proofs, unless a caller of `prove` brings another. */
  readonly prover: () => Prover;
  /** What settlements may cost, and when one that is stuck pays more. */
  readonly settling?: SenderOptions | undefined;
  /** What is told of all that happens. Default: one of its own. */
  readonly events?: EventEmitter<RollupEvents> | undefined;
};

/** All that goes back with the chain. */
export type RollupSnapshot = { readonly store: StoreSnapshot };

const defaultLifetime = 1_000;

/**
 * A rollup, as whoever runs and uses it in one process sees it: deposits and payments in, sealed, proven and settled
 * batches out. `connection.rollup` of a network connection is one.
 *
 * @example
 * const { rollup } = await network.create();
 * await rollup.deposit({ to: "alice", amount: parseEther("1") });
 * await rollup.transfer({ from: "alice", to: "bob", amount: parseEther("0.25") });
 * const [batch] = await rollup.settle();
 * await rollup.balance("bob"); // 250000000000000000n
 */
export class RollupClient {
  readonly l1: L1Rollup;
  readonly store: Store;
  readonly sequencer: Sequencer;
  readonly events: EventEmitter<RollupEvents>;
  readonly #follower: L1Follower;
  readonly #journal: Journal;
  readonly #setUp: RollupParts["setup"];
  readonly #prover: RollupParts["prover"];
  readonly #settling: SenderOptions | undefined;
  readonly #setups = new Map<string, Promise<ShapeSetup>>();
  readonly #named = new Map<string, Promise<Wallet>>();
  #tokens: readonly Token[] = [];
  /** Aborted when the chain goes back: what is under way then is about another history. */
  #history = new AbortController();

  constructor({ l1, store, sequencer, setup, prover, settling, events }: RollupParts) {
    this.l1 = l1;
    this.store = store;
    this.sequencer = sequencer;
    this.#follower = new L1Follower({ l1, store, sequencer });
    this.#journal = new Journal(store);
    this.#setUp = setup;
    this.#prover = prover;
    this.#settling = settling;
    this.events = events ?? new IsolatedEvents();
  }

  get deployment(): Deployment {
    return this.l1.deployment;
  }

  /** Address of the contract. */
  get address(): string {
    return this.deployment.rollup;
  }

  /** The wallet of a party: the same one for the same name or account. */
  async wallet(party: Party): Promise<Wallet> {
    if (party instanceof Wallet) return party;
    const key = typeof party === "string" ? `name ${party}` : await party.getAddress();
    const known = this.#named.get(key);
    if (known !== undefined) return await known;
    const wallet = typeof party === "string" ? Wallet.fromName(party) : Wallet.fromSigner(party);
    this.#named.set(key, wallet);
    return await wallet;
  }

  /**
   * A registered asset.
   *
   * @throws ClientError that lists the assets there are
   */
  async asset(reference: AssetReference = eth.asset): Promise<Token> {
    if (reference === eth.asset || reference === eth.symbol) return eth;
    // A number always means the same asset; a symbol may have become ambiguous.
    const known = this.#tokens.find(({ asset }) => asset === reference);
    if (known !== undefined) return known;
    this.#tokens = await this.l1.tokens();
    const wanted = String(reference).toLowerCase();
    const found = this.#tokens.filter(
      ({ asset, symbol, address }) =>
        asset === reference || symbol.toLowerCase() === wanted || address.toLowerCase() === wanted,
    );
    const [token] = found;
    if (token === undefined || found.length > 1) {
      throw new ClientError(
        found.length > 1 ? "Several assets have that symbol." : "The rollup has no such asset.",
        {
          given: String(reference),
          "assets registered": this.#tokens.map(({ symbol, address }) => `${symbol} ${address}`).join(", "),
          "what to do": "name it by its address, or register the token: rollup:deploy --tokens <address>",
        },
      );
    }
    return token;
  }

  /** Makes an ERC-20 token an asset, unless it is one. */
  async registerToken(address: string): Promise<Token> {
    const tokens = await this.l1.tokens();
    const known = tokens.find((token) => token.address.toLowerCase() === address.toLowerCase());
    return known ?? (await this.l1.registerToken(address));
  }

  /** Pays into the account of a party, which the next batch makes if there is none. The signer of L1 pays. */
  async deposit(request: { to: Party; amount: bigint; asset?: AssetReference }): Promise<{ entry: number }> {
    const wallet = await this.wallet(request.to);
    const { asset } = await this.asset(request.asset);
    const { entry } = await this.l1.deposit({
      asset,
      amount: request.amount,
      key: wallet.key.publicKey,
      owner: wallet.owner,
    });
    await this.observe();
    const { amount } = request;
    this.events.emit("deposited", { entry: entry.entry, owner: wallet.owner, asset, amount });
    return { entry: entry.entry };
  }

  /**
   * Asks L1 to force the exit of a party's whole holding of an asset.
   *
   * @param request.from - A signer; or a name, on a chain for development: the client's L1 account pays for it.
   */
  async exit(request: { from: Signer | string; asset?: AssetReference }): Promise<{ entry: number }> {
    const { from } = request;
    const wallet = await this.wallet(from);
    const token = await this.asset(request.asset);
    const index = await this.#indexOf(wallet, token);
    const signer = typeof from === "string" ? await l1Signer(this.l1, from) : from;
    const { entry } = await new L1Rollup(this.deployment, signer).requestExit(index);
    await this.observe();
    this.events.emit("exitRequested", { entry: entry.entry, owner: wallet.owner, asset: token.asset });
    return { entry: entry.entry };
  }

  /**
   * Pays on L2. A recipient who has no account of the asset yet gets one.
   *
   * @returns the transaction's id
   * @throws TransactionRefused with the reason
   */
  async transfer(payment: Payment & { readonly to: Party }): Promise<string> {
    const { asset } = await this.asset(payment.asset);
    const to = await this.wallet(payment.to);
    const known = this.sequencer.find(to.holder(asset));
    // Nobody gets an account by a payment that is refused.
    if (known === undefined) await this.#assertCovered(payment);
    const index = known ?? (await this.sequencer.open(to.holder(asset)));
    return await this.#send(payment, {
      kind: transactionKind.transfer,
      to: BigInt(index),
      payload: to.identity(asset),
    });
  }

  /**
   * Pays out to L1, where the exit can be claimed once its batch has settled.
   *
   * @param payment.to - L1 address. Default: the sender's.
   * @returns the transaction's id
   * @throws TransactionRefused with the reason
   */
  async withdraw(payment: Payment & { readonly to?: string }): Promise<string> {
    const { owner } = await this.wallet(payment.from);
    const { asset } = await this.asset(payment.asset);
    return await this.#send(payment, {
      kind: transactionKind.withdraw,
      to: parseAddress(payment.to ?? owner),
      payload: BigInt(asset),
    });
  }

  /** What a party holds of an asset on L2 after all that is pending, in base units. */
  async balance(party: Party, asset?: AssetReference): Promise<bigint> {
    const wallet = await this.wallet(party);
    const token = await this.asset(asset);
    const index = this.sequencer.find(wallet.holder(token.asset));
    return index === undefined ? 0n : this.sequencer.account(index).balance;
  }

  /** Everything that a party holds on L2, by symbol. */
  async balances(party: Party): Promise<Record<string, bigint>> {
    const tokens = await this.l1.tokens();
    const entries = tokens.map(
      async (token) => [token.symbol, await this.balance(party, token.asset)] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
  }

  /**
   * Takes over what L1 has brought since the last time, as far as it counts as final: entries of its queue, and batches
   * that have settled. Batches that the store does not have are rebuilt from L1.
   *
   * @throws L1Unavailable, DeepReorg
   */
  async observe(): Promise<void> {
    await patiently(() => this.#follower.step());
  }

  /** Seals everything that is pending. */
  async seal(): Promise<readonly SealedRecord[]> {
    await this.observe();
    const sealed = await this.sequencer.seal();
    for (const { sealed: batch } of sealed) this.events.emit("sealed", this.report(batch.batchNumber));
    return sealed;
  }

  /** Seals everything that is pending, as `seal`. Returns the reports of the new batches, usually one. */
  async commitBatch(): Promise<BatchReport[]> {
    const batches = await this.seal();
    return batches.map(({ sealed }) => this.report(sealed.batchNumber));
  }

  /**
   * Proves one batch.
   *
   * @param batchNumber - Default: the first without a proof.
   * @returns its report, also if it had its proof already
   * @throws ClientError if there is nothing to prove
   */
  async proveBatch(batchNumber = this.unproven()[0], options: ProveOptions = {}): Promise<BatchReport> {
    if (batchNumber === undefined) {
      const { settledBatch, progress } = this.store;
      throw new ClientError("There is no batch to prove.", {
        "last settled": settledBatch,
        "last sealed": progress.sealed,
        "what to do": "seal what is pending first: commitBatch()",
      });
    }
    const [report] = this.store.proofs.get(batchNumber) ? [] : await this.#prove([batchNumber], options);
    return report ?? this.report(batchNumber);
  }

  /** The last batch that L1 has, final or not, as of the last look at it; 0 if none. */
  get settledBatch(): number {
    let { settledBatch } = this.store;
    while (this.#journal.included(settledBatch + 1) !== undefined) settledBatch++;
    return settledBatch;
  }

  /** The sealed batches that have no proof yet. */
  unproven(): number[] {
    return this.#numbers().filter((batchNumber) => this.store.proofs.get(batchNumber) === undefined);
  }

  /** The proven batches that have not settled yet and can settle next. */
  unsettled(): number[] {
    const unproven = this.unproven();
    const { settledBatch } = this;
    return this.#numbers().filter(
      (batchNumber) => batchNumber > settledBatch && unproven.every((number) => batchNumber < number),
    );
  }

  /**
   * Proves every sealed batch that has no proof. Each proof is kept as soon as it is there, so that an abort loses
   * only those that were being made.
   *
   * @returns the reports in the order of the batches
   */
  async prove(
    options: ProveOptions & { readonly onBatch?: (report: BatchReport) => void | Promise<void> } = {},
  ): Promise<BatchReport[]> {
    const [first] = this.unproven();
    if (first === undefined) return [];
    return await this.#prove(
      this.#numbers().filter((batchNumber) => batchNumber >= first),
      options,
    );
  }

  /** @param wanted - Successive batches; those that have a proof are applied only. */
  async #prove(
    wanted: readonly number[],
    options: ProveOptions & { readonly onBatch?: (report: BatchReport) => void | Promise<void> },
  ): Promise<BatchReport[]> {
    const reports: BatchReport[] = [];
    const state = this.store.stateAfter((wanted[0] ?? 1) - 1);
    const history = this.#history.signal;
    const signal = options.signal === undefined ? history : AbortSignal.any([options.signal, history]);
    const setups = new Map<string, ShapeSetup>();
    const batches = [];
    for (const batchNumber of wanted) {
      const { sealed, shapeName, shapeId } = this.store.batch(batchNumber);
      if (this.store.proofs.get(batchNumber) !== undefined) {
        batches.push({ sealed, shape: this.#deployed(shapeId).shape, setup: undefined });
        continue;
      }
      const setup = setups.get(shapeName) ?? (await this.setup(shapeName));
      setups.set(shapeName, setup);
      batches.push({ sealed, shapeId, setup, deadline: this.store.deadlineOf(batchNumber) });
    }
    const withProver = { prover: this.#prover(), ...options, signal };
    for await (const proven of proveBatches(state, this.deployment.domain, batches, withProver)) {
      const { batchNumber, publicInputs, newRoot, ...figures } = proven;
      history.throwIfAborted();
      await this.store.saveProof(batchNumber, { commitment: publicInputs[0], newRoot, ...figures });
      const report = this.report(batchNumber);
      reports.push(report);
      this.events.emit("proven", report);
      await options.onBatch?.(report);
    }
    return reports.sort((a, b) => a.batchNumber - b.batchNumber);
  }

  /**
   * Settles the proven batches on L1, as many in a transaction as fit, and waits until they are mined. Where a
   * transaction is refused, its batches are tried one by one, so that the good ones before the first bad one settle.
   *
   * What has been begun is in the store: a run that is stopped goes on the next time, and settles nothing twice.
   *
   * @param options.upTo - The last one to settle. Default: all.
   * @param options.onBatch - Called after each.
   * @param options.onWait - Called now and then with what it waits for.
   * @throws ClientError if that one is settled already or has no proof; as Settler.settle
   */
  async settleProven(
    options: {
      readonly upTo?: number;
      readonly onBatch?: (report: BatchReport) => void;
      readonly onWait?: (message: string) => void;
    } = {},
  ): Promise<BatchReport[]> {
    await this.observe();
    const { upTo, onBatch } = options;
    if (upTo !== undefined && upTo !== Number.POSITIVE_INFINITY) this.#requireSettleable(upTo);
    const reports: BatchReport[] = [];
    if (this.unsettled().length === 0 && this.#journal.entries().length === 0) return reports;
    await this.settler().settle({
      upTo,
      onStep: ({ sent, waiting }) => {
        if (sent?.hash !== undefined) options.onWait?.(`waiting for transaction ${sent.hash}`);
        else if (waiting.length > 0)
          options.onWait?.(`waiting for batches ${waiting.join(", ")} to be mined`);
      },
      onIncluded: async (batchNumber) => {
        const report = this.report(batchNumber);
        // Without confirmations it is final at once.
        if (batchNumber > this.store.settledBatch) await this.observe();
        reports.push(report);
        this.events.emit("settled", report);
        onBatch?.(report);
      },
    });
    return reports;
  }

  /** What settles the proven batches, a step at a time. */
  settler(): Settler {
    return new Settler(this, this.#settling);
  }

  /** Seals all that is pending, proves it and settles it. */
  async settle(options: ProveOptions = {}): Promise<BatchReport[]> {
    await this.seal();
    await this.prove(options);
    return await this.settleProven();
  }

  /** Has the exits of settled batches paid out: a party's, or everybody's. Returns what was paid. */
  async claim(party?: Party): Promise<SettledExit[]> {
    const recipient = party === undefined ? undefined : parseAddress((await this.wallet(party)).owner);
    const claimed: SettledExit[] = [];
    for (let batchNumber = 1; batchNumber <= this.settledBatch; batchNumber++) {
      if (this.store.batches.get(batchNumber)?.exits.length === 0) continue;
      for (const exit of await this.l1.exitsOf(batchNumber)) {
        if (exit.claimed || (recipient !== undefined && exit.recipient !== recipient)) continue;
        await this.l1.claim(batchNumber, exit.row, exit, exit.path);
        claimed.push(exit);
        const { row, amount, asset } = exit;
        this.events.emit("claimed", { batchNumber, row, recipient: exit.recipient, amount, asset });
      }
    }
    return claimed;
  }

  /** Rebuilds the state from L1 alone and checks every root. */
  async sync(options: SyncOptions = {}): Promise<SyncedState> {
    return await syncState(this.l1, options);
  }

  /** What is known of a sealed batch. */
  report(batchNumber: number): BatchReport {
    const batch = this.store.batch(batchNumber);
    return reportOf(
      this.#deployed(batch.shapeId).system,
      batch,
      this.store.proofs.get(batchNumber),
      this.store.settlements.get(batchNumber) ?? this.#journal.included(batchNumber),
    );
  }

  /** The circuit and key of a registered shape. */
  async setup(shapeName: string): Promise<ShapeSetup> {
    const known = this.#setups.get(shapeName) ?? this.#setUp(shapeName);
    this.#setups.set(shapeName, known);
    return await known;
  }

  /** What `restore` needs to go back to this moment. The circuits and keys that are loaded stay loaded. */
  snapshot(): RollupSnapshot {
    return { store: this.store.snapshot() };
  }

  /**
   * Goes back with the chain: for `evm_revert` on a chain for development, which does not know of L2. Proofs under way
   * are given up.
   */
  async restore({ store }: RollupSnapshot): Promise<void> {
    this.#history.abort(
      new ClientError("The chain has gone back to a snapshot while batches were being proven.", {
        rollup: this.address,
        "what to do": "await prove() and settle() before the test ends",
      }),
    );
    this.#history = new AbortController();
    this.#tokens = [];
    await this.store.restore(store);
    const { settledBatch, store: now } = this;
    this.events.emit("restored", { settledBatch, sealedBatch: now.progress.sealed });
  }

  async close(): Promise<void> {
    await this.sequencer.close();
    await this.store.close();
  }

  /** The sealed batches that L1 does not have yet, as far as the store knows. */
  #numbers(): number[] {
    const { settledBatch, progress } = this.store;
    return Array.from({ length: progress.sealed - settledBatch }, (_, i) => settledBatch + 1 + i);
  }

  #deployed(shapeId: string): DeployedShape {
    const registered = this.deployment.shapes.find(({ id }) => id === shapeId);
    if (registered !== undefined) return registered;
    throw new ClientError("The rollup has no such shape.", { id: shapeId });
  }

  #requireSettleable(batchNumber: number): void {
    if (this.unsettled().includes(batchNumber)) return;
    const { progress } = this.store;
    const { settledBatch } = this;
    const again = batchNumber <= settledBatch;
    throw new ClientError(again ? "The batch is settled already." : "The batch cannot settle yet.", {
      batch: batchNumber,
      "last settled": settledBatch,
      "last sealed": progress.sealed,
      "first without a proof": this.unproven()[0] ?? "none",
      "what to do": again
        ? "nothing: see rollup:status"
        : `seal and prove it first: npx hardhat rollup:sequence, rollup:prove --network ${this.deployment.network}`,
    });
  }

  async #send(payment: Payment, rest: { kind: 0 | 1; to: bigint; payload: bigint }): Promise<string> {
    const wallet = await this.wallet(payment.from);
    const token = await this.asset(payment.asset);
    const from = await this.#indexOf(wallet, token);
    const transaction = signTransaction(
      this.deployment.domain,
      {
        from,
        nonce: payment.nonce ?? this.sequencer.nextNonce(from),
        expiry: payment.expiry ?? this.store.progress.sealed + defaultLifetime,
        amount: payment.amount,
        fee: payment.fee ?? 0n,
        ...rest,
      },
      wallet.key,
    );
    const { id } = await this.sequencer.submit(transaction);
    const kind = rest.kind === transactionKind.transfer ? "transfer" : "withdrawal";
    const { amount, fee } = transaction;
    const to = kind === "transfer" ? Number(rest.to) : undefined;
    this.events.emit("submitted", { id, kind, from, to, asset: token.asset, amount, fee });
    return id;
  }

  async #assertCovered({ from, asset, amount, fee = 0n }: Payment): Promise<void> {
    const index = await this.#indexOf(await this.wallet(from), await this.asset(asset));
    const { balance } = this.sequencer.account(index);
    if (balance >= amount + fee) return;
    const facts = { account: index, balance, amount, fee };
    throw new TransactionRefused(refuse("OVERDRAFT", "The balance does not cover amount and fee.", facts));
  }

  async #indexOf(wallet: Wallet, token: Token): Promise<number> {
    const index = this.sequencer.find(wallet.holder(token.asset));
    if (index !== undefined && !isAbsent(this.sequencer.account(index))) return index;
    throw new ClientError("There is no such account.", {
      holder: wallet.name,
      asset: token.symbol,
      "what to do": "deposit first, or have somebody pay to it",
    });
  }
}
