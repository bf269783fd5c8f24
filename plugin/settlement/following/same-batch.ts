import { type BatchSections, packBatch } from "../../protocol/batch-data.ts";

/** Whether two batches publish the same: operations, exits and rows, in order. */
export function isSameBatch(a: BatchSections, b: BatchSections): boolean {
  const [packed, other] = [packBatch(a), packBatch(b)];
  return packed.operations === other.operations && packed.exits === other.exits && packed.rows === other.rows;
}
