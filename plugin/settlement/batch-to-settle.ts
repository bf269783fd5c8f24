import { type BatchSections, packBatch } from "../protocol/batch-data.ts";
import { SettlementError } from "./errors.ts";

/** A proven batch. */
export type BatchToSettle = BatchSections & {
  readonly batchNumber: number;
  readonly newRoot: bigint;
  readonly commitment: bigint;
  /** `0x` and 64 digits. */
  readonly shapeId: string;
  /** In the encoding of the shape's proof system, `0x` hexadecimal. */
  readonly proof: string;
};

/** The arguments of `settle` for batches in order. */
export function settleArguments(batches: readonly BatchToSettle[]): readonly [unknown[], string[]] {
  const posted = batches.map((batch) => ({
    newRoot: batch.newRoot,
    commitment: batch.commitment,
    shape: batch.shapeId,
    ...packBatch(batch),
  }));
  return [posted, batches.map(({ proof }) => proof)];
}

/** Refuses batches that do not follow on the last settled one, which the contract would call a wrong proof. */
export function requireNext(batchNumbers: readonly number[], settled: number): void {
  for (const [position, batchNumber] of batchNumbers.entries()) {
    if (batchNumber === settled + 1 + position) continue;
    const again = batchNumber <= settled;
    throw new SettlementError(again ? "The batch is settled already." : "The batch cannot settle yet.", {
      batch: batchNumber,
      "last settled": settled,
      "next to settle": settled + 1 + position,
      "what to do": again ? "nothing" : "settle the batches before it first",
    });
  }
}
