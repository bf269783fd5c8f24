import type { JobOptions } from "../../circuits/background.ts";
import type { CircuitInput } from "../../circuits/calculate-witness.ts";
import type { ProofSystemName } from "../proof-system.ts";
import type { ProvingKey } from "../proving-key.ts";

/** A witness as .wtns bytes, the path of such a file, or what it is computed from. */
export type WitnessSource = Uint8Array | string | { readonly wasmPath: string; readonly input: CircuitInput };

/** What to prove: that the witness satisfies the circuit which the key is for. */
export interface ProofRequest {
  readonly key: ProvingKey;
  readonly witness: WitnessSource;
}

export interface BackendOptions extends JobOptions {
  /** Whether one proof uses all cores; turn it off when several run at once. Default true. */
  readonly multiThread?: boolean;
}

/** A proof as a backend returns it. Nobody has verified it yet. */
export interface BackendProof {
  /** As the verifier contract takes it, 0x. */
  readonly proof: string;
  readonly publicSignals: readonly bigint[];
  readonly witnessSeconds: number;
  readonly proofSeconds: number;
  /** Largest resident size of the proof's process. */
  readonly peakMemoryBytes: number;
}

/** Something that makes proofs. */
export interface Backend {
  readonly name: string;
  readonly systems: readonly ProofSystemName[];
  /**
   * @throws HardhatPluginError if the key is damaged, the witness does not satisfy the circuit, or the work fails; the
   * signal's reason if it is aborted. No work is under way then.
   */
  prove(request: ProofRequest, options?: BackendOptions): Promise<BackendProof>;
}
