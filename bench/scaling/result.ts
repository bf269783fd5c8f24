import type { WorkRow } from "../sequencer/work-by-transactions.ts";
import type { WorkloadName } from "../workload/workload.ts";
import type { Fit } from "./fit.ts";
import type { ModelResult } from "./model/model.ts";

/** What `npm run bench -- scaling --json` prints. */
export interface ScalingResult {
  readonly cores: number;
  readonly measured: Measured;
  readonly model: ModelResult;
}

/** Fits of what was measured. */
export interface Measured {
  readonly sequencer: SequencerClaim;
  readonly proving: ProvingClaim;
  readonly verification: VerificationClaim;
  readonly bytes: BytesClaim;
}

/** A statement about how something grows, and whether measurements bear it out. */
export interface Claim {
  readonly claim: string;
  readonly bar: string;
  readonly measured: string;
  readonly holds: boolean;
}

export interface SequencerClaim extends Claim {
  readonly accounts: number;
  /** Of the logarithm of processor seconds against that of transactions. */
  readonly exponent: Fit;
  readonly points: readonly WorkRow[];
}

export interface ProvingClaim extends Claim {
  readonly threads: number;
  /** Constraints of the smallest and the largest circuit in which fixed costs are small. */
  readonly range: readonly [number, number];
  /** Of the logarithm of processor seconds against that of constraints `n`, and of `n·log2 n`, in the range. */
  readonly exponent: Fit;
  readonly quasiLinearExponent: Fit;
  /** Seconds as `intercept + slope · n·log2 n`, of all points: of processors, and by the clock. */
  readonly processorModel: Fit;
  readonly clockModel: Fit;
  readonly points: readonly ProvingPoint[];
}

/** A circuit that is a chain of hashes; medians of proofs with the key read. */
export interface ProvingPoint {
  readonly constraints: number;
  readonly processorSeconds: number;
  readonly seconds: number;
}

export interface VerificationClaim extends Claim {
  /** Largest over smallest gas of a verification, less one. */
  readonly spread: number;
  readonly points: readonly VerificationPoint[];
  /** Of one shape; proofs of several batches are verified together. */
  readonly settlements: readonly SettlementPoint[];
  readonly settlementGas: SettlementGas;
}

/** A batch of a shape, full of transfers, with a Groth16 proof. */
export interface VerificationPoint {
  readonly shape: string;
  readonly transfers: number;
  readonly rows: number;
  readonly constraints: number;
  /** Of a call of the verifier, without the transaction around it. */
  readonly verifierGas: number;
  /** What `settle` spent on calling the verifier. */
  readonly gasInSettle: number;
  /** Outside of the chain, in JavaScript, median. */
  readonly verificationSeconds: number;
  readonly witnessSeconds: number;
  readonly proofSeconds: number;
}

export interface SettlementPoint {
  readonly batches: number;
  /** Of all batches. */
  readonly rows: number;
  readonly rowBytes: number;
  readonly calldataBytes: number;
  readonly gas: number;
  /** What it spent on calling the verifier. */
  readonly verifierGas: number;
}

/**
 * Gas of a settlement of `k` batches with `n` rows: `firstBatch + (k − 1)·furtherBatch + n·row`, and `aggregation` once if
 * there are several.
 */
export interface SettlementGas {
  readonly firstBatch: number;
  readonly furtherBatch: number;
  readonly aggregation: number;
  readonly row: number;
  /** Of a row in the batches that `row` is from. */
  readonly rowBytes: number;
  /** Calldata of a batch besides its rows. */
  readonly batchBytes: number;
}

export interface BytesClaim extends Claim {
  /** Of the logarithm of bytes against that of touched accounts. */
  readonly exponent: Fit;
  /** Bytes as a line of touched accounts. */
  readonly line: Fit;
  readonly points: readonly BytesPoint[];
}

/** A batch as the sequencer seals it out of plenty of pending payments. */
export interface BytesPoint {
  readonly workload: WorkloadName;
  readonly transfers: number;
  /** Accounts touched. */
  readonly rows: number;
  /** Of the packed rows. */
  readonly bytes: number;
}
