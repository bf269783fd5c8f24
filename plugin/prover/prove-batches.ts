import { traceBatch } from "../circuits/trace.ts";
import { batchWitness } from "../circuits/witness-input.ts";
import type { SealedBatch } from "../protocol/sealed-batch.ts";
import type { Shape } from "../protocol/shape.ts";
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
  /** When L1 needs the batch, Unix time: the deadline of the entry that heads the queue before it. */
  readonly deadline: number | undefined;
};

/** A sealed batch that has its proof: only its effect on the state counts. */
export type BatchToApply = {
  readonly sealed: SealedBatch;
  readonly shape: Shape;
  readonly setup: undefined;
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
 * Proves batches, several at once where the prover can.
 *
 * @param state - Before the first of them; afterwards it is the state after the last.
 * @param batches - Successive ones.
 * @returns the proofs, each verified, as they get ready: a later batch may come before an earlier one
 * @throws HardhatPluginError if a proof fails; ProtocolError `INVALID_BATCH` for a batch that does not fit the state;
 * the signal's reason if it is aborted. No proof is under way then.
 */
export async function* proveBatches(
  state: State,
  domain: bigint,
  batches: readonly (BatchToProve | BatchToApply)[],
  { onProgress, signal, prover = new ProverPool() }: ProveOptions = {},
): AsyncGenerator<ProvenBatch, void, undefined> {
  const ending = new AbortController();
  const ended = signal === undefined ? ending.signal : AbortSignal.any([signal, ending.signal]);
  const proving = new Map<number, Promise<ProvenBatch>>();
  const next = async (): Promise<ProvenBatch> => {
    const proven = await Promise.race(proving.values());
    proving.delete(proven.batchNumber);
    return proven;
  };
  try {
    for (const batch of batches) {
      if (batch.setup === undefined) {
        traceBatch(batch.shape, state, batch.sealed);
        continue;
      }
      const { sealed, setup, shapeId, deadline } = batch;
      const { batchNumber } = sealed;
      const trace = traceBatch(setup.shape, state, sealed);
      const { publicInputs, input } = batchWitness(setup.shape, shapeId, domain, trace);
      const program = { path: setup.circuit.wasmPath, hash: setup.circuit.wasmHash };
      const request = { key: setup.key, witness: { program, input }, publicSignals: publicInputs };
      const options = {
        onProgress: (message: string) => onProgress?.(batchNumber, message),
        signal: ended,
        ...(deadline === undefined ? {} : { deadline }),
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
      proving.set(batchNumber, proven);
      // One waits, so that a process that becomes free has something to do.
      while (proving.size > prover.workers) yield await next();
    }
    while (proving.size > 0) yield await next();
  } finally {
    ending.abort();
    await Promise.allSettled(proving.values());
  }
}
