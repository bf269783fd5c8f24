import { traceBatch } from "../circuits/trace.ts";
import { batchWitness } from "../circuits/witness-input.ts";
import type { SealedBatch } from "../protocol/sealed-batch.ts";
import type { State } from "../protocol/state.ts";
import { prove } from "./groth16.ts";
import { encodeProof } from "./groth16-proof.ts";
import type { ShapeSetup } from "./shape-setup.ts";

/** A sealed batch, and what it takes to prove it. */
export type BatchToProve = {
  readonly sealed: SealedBatch;
  readonly setup: ShapeSetup;
  /** As the rollup registered the shape: the challenge depends on it. */
  readonly shapeId: string;
};

export type ProvenBatch = {
  readonly batchNumber: number;
  /** `c`, `r`, `y`. */
  readonly publicInputs: readonly [commitment: bigint, challenge: bigint, evaluation: bigint];
  readonly newRoot: bigint;
  /** As the verifier contract takes it, `0x` hexadecimal. */
  readonly proof: string;
  readonly constraints: number;
  readonly witnessSeconds: number;
  readonly proofSeconds: number;
  readonly peakMemoryBytes: number;
};

export type ProveOptions = {
  /** Called with short lines about a batch. */
  readonly onProgress?: ((batchNumber: number, message: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
};

/**
 * Proves batches one after another, each with all cores.
 *
 * @param state - Before the first of them; afterwards it is the state after the last.
 * @param batches - Successive ones.
 * @returns each proof as soon as it is there, verified
 * @throws HardhatPluginError if a proof fails; ProtocolError `INVALID_BATCH` for a batch that does not fit the state
 */
export async function* proveBatches(
  state: State,
  domain: bigint,
  batches: readonly BatchToProve[],
  { onProgress, signal }: ProveOptions = {},
): AsyncGenerator<ProvenBatch, void, undefined> {
  for (const { sealed, setup, shapeId } of batches) {
    const { batchNumber } = sealed;
    const trace = traceBatch(setup.shape, state, sealed);
    const { publicInputs, input } = batchWitness(setup.shape, shapeId, domain, trace);
    const result = await prove({
      key: setup.key,
      witness: { wasmPath: setup.circuit.wasmPath, input },
      onProgress: (message) => onProgress?.(batchNumber, message),
      signal,
    });
    yield {
      batchNumber,
      publicInputs,
      newRoot: trace.newRoot,
      proof: encodeProof(result.proof),
      constraints: setup.circuit.constraints,
      witnessSeconds: result.witnessSeconds,
      proofSeconds: result.proofSeconds,
      peakMemoryBytes: result.peakMemoryBytes,
    };
  }
}
