// The prover in browsers: what bundlers take for `hardhat-rollup/groth16`. Threads need a page that is isolated
// (`crossOriginIsolated`, by the headers Cross-Origin-Opener-Policy and Cross-Origin-Embedder-Policy); without that the
// caller's own thread does everything, which had better be a worker.

import { ProverCore, type ProverPlatform } from "./prover-core.ts";
import { Groth16ProverError } from "./prover-error.ts";
import type { Groth16Result, LoadOptions, ProveOptions } from "./prover-options.ts";
import type { ThreadReport } from "./threads/thread-message.ts";

export { Groth16ProverError, Groth16WitnessError } from "./prover-error.ts";
export type { Groth16Result, LoadOptions, ProveOptions } from "./prover-options.ts";

/** The part of browsers that is needed; TypeScript describes it with their types only. */
interface WebWorker {
  postMessage(message: unknown): void;
  terminate(): void;
  onmessage: ((event: { readonly data: ThreadReport }) => void) | null;
  onerror: ((event: { readonly message?: string }) => void) | null;
}
declare const Worker: new (url: URL, options: { readonly type: "module" }) => WebWorker;

/**
 * A Groth16 prover over BN254 that keeps a key of snarkjs, and threads, between proofs.
 *
 * @example
 * const prover = await Groth16Prover.load(zkey);
 * const { proof, publicSignals } = await prover.prove(witness);
 * await prover.close();
 */
export class Groth16Prover {
  readonly #core: ProverCore;

  private constructor(core: ProverCore) {
    this.#core = core;
  }

  /**
   * Reads a key once, for any number of proofs.
   *
   * @param zkey A .zkey file.
   * @throws Groth16ProverError if it is not a valid key for Groth16 over BN254, or does not fit into memory; the signal's
   * reason if it is aborted.
   */
  static async load(zkey: Uint8Array, options: LoadOptions = {}): Promise<Groth16Prover> {
    return new Groth16Prover(await ProverCore.load(zkey, platform(), options));
  }

  /** Bytes that the key, and a proof with it, take. */
  get memoryBytes(): number {
    return this.#core.memoryBytes;
  }

  /**
   * Proves; proofs that are asked for at once are made one after the other. A witness that does not satisfy the circuit
   * gives a proof that does not verify.
   *
   * @param witness A .wtns file.
   * @throws Groth16ProverError if it is not a witness of the key's circuit, or the prover is closed; the signal's reason if
   * it is aborted, after which the prover can be used again.
   */
  async prove(witness: Uint8Array, options: ProveOptions = {}): Promise<Groth16Result> {
    return await this.#core.prove(witness, options);
  }

  /** Ends the threads and frees the memory. A proof under way fails. */
  async close(): Promise<void> {
    await this.#core.close();
  }
}

/**
 * One proof, from files of snarkjs and circom, in snarkjs' JSON; nothing is left running.
 *
 * @throws Groth16ProverError as Groth16Prover; the signal's reason if it is aborted.
 * @example
 * const { proof, publicSignals } = await prove(zkey, witness);
 */
export async function prove(
  zkey: Uint8Array,
  witness: Uint8Array,
  { threads, representation, ...options }: LoadOptions & ProveOptions = {},
): Promise<Groth16Result> {
  options.signal?.throwIfAborted();
  const prover = await Groth16Prover.load(zkey, { threads, representation, signal: options.signal });
  try {
    return await prover.prove(witness, options);
  } finally {
    await prover.close();
  }
}

function platform(): ProverPlatform {
  const { crossOriginIsolated, navigator } = globalThis as {
    crossOriginIsolated?: boolean;
    navigator?: { hardwareConcurrency?: number };
  };
  return {
    parallelism: navigator?.hardwareConcurrency ?? 1,
    freeMemory: undefined,
    startThread: crossOriginIsolated === true ? startThread : undefined,
  };
}

const startThread: ProverPlatform["startThread"] = (onReport, onEnd) => {
  // In this form bundlers find the worker's file.
  const worker = new Worker(new URL("./web-prover-thread.js", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }) => onReport(data);
  worker.onerror = ({ message = "it could not be started" }) => {
    onEnd(new Groth16ProverError("A thread of the prover failed.", { reason: message }));
  };
  return {
    post: (order) => worker.postMessage(order),
    keepAlive(): void {},
    terminate: async () => worker.terminate(),
  };
};
