import type { Store } from "../../sequencer/store.ts";
import type { BatchToSettle } from "../batch-to-settle.ts";

/**
 * The batches that can settle next: sealed, proven, and none before them without a proof.
 *
 * @param from - Number of the first one.
 * @param upTo - The last one wanted. Default: all.
 */
export function provenBatches(store: Store, from: number, upTo = Number.POSITIVE_INFINITY): BatchToSettle[] {
  const batches: BatchToSettle[] = [];
  for (let number = from; number <= Math.min(upTo, store.progress.sealed); number++) {
    const proof = store.proofs.get(number);
    if (proof === undefined) break;
    const { sealed, shapeId, exits, rows } = store.batch(number);
    const { operations } = sealed;
    batches.push({ batchNumber: number, shapeId, operations, exits, rows, ...proof });
  }
  return batches;
}
