import type { ProofSystemName } from "../../prover/proof-system.ts";

/** What a proof system costs on one circuit, as measured. */
export type SystemMeasurement = {
  readonly system: ProofSystemName;
  readonly proofBytes: number;
  /** In the system's own arithmetization: R1CS constraints for Groth16, gates for PLONK and FFLONK. */
  readonly constraints: number;
  readonly keyBytes: number;
  /** To make the development key; undefined if it was there from before anybody looked. */
  readonly setupSeconds: number | undefined;
  readonly witnessSeconds: number;
  readonly proofSeconds: number;
  /** 0 if nobody tells. */
  readonly peakMemoryBytes: number;
  /** Of the verifier alone, without what every transaction and its bytes cost. */
  readonly verifyGas: bigint;
  /** Of a whole settlement of one full batch. */
  readonly settleGas: bigint;
};

/** A system that could not be measured, and why. */
export type SystemRefusal = {
  readonly system: ProofSystemName;
  readonly reason: string;
};

export type SystemOutcome = SystemMeasurement | SystemRefusal;

export function isMeasured(outcome: SystemOutcome): outcome is SystemMeasurement {
  return !("reason" in outcome);
}
