import { HardhatPluginError } from "@nomicfoundation/hardhat-errors";
import type { JobOptions } from "../../circuits/background.ts";
import type { CircuitInput } from "../../circuits/calculate-witness.ts";
import type { HashedFile } from "../../circuits/hashed-file.ts";
import type { ProofSystemName } from "../proof-system.ts";
import type { ProvingKey } from "../proving-key.ts";

/** A witness as .wtns bytes, as such a file, or as what it is computed from: program (.wasm) and inputs. */
export type WitnessSource =
  | Uint8Array
  | HashedFile
  | { readonly program: HashedFile; readonly input: CircuitInput };

/** What to prove: that the witness satisfies the circuit which the key is for. */
export interface ProofRequest {
  readonly key: ProvingKey;
  readonly witness: WitnessSource;
  /** What the proof has to be for. Undefined: whatever the witness says. */
  readonly publicSignals?: readonly bigint[];
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

/** Those that a config may name. */
export const backendNames = ["builtin", "snarkjs", "rapidsnark"] as const;

export type BackendName = (typeof backendNames)[number];

/** The witness or a file is at fault, not the backend: no other one would do better. */
export class ProofRequestError extends HardhatPluginError {
  constructor(message: string, cause?: Error) {
    super("hardhat-rollup", message, cause);
    this.name = "ProofRequestError";
  }
}

/** Something that makes proofs. */
export interface Backend {
  readonly name: string;
  readonly systems: readonly ProofSystemName[];
  /**
   * Memory that a proof takes at most.
   *
   * @param keyBytes Size of the proving key.
   */
  assumedBytes(system: ProofSystemName, keyBytes: number): number;
  /**
   * Has a process get ready for a proof, as far as that can be done without the inputs. It may come to nothing.
   *
   * @param program The circuit's witness program.
   */
  prepare?(key: ProvingKey, program: HashedFile): Promise<void>;
  /**
   * @throws ProofRequestError if a file is damaged or the inputs do not satisfy the circuit; HardhatPluginError if the
   * work fails; the signal's reason if it is aborted. No work is under way then.
   */
  prove(request: ProofRequest, options?: BackendOptions): Promise<BackendProof>;
}
