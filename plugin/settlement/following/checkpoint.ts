import { z } from "zod";
import type { Codec } from "../../sequencer/codec.ts";
import type { Store } from "../../sequencer/store.ts";
import type { Table } from "../../sequencer/table.ts";
import type { BlockId } from "../chain/l1-chain.ts";

/** How far a store has followed L1: everything up to this block is in it, or was looked at. */
export type Checkpoint = BlockId & {
  /** As of the block: batches settled, the root after the last of them, entries ever queued. */
  readonly batchCount: number;
  readonly root: bigint;
  readonly queueTail: number;
};

const count = z.number().int().nonnegative();
const type = z
  .object({
    number: count,
    hash: z.string().regex(/^0x[0-9a-f]{64}$/),
    batchCount: count,
    root: z
      .string()
      .regex(/^[0-9]+$/)
      .transform(BigInt),
    queueTail: count,
  })
  .strict();

const codec: Codec<Checkpoint> = {
  encode: ({ number, hash, batchCount, root, queueTail }) =>
    JSON.stringify({ number, hash: hash.toLowerCase(), batchCount, root: root.toString(), queueTail }),
  decode: (text) => type.parse(JSON.parse(text)),
};

const onlyKey = 0;

/** Where the store keeps its checkpoint. */
export class Checkpoints {
  readonly #store: Store;
  readonly #table: Table<Checkpoint>;

  constructor(store: Store) {
    this.#store = store;
    this.#table = store.table("l1 checkpoint", codec);
  }

  /** Undefined before the first. */
  get last(): Checkpoint | undefined {
    return this.#table.get(onlyKey);
  }

  /** Keeps a checkpoint in the place of the one before, unless another process has come further meanwhile. */
  async advance(checkpoint: Checkpoint): Promise<void> {
    await this.#store.write(() => {
      if ((this.last?.number ?? -1) < checkpoint.number) this.#table.put(onlyKey, checkpoint);
    });
  }

  /** Goes back to an earlier block, on the branch that L1 has taken. */
  async rewind(checkpoint: Checkpoint): Promise<void> {
    await this.#store.write(() => this.#table.put(onlyKey, checkpoint));
  }
}
