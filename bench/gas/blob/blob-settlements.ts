import type { Settlement } from "../result.ts";
import { blobGas, blobSettlementGas, maxBlobsPerTransaction, rowsPerBlob } from "./blob-model.ts";
import type { BlobSettlement } from "./blob-result.ts";

/**
 * What settlements would take if their rows were in blobs, a blob a batch.
 *
 * @param part - Gas of a blob besides its blob gas.
 * @param withoutRows - Gas of settlements of batches without rows, by the number of batches; the settlements' shapes have to
 * have as many other slots.
 * @returns Those whose rows fit.
 */
export function blobSettlements(
  settlements: readonly Settlement[],
  part: number,
  withoutRows: ReadonlyMap<number, number>,
): BlobSettlement[] {
  return settlements.flatMap(({ shape, workload, amounts, batches, transfers, rows, gas }) => {
    const without = withoutRows.get(batches);
    const fits = batches <= maxBlobsPerTransaction && rows <= batches * rowsPerBlob;
    if (without === undefined || !fits) return [];
    const execution = blobSettlementGas({ withoutRows: without, part }, batches, 0);
    const inBlob = { gas: execution, blobGas: batches * blobGas };
    return [{ shape, workload, amounts, batches, transfers, rows, calldataGas: gas, inBlob }];
  });
}
