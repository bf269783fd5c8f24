import { ethers } from "../../settlement/connection.ts";

/** What happens in the blocks of a branch. */
export type BranchContent = () => Promise<unknown>;

const send = (method: string, params: unknown[] = []): Promise<unknown> =>
  ethers.provider.send(method, params);

/** Mines empty blocks. */
export async function mineBlocks(count: number): Promise<void> {
  for (let block = 0; block < count; block++) await send("evm_mine");
}

/** Whether transactions are mined at once; without that they wait for mineBlocks. */
export async function mineAtOnce(atOnce: boolean): Promise<void> {
  await send("evm_setAutomine", [atOnce]);
}

/** A point of the chain from which it can take several branches, each as often as a test likes. */
export class Fork {
  #snapshot: unknown;
  readonly #timestamp: number;
  readonly #number: number;

  private constructor(snapshot: unknown, timestamp: number, number: number) {
    this.#snapshot = snapshot;
    this.#timestamp = timestamp;
    this.#number = number;
  }

  /** A fork behind the latest block. */
  static async here(): Promise<Fork> {
    const { timestamp, number } = (await send("eth_getBlockByNumber", ["latest", false])) as {
      timestamp: string;
      number: string;
    };
    return new Fork(await send("evm_snapshot"), Number(timestamp), Number(number));
  }

  /**
   * Leaves the branch that the chain is on and builds another one of at least `blocks` blocks. The same content gives
   * the same blocks, by hash; `salt` tells branches of the same content apart.
   */
  async branch(
    blocks: number,
    salt: number,
    content: BranchContent = async () => undefined,
  ): Promise<string> {
    await send("evm_revert", [this.#snapshot]);
    this.#snapshot = await send("evm_snapshot");
    await send("evm_setNextBlockTimestamp", [this.#timestamp + 100 + salt]);
    await send("hardhat_setPrevRandao", [`0x${"11".repeat(32)}`]);
    await content();
    for (;;) {
      const { number, hash, timestamp } = (await send("eth_getBlockByNumber", ["latest", false])) as {
        number: string;
        hash: string;
        timestamp: string;
      };
      if (Number(number) >= this.#number + blocks) return hash;
      await send("evm_setNextBlockTimestamp", [
        Math.max(Number(timestamp) + 1, this.#timestamp + 100 + salt),
      ]);
      await send("evm_mine");
    }
  }
}
