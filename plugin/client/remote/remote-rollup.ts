import { z } from "zod/v4";
import { accountIdentity, accountLeaf, type Holder } from "../../protocol/account.ts";
import { formatAddress, parseAddress } from "../../protocol/address.ts";
import type { PublicKey } from "../../protocol/babyjubjub.ts";
import { wordHex, wordValue } from "../../protocol/hex.ts";
import {
  encodeTransaction,
  rollupDomain,
  type SignedTransaction,
  signTransaction,
  type Transaction,
  transactionId,
  transactionKind,
} from "../../protocol/transaction.ts";
import { rootOfPath } from "../../protocol/tree.ts";
import {
  accountIndex,
  accountJson,
  type BatchJson,
  type BatchSummaryJson,
  batchJson,
  batchSummaryJson,
  feeJson,
  proofJson,
  refusalJson,
  type StatusJson,
  statusJson,
  type TransactionLifeJson,
  transactionIdType,
  transactionLifeJson,
} from "../../sequencer/rpc/wire.ts";
import type { Wallet } from "../wallet.ts";
import { accountOf, badAnswer, checked, type IndexedAccount, protocolCheck } from "./answers.ts";
import { RemoteError } from "./errors.ts";
import { HttpTransport } from "./http-transport.ts";
import { SentTransaction } from "./sent-transaction.ts";
import { SocketTransport, type WebSocketClass } from "./socket-transport.ts";
import type { Transport } from "./transport.ts";

/** Who is paid: a wallet, or what its owner has told of it (`wallet.payee`). */
export type Payee = { readonly ax: bigint; readonly ay: bigint; readonly owner: string };

export type ConnectOptions = {
  /** The chain and contract that the caller means. Without them, the node is believed. */
  readonly rollup?: { readonly chainId: bigint; readonly address: string };
  /** Milliseconds for an answer. Default 30,000. */
  readonly timeout?: number;
  /** Default: the platform's; in Node.js before 22 that of the package ws. */
  readonly webSocket?: WebSocketClass;
};

/** What a transfer and a withdrawal have in common. */
export type RemotePayment = {
  readonly from: Wallet;
  /** In the asset's base unit. */
  readonly amount: bigint;
  /** 1 ETH (default), from 2 on registered tokens. */
  readonly asset?: number;
  /** To whoever seals the batch. Default: what the node estimates. */
  readonly fee?: bigint;
  /** The last batch that may include it. Default: a thousand batches from now. */
  readonly expiry?: number;
  /** Default: the account's next one. */
  readonly nonce?: number;
};

/** What one transaction of many has become. */
export type Sent =
  | { readonly id: string }
  | { readonly refusal: { readonly code: string; readonly reason: string } };

/** An account and its path to the last settled root. */
export type AccountProof = {
  readonly batchNumber: number;
  /** To be compared with the contract's. */
  readonly root: string;
  readonly account: IndexedAccount;
  /** As `Rollup.escape` takes it. */
  readonly path: readonly (readonly bigint[])[];
};

const defaultTimeout = 30_000;
const defaultLifetime = 1_000;
const eth = 1;
const maxExpiry = 2 ** 32 - 1;
/** Transactions of one call. */
const chunk = 500;

/**
 * A rollup, as its users see it from afar, in Node.js and in browsers.
 *
 * Keys stay here. What is signed names chain, contract, recipient's key and owner, asset and amount, so that a hostile node
 * can withhold and lie about balances, but pays nobody else; name `rollup` in the options, lest it name another one.
 *
 * @example
 * const rollup = await RemoteRollup.connect("http://127.0.0.1:9650");
 * const wallet = await Wallet.fromSigner(signer);
 * const sent = await rollup.transfer({ from: wallet, to: payee, amount: parseEther("0.25") });
 * await sent.wait("settled");
 * rollup.close();
 */
export class RemoteRollup {
  /** Chain id of L1. */
  readonly chainId: bigint;
  /** The contract's L1 address. */
  readonly address: string;
  /** See rollupDomain. */
  readonly domain: bigint;
  /** Levels of the state tree. */
  readonly depth: number;
  readonly #transport: Transport;
  /** Nonces that the next transactions have, where the node may not know yet of those before. */
  readonly #nonces = new Map<number, number>();

  private constructor(transport: Transport, { chainId, rollup, depth }: StatusJson) {
    this.#transport = transport;
    this.chainId = BigInt(chainId);
    this.address = rollup;
    this.domain = rollupDomain(this.chainId, rollup);
    this.depth = depth;
  }

  /**
   * @param url - Of a node: `http:`, or `ws:` for all by one WebSocket; https and wss as well.
   * @throws RemoteError `UNREACHABLE`, `TIMEOUT`, `BAD_ANSWER`, `WRONG_ROLLUP`
   */
  static async connect(url: string, options: ConnectOptions = {}): Promise<RemoteRollup> {
    const { timeout = defaultTimeout, webSocket, rollup: wanted } = options;
    const sockets = (): SocketTransport =>
      new SocketTransport(url.replace(/^http/, "ws"), timeout, webSocket);
    const transport = /^wss?:/.test(url) ? sockets() : new HttpTransport(url, timeout, sockets);
    try {
      const status = checked("rollup_status", statusJson, await transport.request("rollup_status", {}));
      const rollup = new RemoteRollup(transport, status);
      if (wanted !== undefined) rollup.#requireRollup(wanted);
      return rollup;
    } catch (error) {
      transport.close();
      throw error;
    }
  }

  /** How the rollup stands. */
  async status(): Promise<StatusJson> {
    return await this.#ask("rollup_status", {}, statusJson);
  }

  /** The account at an index after all that is pending; undefined if nobody has it. */
  async account(index: number, at: "pending" | "settled" = "pending"): Promise<IndexedAccount | undefined> {
    const account = await this.#ask("rollup_getAccount", { index, at }, accountJson.nullable());
    return account === null ? undefined : accountOf(account);
  }

  /** The accounts of an L1 address, or of a key, by increasing index. */
  async accountsOf(holder: string | PublicKey, asset?: number): Promise<IndexedAccount[]> {
    const of = typeof holder === "string" ? { owner: holder } : keyJson(holder);
    const accounts: IndexedAccount[] = [];
    for (;;) {
      const from = (accounts.at(-1)?.index ?? -1) + 1;
      const params = { holder: of, from, ...(asset === undefined ? {} : { asset }) };
      const page = await this.#ask("rollup_getAccounts", params, z.array(accountJson));
      if (page.some(({ index }) => index < from))
        throw badAnswer("rollup_getAccounts", "The order is wrong.");
      accounts.push(...page.map(accountOf));
      if (page.length < fullPage) return accounts;
    }
  }

  /** The account of a wallet or payee in an asset; the one with the lowest index, if there are several. */
  async find(of: Wallet | Payee, asset: number = eth): Promise<IndexedAccount | undefined> {
    const { ax, ay, owner } = payeeOf(of);
    const accounts = await this.accountsOf({ ax, ay }, asset);
    const wanted = parseAddress(owner);
    return accounts.find(
      (account) =>
        account.ax === ax && account.ay === ay && account.owner === wanted && account.asset === asset,
    );
  }

  /** What a wallet or payee holds of an asset after all that is pending, in base units. */
  async balance(of: Wallet | Payee, asset: number = eth): Promise<bigint> {
    return (await this.find(of, asset))?.balance ?? 0n;
  }

  /** A fee with which a transaction is taken, as the mempool is now, in the asset's base unit. */
  async estimateFee(asset: number = eth): Promise<bigint> {
    return BigInt((await this.#ask("rollup_estimateFee", { asset }, feeJson)).fee);
  }

  /**
   * Pays on L2. A payee who has no account of the asset yet gets one.
   *
   * @throws RemoteError `NO_ACCOUNT`, `TRANSACTION_REFUSED` with the reason
   */
  async transfer(payment: RemotePayment & { readonly to: Wallet | Payee }): Promise<SentTransaction> {
    const { asset = eth } = payment;
    const holder = holderOf(payment.to, asset);
    const known = await this.find(payment.to, asset);
    const index = known?.index ?? (await this.openAccount(holder));
    return await this.#pay(payment, {
      kind: transactionKind.transfer,
      to: BigInt(index),
      payload: accountIdentity(holder),
    });
  }

  /**
   * Pays out to L1, where the exit can be claimed once its batch has settled.
   *
   * @param payment.to - L1 address. Default: the wallet's owner.
   * @throws RemoteError `NO_ACCOUNT`, `TRANSACTION_REFUSED` with the reason
   */
  async withdraw(payment: RemotePayment & { readonly to?: string }): Promise<SentTransaction> {
    const { asset = eth, from, to = from.owner } = payment;
    return await this.#pay(payment, {
      kind: transactionKind.withdraw,
      to: parseAddress(to),
      payload: BigInt(asset),
    });
  }

  /** The index of a holder's account, which the next batch opens if there is none. */
  async openAccount({ ax, ay, owner, asset }: Holder): Promise<number> {
    const params = { ...keyJson({ ax, ay }), owner: formatAddress(owner), asset };
    return await this.#ask("rollup_openAccount", params, accountIndex);
  }

  /** The transaction with the wallet's signature, good on this rollup alone. */
  sign(transaction: Transaction, wallet: Wallet): SignedTransaction {
    return signTransaction(this.domain, transaction, wallet.key);
  }

  /**
   * Submits a signed transaction.
   *
   * @returns once it is on the sequencer's disk
   * @throws RemoteError `TRANSACTION_REFUSED`; after `UNREACHABLE` or `TIMEOUT` ask `transaction` whether it has arrived
   */
  async send(transaction: SignedTransaction): Promise<SentTransaction> {
    const params = { transaction: encodeTransaction(transaction) };
    const id = await this.#ask("rollup_sendTransaction", params, transactionIdType);
    if (id !== transactionId(this.domain, transaction)) {
      throw badAnswer("rollup_sendTransaction", "The id is another transaction's.");
    }
    return new SentTransaction(id, this);
  }

  /** Submits signed transactions, in order. Each is taken or refused for itself. */
  async sendAll(transactions: readonly SignedTransaction[]): Promise<Sent[]> {
    const type = z.array(z.union([z.object({ id: transactionIdType }), z.object({ refusal: refusalJson })]));
    const sent: Sent[] = [];
    for (let start = 0; start < transactions.length; start += chunk) {
      const part = transactions.slice(start, start + chunk);
      const params = { transactions: part.map(encodeTransaction) };
      const answers = await this.#ask("rollup_sendTransactions", params, type);
      if (answers.length !== part.length) throw badAnswer("rollup_sendTransactions", "Answers are missing.");
      sent.push(...answers);
    }
    return sent;
  }

  /** A transaction's life so far; undefined if the node does not know it. */
  async transaction(id: string): Promise<TransactionLifeJson | undefined> {
    return (await this.#ask("rollup_getTransaction", { id }, transactionLifeJson.nullable())) ?? undefined;
  }

  /** A sealed batch; undefined if there is none. */
  async batch(batchNumber: number): Promise<BatchJson | undefined> {
    return (await this.#ask("rollup_getBatch", { batchNumber }, batchJson.nullable())) ?? undefined;
  }

  /**
   * An account with its path to the last settled root, which is checked to lead there. Whether that root is the
   * contract's, L1 has to say.
   *
   * @throws RemoteError `NOT_FOUND`, `BAD_ANSWER`
   */
  async proof(index: number): Promise<AccountProof> {
    const method = "rollup_getProof";
    const { batchNumber, root, siblings, account: json } = await this.#ask(method, { index }, proofJson);
    const account = accountOf(json);
    const path = siblings.map((level) => level.map((node) => wordValue("A sibling", node)));
    const reached = protocolCheck(method, () => rootOfPath(this.depth, index, accountLeaf(account), path));
    if (account.index !== index || wordHex(reached) !== root.toLowerCase()) {
      throw badAnswer(method, "The path does not lead to the root.");
    }
    return { batchNumber, root, account, path };
  }

  /** Tells of every change in a transaction's life, beginning with how it stands. Call what is returned to end it. */
  async onTransaction(
    id: string,
    listener: (life: TransactionLifeJson) => void,
  ): Promise<() => Promise<void>> {
    return await this.#subscribe({ kind: "transaction", ids: [id] }, transactionLifeJson, listener);
  }

  /** Tells of every change in the life of transactions that accounts send or receive. */
  async onTransactionsOf(
    indices: readonly number[],
    listener: (life: TransactionLifeJson) => void,
  ): Promise<() => Promise<void>> {
    return await this.#subscribe({ kind: "transactions", accounts: indices }, transactionLifeJson, listener);
  }

  /** Tells of accounts when they change, pending changes included. */
  async onAccounts(
    indices: readonly number[],
    listener: (account: IndexedAccount) => void,
  ): Promise<() => Promise<void>> {
    const told = (account: z.output<typeof accountJson>): void => listener(accountOf(account));
    return await this.#subscribe({ kind: "accounts", accounts: indices }, accountJson, told);
  }

  /** Tells of batches when they are sealed, proven or settled. */
  async onBatch(listener: (batch: BatchSummaryJson) => void): Promise<() => Promise<void>> {
    return await this.#subscribe({ kind: "batches" }, batchSummaryJson, listener);
  }

  /** Ends connections and subscriptions. */
  close(): void {
    this.#transport.close();
  }

  async #pay(
    payment: RemotePayment,
    target: Pick<Transaction, "kind" | "to" | "payload">,
  ): Promise<SentTransaction> {
    const { from, amount, asset = eth, nonce } = payment;
    const account = await this.find(from, asset);
    if (account === undefined) {
      throw new RemoteError("NO_ACCOUNT", "The wallet has no account of the asset.", {
        wallet: from.name,
        asset,
        "what to do": "deposit on L1 first, or have somebody pay to it",
      });
    }
    const fee = payment.fee ?? (await this.estimateFee(asset));
    const expiry = payment.expiry ?? Math.min((await this.status()).nextBatch + defaultLifetime, maxExpiry);
    const { index } = account;
    const next = nonce ?? Math.max(account.nonce, this.#nonces.get(index) ?? 0);
    if (nonce === undefined) this.#nonces.set(index, next + 1);
    try {
      return await this.send(this.sign({ ...target, from: index, nonce: next, expiry, amount, fee }, from));
    } catch (error) {
      // Whatever has become of it, the node knows the account's next nonce best.
      this.#nonces.delete(index);
      throw error;
    }
  }

  async #ask<T extends z.ZodType>(
    method: string,
    params: Readonly<Record<string, unknown>>,
    type: T,
  ): Promise<z.output<T>> {
    return checked(method, type, await this.#transport.request(method, params));
  }

  async #subscribe<T extends z.ZodType>(
    params: Readonly<Record<string, unknown>>,
    type: T,
    listener: (event: z.output<T>) => void,
  ): Promise<() => Promise<void>> {
    return await this.#transport.subscribe(params, (event) => {
      const parsed = type.safeParse(event);
      // Nobody waits for an error here: what a later version adds to its events is not for this one.
      if (parsed.success) listener(parsed.data);
    });
  }

  #requireRollup({ chainId, address }: { readonly chainId: bigint; readonly address: string }): void {
    if (this.domain === rollupDomain(chainId, address)) return;
    throw new RemoteError("WRONG_ROLLUP", "The node serves another rollup.", {
      expected: `${address} on chain ${chainId}`,
      given: `${this.address} on chain ${this.chainId}`,
      "what to do": "check the node's address",
    });
  }
}

/** Accounts of a full page of rollup_getAccounts. */
const fullPage = 1_000;

function keyJson({ ax, ay }: PublicKey) {
  return { ax: ax.toString(), ay: ay.toString() };
}

function payeeOf(of: Wallet | Payee): Payee {
  return "payee" in of ? of.payee : of;
}

function holderOf(of: Wallet | Payee, asset: number): Holder {
  const { ax, ay, owner } = payeeOf(of);
  return { ax, ay, owner: parseAddress(owner), asset };
}
