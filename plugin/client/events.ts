import type { ExitRow } from "../protocol/batch-data.ts";
import type { BatchReport } from "./batch-report.ts";

/** An entry of the L1 queue that was added by this client. */
export type QueuedEvent = {
  readonly entry: number;
  /** L1 address of the account's owner. */
  readonly owner: string;
  readonly asset: number;
};

/** A transaction that the sequencer has admitted. */
export type SubmittedEvent = {
  readonly id: string;
  readonly kind: "transfer" | "withdrawal";
  /** Index of the sender's account. */
  readonly from: number;
  /** Index of the recipient's account; undefined for a withdrawal. */
  readonly to: number | undefined;
  readonly asset: number;
  /** Both in the asset's base unit. */
  readonly amount: bigint;
  readonly fee: bigint;
};

/** An exit that was paid out on L1. */
export type ClaimedEvent = ExitRow & { readonly batchNumber: number; readonly row: number };

/** The chain has gone back to a snapshot, and the rollup with it. */
export type RestoredEvent = { readonly settledBatch: number; readonly sealedBatch: number };

/**
 * What happens to a rollup in this process, by name, with what a listener gets. The reports of batches name the proof
 * system: `system` is `"simulated"` where nothing is proven.
 */
export type RollupEvents = {
  deposited: [QueuedEvent & { readonly amount: bigint }];
  exitRequested: [QueuedEvent];
  submitted: [SubmittedEvent];
  sealed: [BatchReport];
  proven: [BatchReport];
  settled: [BatchReport];
  claimed: [ClaimedEvent];
  restored: [RestoredEvent];
};
