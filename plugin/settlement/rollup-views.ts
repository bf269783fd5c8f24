import { Contract, type Provider, ZeroAddress } from "ethers";
import { rollupInterface } from "./abi.ts";
import { type BlockId, L1Chain } from "./chain/l1-chain.ts";
import { withRequestTimeout } from "./chain/request-timeout.ts";
import { readableError } from "./contract-error.ts";
import type { Deployment } from "./deployment.ts";
import { SettlementError } from "./errors.ts";
import { inGroups } from "./in-groups.ts";
import { noEntry } from "./queue-entries.ts";
import { eth, readToken, type Token } from "./tokens.ts";

/** A moment of L1: a block of the branch that the node is on, by its number, or one block whatever the branch. */
export type At = number | BlockId;

/** How high that block is. */
export function blockNumberOf(at: At): number {
  return typeof at === "number" ? at : at.number;
}

export type L1Options = {
  /** Blocks on top of a block before what it holds counts as final (RollupUserConfig). Default 0. */
  readonly confirmations?: number;
  /** Milliseconds that a request to the node may take. Default 30 seconds. */
  readonly requestTimeout?: number;
};

const defaultRequestTimeout = 30_000;

/** What a rollup's contract says of itself: its views, as of the latest block or of another one. */
export class RollupViews {
  readonly deployment: Deployment;
  readonly provider: Provider;
  /** Blocks on top of a block before what it holds counts as final. */
  readonly confirmations: number;
  readonly #reader: Contract;

  /** @param deployment - Checked: see checkDeployment. */
  constructor(deployment: Deployment, provider: Provider, options: L1Options = {}) {
    const { confirmations = 0, requestTimeout = defaultRequestTimeout } = options;
    this.deployment = deployment;
    this.provider = withRequestTimeout(provider, requestTimeout);
    this.confirmations = confirmations;
    this.#reader = new Contract(deployment.rollup, rollupInterface, this.provider);
  }

  /** The last block that counts as final. */
  async finalBlock(): Promise<number> {
    const latest = await this.provider.getBlockNumber();
    return Math.max(this.deployment.blockNumber, latest - this.confirmations);
  }

  // The contract's views: as of the latest block, or of another one. IRollup documents them.

  async root(block?: At): Promise<bigint> {
    return await this.read("root", [], block);
  }

  /** The number of the last settled batch, 0 before the first. */
  async batchCount(block?: At): Promise<number> {
    return Number(await this.read("batchCount", [], block));
  }

  async accountCount(block?: At): Promise<number> {
    return Number(await this.read("accountCount", [], block));
  }

  /** The first entry of the queue that waits; equal to the tail if none does. */
  async queueHead(block?: At): Promise<number> {
    return Number(await this.read("queueHead", [], block));
  }

  async queueTail(block?: At): Promise<number> {
    return Number(await this.read("queueTail", [], block));
  }

  /** Unix time until which an entry that waits has to be settled: its event's, or nearer since fast settlements. */
  async deadline(entry: number, block?: At): Promise<number> {
    const [, deadline] = await this.read("queueEntry", [entry], block);
    return Number(deadline);
  }

  /** What the rollup holds of an asset: balances, waiting deposits and unclaimed exits. */
  async escrow(asset: number, block?: At): Promise<bigint> {
    return await this.read("escrow", [asset], block);
  }

  async isClaimed(batchNumber: number, row: number, block?: At): Promise<boolean> {
    return await this.read("isClaimed", [batchNumber, row], block);
  }

  /** Whether the rollup is frozen, for good: then it settles nothing any more and everybody leaves. */
  async frozen(): Promise<boolean> {
    return await this.read("frozen", []);
  }

  /** Whether an account of the frozen rollup has been paid out. */
  async hasEscaped(index: number): Promise<boolean> {
    return await this.read("hasEscaped", [index]);
  }

  /** Whether an entry is in the queue: neither settled nor refunded. */
  async isWaiting(entry: number): Promise<boolean> {
    const [hash] = await this.read("queueEntry", [entry]);
    return hash !== noEntry;
  }

  /** Until when a waiting entry has to be settled, Unix time: as it is now, settlements bring it nearer. */
  async deadlineOf(entry: number): Promise<number> {
    const [, deadline] = await this.read("queueEntry", [entry]);
    return Number(deadline);
  }

  /** What `withdraw` would pay to an address. */
  async credit(asset: number, owner: string): Promise<bigint> {
    return await this.read("credit", [asset, owner]);
  }

  /**
   * Wei that a request of the queue may cost at most if it is mined soon: room for the base fee to double. What is too
   * much comes back.
   */
  async requestFee(): Promise<bigint> {
    const block = await this.provider.getBlock("latest");
    const [fee, surcharge] = await this.read("requestFee", [2n * (block?.baseFeePerGas ?? 0n)]);
    return fee + surcharge;
  }

  /** Whether anybody may settle now. */
  async openToAll(): Promise<boolean> {
    return await this.read("openToAll", []);
  }

  /** Who settles batches; the zero address lets everybody. */
  async sequencer(): Promise<string> {
    return await this.read("sequencer", []);
  }

  /** Every asset, ETH first. */
  async tokens(): Promise<Token[]> {
    const count = Number(await this.read("assetCount", []));
    const assets = Array.from({ length: count - 1 }, (_, position) => position + 2);
    const registered = await inGroups(assets, async (asset) =>
      readToken(this.provider, asset, await this.tokenOf(asset)),
    );
    return [eth, ...registered];
  }

  /**
   * The address of an asset.
   *
   * @throws SettlementError for an asset that does not exist
   */
  async tokenOf(asset: number): Promise<string> {
    const address: string = asset === eth.asset ? eth.address : await this.read("tokenOf", [asset]);
    if (asset === eth.asset || address !== ZeroAddress) return address;
    throw new SettlementError("The rollup has no such asset.", {
      asset,
      "last asset": Number(await this.read("assetCount", [])),
      "what to do": "register the token first: rollup:deploy --tokens",
    });
  }

  protected async read(view: string, args: readonly unknown[], block?: At) {
    try {
      if (typeof block === "object") return await this.#readAt(view, args, block);
      const at = block === undefined ? {} : { blockTag: block };
      return await this.#reader.getFunction(view).staticCall(...args, at);
    } catch (error) {
      throw readableError(`answer ${view}`, error);
    }
  }

  async #readAt(view: string, args: readonly unknown[], block: BlockId) {
    const data = rollupInterface.encodeFunctionData(view, args);
    const returned = await new L1Chain(this.provider).call(this.deployment.rollup, data, block);
    const result = rollupInterface.decodeFunctionResult(view, returned);
    return result.length === 1 ? result[0] : result;
  }
}
