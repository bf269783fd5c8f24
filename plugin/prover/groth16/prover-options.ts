// What users of the prover give and get.

import type { Representation } from "../curve/field/best-field.ts";

/** A proof as snarkjs writes it to JSON: projective, decimal. */
export interface SnarkjsProof {
  readonly pi_a: readonly string[];
  readonly pi_b: readonly (readonly string[])[];
  readonly pi_c: readonly string[];
  readonly protocol: string;
  readonly curve: string;
}

export interface LoadOptions {
  /** Threads that work on a proof. Default: as many as the machine runs at once. */
  readonly threads?: number | undefined;
  /** How field elements are represented. Default: the faster one of those that work here. */
  readonly representation?: Representation | undefined;
  /** Ends the reading of the key; it then rejects with the signal's reason, and nothing is left. */
  readonly signal?: AbortSignal | undefined;
}

export interface ProveOptions {
  /** Ends the proof; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Threads that work on this proof, at most. Default: all that the prover was loaded with. */
  readonly threads?: number | undefined;
  /** Called with the name of each step. */
  readonly onProgress?: ((step: string) => void) | undefined;
}

/** A proof and its public signals in snarkjs' JSON. */
export interface Groth16Result {
  readonly proof: SnarkjsProof;
  readonly publicSignals: readonly string[];
}
