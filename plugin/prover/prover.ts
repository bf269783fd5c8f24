import type { JobOptions } from "../circuits/background.ts";
import type { ProofRequest } from "./backends/backend.ts";
import type { ProofResult } from "./prove.ts";

export interface ProverOptions extends JobOptions {
  /** When L1 needs the proof, in seconds since 1970: earlier ones go first where there is a choice. */
  readonly deadline?: number;
}

/** Takes proofs on: a pool on this machine, or a fleet of them. */
export interface Prover {
  /** Proofs that it works on at once. */
  readonly workers: number;
  /**
   * Proves as soon as there is room. Whoever implements this verifies proofs before it hands them on.
   *
   * @throws HardhatPluginError if there is no proof; the signal's reason if it is aborted.
   */
  prove(request: ProofRequest, options?: ProverOptions): Promise<ProofResult>;
}
