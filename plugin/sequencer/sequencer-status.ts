import type { Store } from "./store.ts";
import type { View } from "./view.ts";

/** What waits for whom. */
export type SequencerStatus = {
  readonly settledBatch: number;
  readonly sealedBatch: number;
  /** Sealed batches that have neither a proof nor a settlement. */
  readonly unproven: readonly number[];
  /** Entries of the L1 queue and opens that are not sealed yet. */
  readonly pendingOperations: number;
  readonly pendingTransactions: number;
  /** Transactions that wait for one with a lower nonce. */
  readonly waitingTransactions: number;
  /** Transactions that are being checked or go to disk. */
  readonly admittingTransactions: number;
  /** Since when the oldest pending transaction has been there, Unix time in seconds. */
  readonly oldestPending: number | undefined;
  /** Entries of the L1 queue that have been observed. */
  readonly observedEntries: number;
  /** Accounts after all that is pending. */
  readonly accounts: number;
  readonly droppedTransactions: number;
};

/** @param admitting - Transactions on their way. */
export function statusOf(store: Store, view: View, admitting: number): SequencerStatus {
  const { sealed, observed } = view.progress;
  const { settledBatch } = store;
  const unsettled = Array.from({ length: sealed - settledBatch }, (_, i) => settledBatch + 1 + i);
  return {
    settledBatch,
    sealedBatch: sealed,
    unproven: unsettled.filter((number) => store.proofs.get(number) === undefined),
    pendingOperations: view.entries.length + view.opens.size,
    pendingTransactions: view.pool.ready.size,
    waitingTransactions: view.pool.waitingCount,
    admittingTransactions: admitting,
    oldestPending: view.pool.oldest,
    observedEntries: observed,
    accounts: view.directory.size,
    droppedTransactions: view.pool.droppedCount,
  };
}
