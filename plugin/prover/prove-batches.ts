import { traceBatch } from "../circuits/trace.ts";
import { batchWitness } from "../circuits/witness-input.ts";
import type { SealedBatch } from "../protocol/sealed-batch.ts";
import type { State } from "../protocol/state.ts";
import type { Prover } from "./prover.ts";
import { ProverPool } from "./prover-pool.ts";
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
  /** Default: a pool of processes on this machine. */
  readonly prover?: Prover | undefined;
};

/**
 * Proves batches, several at once where cores and memory allow.
 *
 * @param state - Before the first of them; afterwards it is the state after the last.
 * @param batches - Successive ones.
 * @returns the proofs in the order of the batches, each verified, as soon as it and those before it are there
 * @throws HardhatPluginError if a proof fails; ProtocolError `INVALID_BATCH` for a batch that does not fit the state;
 * the signal's reason if it is aborted. No proof is under way then.
 */
export async function* proveBatches(
  state: State,
  domain: bigint,
  batches: readonly BatchToProve[],
  { onProgress, signal, prover = new ProverPool() }: ProveOptions = {},
): AsyncGenerator<ProvenBatch, void, undefined> {
  const ending = new AbortController();
  const ended = signal === undefined ? ending.signal : AbortSignal.any([signal, ending.signal]);
  const proving: Promise<ProvenBatch>[] = [];
  try {
    for (const { sealed, setup, shapeId } of batches) {
      const { batchNumber } = sealed;
      const trace = traceBatch(setup.shape, state, sealed);
      const { publicInputs, input } = batchWitness(setup.shape, shapeId, domain, trace);
      const program = { path: setup.circuit.wasmPath, hash: setup.circuit.wasmHash };
      const request = { key: setup.key, witness: { program, input }, publicSignals: publicInputs };
      const options = {
        onProgress: (message: string) => onProgress?.(batchNumber, message),
        signal: ended,
      };
      const proven = prover.prove(request, options).then((result) => ({
        batchNumber,
        publicInputs,
        newRoot: trace.newRoot,
        proof: result.proof,
        constraints: setup.circuit.constraints,
        witnessSeconds: result.witnessSeconds,
        proofSeconds: result.proofSeconds,
        peakMemoryBytes: result.peakMemoryBytes,
      }));
      proven.catch(() => undefined); // it is reported in its turn
      proving.push(proven);
      // One waits, so that a process that becomes free has something to do.
      while (proving.length > prover.workers) yield await next(proving);
    }
    while (proving.length > 0) yield await next(proving);
  } finally {
    ending.abort();
    await Promise.allSettled(proving);
  }
}

/** Takes the first of what is awaited, once it is there. */
async function next<T>(promises: Promise<T>[]): Promise<T> {
  const [first] = promises;
  const value = await (first as Promise<T>);
  promises.shift();
  return value;
}
