import type { ExitRow } from "../protocol/batch-data.ts";
import { wordHex } from "../protocol/hex.ts";
import { State } from "../protocol/state.ts";
import { SettlementError } from "./errors.ts";
import { replayBatch } from "./following/replay.ts";
import type { L1Rollup } from "./l1.ts";
import type { SettledBatch } from "./settled-batches.ts";

/** An exit that nobody has claimed. */
export type UnclaimedExit = ExitRow & { readonly batchNumber: number; readonly row: number };

/** What L1 alone tells of the L2. */
export type SyncedState = {
  readonly state: State;
  /** The last settled batch, which the state is after. */
  readonly batchNumber: number;
  /** The L1 block that all of it is as of. */
  readonly blockNumber: number;
  /** In the order of batches and rows. */
  readonly unclaimed: readonly UnclaimedExit[];
};

export type SyncOptions = {
  /** Called after each batch that was found right. `total` is the number of batches. */
  readonly onBatch?: (batch: SettledBatch, total: number) => void;
};

/**
 * Rebuilds every account from L1 alone (protocol section 6): keys from operations, balances and nonces from rows. The
 * root is checked after every batch, and in the end against the contract's, so that nothing has to be believed of
 * what the node or the sequencer says.
 *
 * @throws SettlementError that names the first batch whose data does not lead to its root
 */
export async function syncState(l1: L1Rollup, options: SyncOptions = {}): Promise<SyncedState> {
  const blockNumber = await l1.finalBlock();
  const total = await l1.batchCount(blockNumber);
  const state = new State(l1.deployment.depth);
  const unclaimed = new Map<string, UnclaimedExit>();
  let batchNumber = 0;
  for await (const batch of l1.settledBatches(1, blockNumber)) {
    batchNumber = batch.batchNumber;
    replayBatch(state, batch);
    for (const [row, exit] of batch.exits.entries()) {
      unclaimed.set(`${batchNumber}:${row}`, { ...exit, batchNumber, row });
    }
    options.onBatch?.(batch, total);
  }
  const root = await l1.root(blockNumber);
  if (state.root !== root) {
    throw new SettlementError("The rebuilt state is not the contract's.", {
      "root rebuilt": wordHex(state.root),
      "root of the contract": wordHex(root),
      "last batch": batchNumber,
      block: blockNumber,
      "what to do": "ask another node",
    });
  }
  for (const { batchNumber, row } of await l1.claimedExits(blockNumber))
    unclaimed.delete(`${batchNumber}:${row}`);
  return { state, batchNumber, blockNumber, unclaimed: [...unclaimed.values()] };
}
