import type { WorkloadName } from "../../workload/workload.ts";

/** What somebody may want to change. */
export interface Parameters {
  readonly provers: readonly number[];
  readonly workloads: readonly WorkloadName[];
  /** Of an L1 block. */
  readonly gasLimit: number;
  /** In an L1 block. */
  readonly blobs: number;
  /** Of L1's gas and blobs that one rollup gets, 0 to 1. */
  readonly share: number;
  /** Batches that settle in one transaction. */
  readonly batchesPerSettlement: number;
  /** For the layers. */
  readonly targetTps: number;
}
