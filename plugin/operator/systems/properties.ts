import type { ProofSystemName } from "../../prover/proof-system.ts";

/** What holds for a system whatever the circuit. */
export type SystemProperties = {
  /** What has to be made before there is a key. */
  readonly setup: "per circuit" | "universal" | "none";
  /** Whose secrets could forge proofs. */
  readonly trust: string;
  /** Whether a quantum computer leaves it sound. */
  readonly postQuantum: boolean;
  /** Whether it does without secrets. */
  readonly transparent: boolean;
};

const pairings = { postQuantum: false, transparent: false };

export const systemProperties: Readonly<Record<ProofSystemName, SystemProperties>> = {
  groth16: { setup: "per circuit", trust: "one of the ptau's, one of the circuit's", ...pairings },
  plonk: { setup: "universal", trust: "one of the ptau's", ...pairings },
  fflonk: { setup: "universal", trust: "one of the ptau's", ...pairings },
  simulated: { setup: "none", trust: "everybody: SIMULATED", ...pairings },
};
