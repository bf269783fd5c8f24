import type { Signer } from "ethers";
import type { Block, L1Chain } from "../chain/l1-chain.ts";
import { broadcast, type Call } from "./broadcast.ts";
import { type GasPrice, presentGasPrice, replacementGasPrice } from "./gas-price.ts";
import type { Entry, Journal } from "./journal.ts";
import { batchNumbersOf, type Outgoing } from "./outgoing.ts";
import { otherAccount } from "./settler-errors.ts";

export type SenderOptions = {
  /** Milliseconds after which a transaction that is not mined is replaced by one that pays more. Default one minute. */
  readonly stuckAfter?: number;
  /** Milliseconds after which a transaction that is not mined is broadcast again as it is. Default 20 seconds. */
  readonly resendAfter?: number;
  /** The most that a unit of gas may cost, in wei. Default: ten times what is usual at the time. */
  readonly maxFeePerGas?: bigint | undefined;
  /** Milliseconds of Unix time. Default: the system's clock. */
  readonly now?: () => number;
};

/** A settlement that was broadcast. */
export type Sent = {
  readonly nonce: number;
  readonly batchNumbers: readonly number[];
  /** How many prices it has been offered at, this one included. */
  readonly version: number;
  /** Undefined if the node did not say. */
  readonly hash?: string | undefined;
  /** What the node had against it. */
  readonly problem?: string | undefined;
};

/** A transfer, of nothing to oneself. */
const emptyCallGas = 21_000n;
/** Milliseconds before a transaction is sent again that the node has not acknowledged. */
const unansweredAfter = 2_000;

export type SenderParts = {
  /** The contract's address. */
  readonly rollup: string;
  readonly chain: L1Chain;
  readonly signer: Signer;
  readonly journal: Journal;
};

/** Broadcasts the settlements of a journal, as often and as dearly as it takes. */
export class Sender {
  readonly #rollup: string;
  readonly #chain: L1Chain;
  readonly #signer: Signer;
  readonly #journal: Journal;
  readonly #options: SenderOptions;

  constructor({ rollup, chain, signer, journal }: SenderParts, options: SenderOptions) {
    this.#rollup = rollup;
    this.#chain = chain;
    this.#signer = signer;
    this.#journal = journal;
    this.#options = options;
  }

  /** Unix time in milliseconds. */
  now(): number {
    return (this.#options.now ?? Date.now)();
  }

  /** What to offer now. */
  async price(head: Block): Promise<GasPrice> {
    return await presentGasPrice(this.#chain, head, this.#options.maxFeePerGas);
  }

  /** Broadcasts a settlement again if it is time to: at a higher price if it is stuck. */
  async sendAgain({ id, outgoing }: Entry, head: Block, from: string): Promise<Sent | undefined> {
    const { stuckAfter = 60_000, resendAfter = 20_000, maxFeePerGas } = this.#options;
    const mined = await this.#chain.transactionCount(outgoing.from, head);
    const last = outgoing.versions.at(-1);
    // What has become of a nonce that is used is not certain before that is final.
    if (last === undefined || outgoing.nonce < mined) return undefined;
    if (outgoing.from !== from) throw otherAccount(outgoing, from);
    const isStuck = this.now() - last.begunAt >= stuckAfter;
    if (isStuck && outgoing.nonce > mined && (await this.#chain.pendingCount(from)) === mined) {
      return await this.#fillGap(mined, head);
    }
    // Behind somebody else's transaction it is not the price that it waits for.
    if (isStuck && outgoing.nonce === mined) {
      const present = await presentGasPrice(this.#chain, head);
      const higher = replacementGasPrice(last.price, present, maxFeePerGas);
      if (higher !== undefined) return await this.#replace(id, outgoing, higher);
    }
    const pause = last.hash === undefined ? Math.min(unansweredAfter, resendAfter) : resendAfter;
    if (this.now() - last.sentAt < Math.min(pause, stuckAfter)) return undefined;
    return await this.send(id, outgoing, last.price);
  }

  async #replace(id: number, outgoing: Outgoing, price: GasPrice): Promise<Sent> {
    const now = this.now();
    const version = { price, begunAt: now, sentAt: now };
    await this.#journal.change(id, (known) => ({ ...known, versions: [...known.versions, version] }));
    return await this.send(id, { ...outgoing, versions: [...outgoing.versions, version] }, price);
  }

  /** Broadcasts a settlement at the price of its last version. */
  async send(id: number, outgoing: Outgoing, price: GasPrice): Promise<Sent> {
    const { nonce, versions, from, data, gasLimit, isOvertaken } = outgoing;
    const call: Call =
      isOvertaken === true
        ? { to: from, nonce, data: "0x", gasLimit: emptyCallGas }
        : { to: this.#rollup, nonce, data, gasLimit };
    const { hash, problem } = await broadcast(this.#chain, this.#signer, call, price);
    const sentAt = this.now();
    await this.#journal.change(id, (known) => ({
      ...known,
      versions: known.versions.map((version, position) =>
        position === known.versions.length - 1 ? { ...version, sentAt, hash: hash ?? version.hash } : version,
      ),
    }));
    return { nonce, batchNumbers: batchNumbersOf(outgoing), version: versions.length, hash, problem };
  }

  /**
   * Uses a nonce that nobody's transaction has: one of the account's that was under way when the settlement got its
   * nonce, and that every node has forgotten since.
   */
  async #fillGap(nonce: number, head: Block): Promise<Sent> {
    const to = await this.#signer.getAddress();
    const call = { to, nonce, data: "0x", gasLimit: emptyCallGas };
    const price = await this.price(head);
    return {
      nonce,
      batchNumbers: [],
      version: 1,
      ...(await broadcast(this.#chain, this.#signer, call, price)),
    };
  }
}
