import { setTimeout } from "node:timers/promises";
import { HardhatPluginError } from "@nomicfoundation/hardhat-errors";
import { wordHex } from "../../protocol/hex.ts";
import { SequencerError } from "../../sequencer/errors.ts";
import type { Sequencer } from "../../sequencer/sequencer.ts";
import type { Store } from "../../sequencer/store.ts";
import { DeepReorg, L1Unavailable } from "../chain/errors.ts";
import { type Block, type BlockId, L1Chain, unavailable } from "../chain/l1-chain.ts";
import type { L1Rollup } from "../l1.ts";
import type { MinedEntry } from "../queue-entries.ts";
import type { SettledBatch } from "../settled-batches.ts";
import { type Checkpoint, Checkpoints } from "./checkpoint.ts";
import { SettledIntake } from "./settled-intake.ts";

export type FollowerParts = {
  readonly l1: L1Rollup;
  readonly store: Store;
  readonly sequencer: Sequencer;
  /** Called after each batch that has become final. `total` is the number of batches on L1. */
  readonly onBatch?: ((batch: SettledBatch, total: number) => void) | undefined;
  /** Whether somebody else seals the batches, so that all of them come from L1. */
  readonly copies?: boolean | undefined;
  /** Milliseconds between two looks at a block that seems to be gone. Default 1,000. */
  readonly recheckAfter?: number | undefined;
};

/** What a look at L1 has brought. */
export type FollowStep = {
  readonly head: BlockId;
  /** Everything up to this block is taken over. */
  readonly final: BlockId;
  /** Entries of the queue that were new. */
  readonly entries: number;
  /** Batches of ours that have become final. */
  readonly settled: readonly number[];
  /** Batches that were taken from L1, since the store had not sealed them. */
  readonly adopted: readonly number[];
};

/** How often a final block has to be missing before that is believed of L1, and not of one answer. */
const looks = 3;

/**
 * Keeps a store in step with L1: queue entries and settled batches, as they become final at the configured depth.
 *
 * Nothing is taken from a block that is not that deep, so that reorganisations above it change nothing here. What a node
 * says is read as of one block by its hash, compared with what the contract says, and taken over only if that block is
 * still on the node's branch afterwards. A step that fails has changed nothing that the next one does not put right.
 */
export class L1Follower {
  readonly #l1: L1Rollup;
  readonly #store: Store;
  readonly #sequencer: Sequencer;
  readonly #chain: L1Chain;
  readonly #checkpoints: Checkpoints;
  readonly #intake: SettledIntake;
  readonly #recheckAfter: number;

  constructor(parts: FollowerParts) {
    const { l1, store, sequencer, recheckAfter = 1_000 } = parts;
    this.#l1 = l1;
    this.#store = store;
    this.#sequencer = sequencer;
    this.#chain = new L1Chain(l1.provider);
    this.#checkpoints = new Checkpoints(store);
    this.#intake = new SettledIntake(parts);
    this.#recheckAfter = recheckAfter;
  }

  /** The last block that was taken over, undefined before the first. */
  get checkpoint(): Checkpoint | undefined {
    return this.#checkpoints.last;
  }

  /**
   * Looks at L1 once.
   *
   * @throws L1Unavailable: try again later; DeepReorg: stop; SequencerError `TREE_FULL`
   */
  async step(): Promise<FollowStep> {
    return await reading("follow L1", async () => {
      const head = await this.#chain.head();
      const last = this.#checkpoints.last;
      if (last !== undefined && !(await this.#isStillThere(last))) {
        return await this.#takeBack(head, last);
      }
      const final = await this.#finalBlock(head);
      if (last !== undefined && final.number <= last.number) {
        return { head, final: last, entries: 0, settled: [], adopted: [] };
      }
      return await this.#takeOver(head, final, last);
    });
  }

  /** Whether a block is on the node's branch, as far as one can tell of a node that may be behind. */
  async #isStillThere(block: BlockId): Promise<boolean> {
    const isLasting = this.#l1.confirmations > 0;
    // One of several nodes behind an address may be on a branch of its own.
    const most = isLasting ? looks : 1;
    for (let look = 1; look <= most; look++) {
      const found = await this.#chain.block(block.number);
      if (found === undefined ? isLasting : isSame(found, block)) return true;
      if (look < most) await setTimeout(this.#recheckAfter);
    }
    return false;
  }

  async #finalBlock(head: Block): Promise<Block> {
    const { deployment, confirmations } = this.#l1;
    if (confirmations === 0) return head;
    const number = Math.max(deployment.blockNumber, head.number - confirmations);
    const final = await this.#chain.block(number);
    if (final !== undefined) return final;
    throw new L1Unavailable("L1's node does not have a block below its latest one.", {
      block: number,
      latest: head.number,
    });
  }

  async #takeOver(head: Block, final: Block, last: Checkpoint | undefined): Promise<FollowStep> {
    const fromBlock = last === undefined ? this.#l1.deployment.blockNumber : last.number + 1;
    const checkpoint = await this.#readCheckpoint(final);
    if (last === undefined && checkpoint.batchCount < this.#store.settledBatch) {
      throw new L1Unavailable("The store is ahead of what is final on L1.", {
        "last settled batch in the store": this.#store.settledBatch,
        "last final batch on L1": checkpoint.batchCount,
        "what to do": "wait for more blocks",
      });
    }
    if (checkpoint.batchCount < this.#store.settledBatch) {
      throw goneBack("L1 has fewer settled batches than the store.", {
        "last settled batch in the store": this.#store.settledBatch,
        "last settled batch on L1": checkpoint.batchCount,
        block: final.number,
      });
    }
    const confirm = async (): Promise<void> => await this.#requireOnBranch(final);
    const { settled, adopted } = await this.#intake.take(checkpoint, fromBlock, confirm);
    const observed = this.#store.progress.observed;
    // Entries are forgotten when a batch is adopted: then they are older than the last checkpoint.
    const entriesFrom = adopted.length === 0 ? fromBlock : this.#l1.deployment.blockNumber;
    const entries = await this.#l1.queueEntries(observed, entriesFrom, final);
    await confirm();
    await this.#observe(entries);
    await this.#checkpoints.advance(checkpoint);
    return { head, final, entries: entries.length, settled, adopted };
  }

  /** Refuses what was read as of a block that is not on the node's branch any more. */
  async #requireOnBranch(block: BlockId): Promise<void> {
    if (isSame((await this.#chain.block(block.number)) ?? block, block)) return;
    throw new L1Unavailable("L1 was reorganised while it was read.", { block: block.number });
  }

  async #observe(entries: readonly MinedEntry[]): Promise<void> {
    try {
      if (entries.length > 0) await this.#sequencer.observe(entries);
    } catch (error) {
      if (!(error instanceof SequencerError) || error.code !== "QUEUE_CHANGED") throw error;
      throw goneBack("An entry of L1's queue is not what it was.", { problem: error.message }, error);
    }
  }

  /**
   * What happens when the last final block is not on L1's branch any more. Without confirmations, on chains for
   * development that are rolled back on purpose, it is all right as long as nothing that was taken has changed.
   */
  async #takeBack(head: Block, last: Checkpoint): Promise<FollowStep> {
    const gone = { block: last.number, "hash that was final": last.hash };
    const { confirmations } = this.#l1;
    if (confirmations > 0) {
      const found = await this.#chain.block(last.number);
      throw goneBack("L1 was reorganised below the depth that counts as final.", {
        ...gone,
        "hash now": found?.hash ?? "none",
        confirmations,
      });
    }
    const checkpoint = await this.#readCheckpoint(head);
    const first = this.#store.progress.sealedEntries;
    const entries = await this.#l1.queueEntries(first, this.#l1.deployment.blockNumber, head);
    const [{ settledBatch }, { observed }] = [this.#store, this.#store.progress];
    const isRight =
      checkpoint.batchCount === settledBatch
        ? checkpoint.batchCount !== last.batchCount || checkpoint.root === last.root
        : checkpoint.batchCount > settledBatch;
    if (!isRight || checkpoint.queueTail < observed) {
      if (head.number < last.number) {
        throw new L1Unavailable("L1's node is behind, or L1 has gone back.", {
          "its latest block": head.number,
          "block known": last.number,
        });
      }
      throw goneBack("L1 has gone back behind what the store has of it.", {
        ...gone,
        "batches settled": `${settledBatch} in the store, ${checkpoint.batchCount} on L1`,
        "queue entries": `${observed} in the store, ${checkpoint.queueTail} on L1`,
        root: `${wordHex(last.root)} at the last look, ${wordHex(checkpoint.root)} on L1`,
      });
    }
    const confirm = async (): Promise<void> => await this.#requireOnBranch(head);
    const { settled, adopted } = await this.#intake.take(
      checkpoint,
      this.#l1.deployment.blockNumber,
      confirm,
    );
    await this.#observe(entries.filter(({ entry }) => entry >= this.#store.progress.sealedEntries));
    await this.#checkpoints.rewind(checkpoint);
    return { head, final: head, entries: this.#store.progress.observed - observed, settled, adopted };
  }

  async #readCheckpoint({ number, hash }: BlockId): Promise<Checkpoint> {
    const at = { number, hash };
    const [batchCount, root, queueTail] = await Promise.all([
      this.#l1.batchCount(at),
      this.#l1.root(at),
      this.#l1.queueTail(at),
    ]);
    return { number, hash, batchCount, root, queueTail };
  }
}

function isSame(a: BlockId, b: BlockId): boolean {
  return a.hash.toLowerCase() === b.hash.toLowerCase();
}

function goneBack(
  sentence: string,
  facts: Readonly<Record<string, string | number>>,
  cause?: Error,
): DeepReorg {
  return new DeepReorg(sentence, facts, cause);
}

/** What libraries and nodes throw becomes an L1Unavailable; our own errors stay what they are. */
async function reading<T>(action: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (HardhatPluginError.isHardhatPluginError(error)) throw error;
    throw unavailable(action, error);
  }
}
