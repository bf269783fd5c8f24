import type { Store } from "../../sequencer/store.ts";
import type { BlockId } from "../chain/l1-chain.ts";
import { Checkpoints } from "../following/checkpoint.ts";
import { isSameBatch } from "../following/same-batch.ts";
import type { L1Rollup } from "../l1.ts";
import type { SettledBatch } from "../settled-batches.ts";
import type { Inclusion, Outgoing } from "./outgoing.ts";

/**
 * Where the batches of a settlement were mined, by whichever of its transactions, or by somebody's who settled the same.
 *
 * @param at - A block in which all of them have settled.
 * @returns undefined if one of them is another batch than ours
 */
export async function findInclusion(
  l1: L1Rollup,
  store: Store,
  outgoing: Outgoing,
  at: BlockId,
): Promise<Inclusion | undefined> {
  const { firstBatch, lastBatch } = outgoing;
  const found: SettledBatch[] = [];
  // It is not final yet, or was not at the last look: nothing of it is older than that.
  const fromBlock = new Checkpoints(store).last?.number ?? l1.deployment.blockNumber;
  for await (const batch of l1.settledBatches(firstBatch, at, fromBlock)) {
    if (batch.batchNumber > lastBatch) break;
    const mine = store.batches.get(batch.batchNumber);
    if (mine === undefined || !isSameBatch({ ...mine, operations: mine.sealed.operations }, batch)) {
      return undefined;
    }
    found.push(batch);
  }
  const last = found.at(-1);
  if (last === undefined) return undefined;
  const { transactionHash, blockNumber, blockHash } = last;
  return { transactionHash, blockNumber, blockHash, gasUsed: found.map(({ gasUsed }) => gasUsed) };
}
