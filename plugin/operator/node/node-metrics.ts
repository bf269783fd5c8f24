import type { RollupClient } from "../../client/rollup.ts";
import type { NodeMetrics } from "../../sequencer/rpc/metrics.ts";
import type { FollowStep } from "../../settlement/following/l1-follower.ts";

/** Adds what a node knows of its rollup to its metrics. */
export function addRollupMetrics(
  metrics: NodeMetrics,
  client: RollupClient,
  seen: () => FollowStep | undefined,
): void {
  const { sequencer, store } = client;
  const status = () => sequencer.status();
  metrics.gauge(
    "mempool_pending",
    "Transactions that the next batches take",
    () => status().pendingTransactions,
  );
  metrics.gauge("mempool_waiting", "Transactions behind a nonce gap", () => status().waitingTransactions);
  metrics.gauge("pending_operations", "Queue entries and opens not sealed", () => status().pendingOperations);
  metrics.gauge("transactions_dropped", "Transactions dropped", () => status().droppedTransactions);
  metrics.gauge("accounts", "Accounts after all that is pending", () => status().accounts);
  metrics.gauge("batch_sealed", "Number of the last sealed batch", () => store.progress.sealed);
  metrics.gauge("batches_unproven", "Sealed batches without a proof", () => client.unproven().length);
  metrics.gauge("batch_settled", "Number of the last batch that is final on L1", () => store.settledBatch);
  metrics.gauge("queue_observed", "Entries of the L1 queue that were seen", () => store.progress.observed);
  metrics.gauge("l1_head_block", "L1's last block seen", () => seen()?.head.number ?? 0);
  metrics.gauge("l1_final_block", "L1's last block taken over", () => seen()?.final.number ?? 0);
}
