import type { BatchToSettle } from "../../plugin/settlement/batch-to-settle.ts";
import { calldataGas } from "./intrinsic.ts";
import { type MeasuredRollup, type MeasuringChain, settleData, settledBefore } from "./measured-rollup.ts";
import type { EmptySettlement } from "./result.ts";
import { standInBatch } from "./stand-in-batch.ts";
import { storageGas } from "./trace-gas.ts";

/** What batches without anything in them take, and what of that is storage; proofs are accepted. */
export async function measureEmpty(
  { connection }: MeasuringChain,
  rollup: MeasuredRollup,
  shape: string,
  count: number,
): Promise<EmptySettlement> {
  const batches = Array.from({ length: count }, (_, i) => emptyBatch(rollup, shape, settledBefore + 1 + i));
  const { gas, storage } = await rollup.undone(async () => {
    const { gasUsed, hash } = await rollup.settle(batches);
    return { gas: gasUsed, storage: await storageGas(connection.provider, hash) };
  });
  return { shape, batches: count, gas, storage, calldata: calldataGas(settleData(batches)).gas };
}

function emptyBatch(rollup: MeasuredRollup, shapeName: string, batchNumber: number): BatchToSettle {
  const sealed = { batchNumber, operations: [], transactions: [], feeAccounts: [] };
  const shapeId = rollup.shapeId(shapeName);
  return standInBatch({ sealed, shapeName, shapeId, exits: [], rows: [] }, shapeId);
}
