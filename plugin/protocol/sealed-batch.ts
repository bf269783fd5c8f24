import type { Operation } from "./operation.ts";
import type { SignedTransaction } from "./transaction.ts";

/** What the sequencer decided: everything that is needed, with the state before, to prove a batch. */
export type SealedBatch = {
  readonly batchNumber: number;
  /** In order; those from L1 as they stand in the queue. */
  readonly operations: readonly Operation[];
  /** In order, behind the operations. */
  readonly transactions: readonly SignedTransaction[];
  /** Indices of the accounts that are credited the fees, one an asset, by increasing asset. */
  readonly feeAccounts: readonly number[];
};
