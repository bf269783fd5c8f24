import { accountBatches } from "./account-batches.ts";
import { exitAndFeeBatches } from "./exit-and-fee-batches.ts";
import { operationBatches } from "./operation-batches.ts";
import type { RefusedBatch } from "./refused-batch.ts";
import { transactionBatches } from "./transaction-batches.ts";

/** Batches that exactly one constraint refuses, beside those of the attacks. */
export const refusedBatches: readonly RefusedBatch[] = [
  ...accountBatches,
  ...operationBatches,
  ...transactionBatches,
  ...exitAndFeeBatches,
];
