import type { WorkloadName } from "../../workload/workload.ts";
import type { Fit } from "../fit.ts";
import type { SettlementGas } from "../result.ts";

/** What the model takes from measurements. */
export interface Constants {
  readonly sequencer: {
    /** Of one node. */
    readonly tps: number;
    readonly measuredBy: string;
  };
  readonly prover: {
    /** Seconds by the clock of a proof with `n` constraints: `intercept + slope · n·log2 n`. */
    readonly proof: Pick<Fit, "slope" | "intercept">;
    readonly witnessSecondsPerConstraint: number;
    readonly cores: number;
  };
  readonly settlement: SettlementGas;
  readonly loads: readonly Load[];
}

/** A shape's batches under a workload, as the sequencer seals them; numbers are those of an average batch. */
export interface Load {
  readonly workload: WorkloadName;
  readonly shape: string;
  readonly transactionSlots: number;
  readonly accountSlots: number;
  readonly depth: number;
  /** Whom the payments are between. */
  readonly accounts: number;
  readonly constraints: number;
  readonly transfers: number;
  readonly rows: number;
  /** Of the packed rows. */
  readonly rowBytes: number;
}
