import { packBatch } from "../protocol/batch-data.ts";
import type { BatchToSettle } from "./batch-to-settle.ts";

/** Nodes refuse transactions above 128 KiB; the rest is for offsets, lengths and the envelope. */
const maxBytes = 120 * 1024;

/** Ethereum refuses transactions above 2^24 gas; the rest is for what the estimate does not know. */
const maxGas = 14_000_000;

/** What a byte costs at most, with what is done with it: a deposit's. Measured in test/contracts/rollup-gas.test.ts. */
const gasPerByte = 120;

/** What a batch costs besides its bytes, and its proof if that is verified alone. */
const gasPerBatch = 350_000;

/**
 * Distributes successive batches over settlements, as many as fit into each: several proofs in one settlement cost a third of
 * what they cost alone.
 */
export function groupSettlements(batches: readonly BatchToSettle[]): BatchToSettle[][] {
  const groups: BatchToSettle[][] = [];
  let [bytes, gas] = [0, 0];
  for (const batch of batches) {
    const its = bytesOf(batch);
    const cost = gasPerBatch + gasPerByte * its;
    const group = groups.at(-1);
    if (group !== undefined && bytes + its <= maxBytes && gas + cost <= maxGas) {
      group.push(batch);
    } else {
      groups.push([batch]);
      [bytes, gas] = [0, 0];
    }
    bytes += its;
    gas += cost;
  }
  return groups;
}

function bytesOf(batch: BatchToSettle): number {
  const sections = [...Object.values(packBatch(batch)), batch.proof];
  return sections.reduce((sum, hex) => sum + (hex.length - 2) / 2, 0);
}
