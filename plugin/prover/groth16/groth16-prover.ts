// The prover in Node.js: what the package exports as `hardhat-rollup/groth16`.

import { open } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { ProverCore, type ProverPlatform } from "./prover-core.ts";
import { Groth16ProverError } from "./prover-error.ts";
import type { Groth16Result, LoadOptions, ProveOptions } from "./prover-options.ts";
import type { ThreadReport } from "./threads/thread-message.ts";

export { Groth16ProverError, Groth16WitnessError } from "./prover-error.ts";
export type { Groth16Result, LoadOptions, ProveOptions } from "./prover-options.ts";

/** A file in memory, or where it is. */
export type FileSource = Uint8Array | string | URL;

/**
 * A Groth16 prover over BN254 that keeps a key of snarkjs, and threads, between proofs.
 *
 * @example
 * const prover = await Groth16Prover.load("circuit.zkey");
 * const { proof, publicSignals } = await prover.prove("witness.wtns");
 * await prover.close();
 */
export class Groth16Prover {
  readonly #core: ProverCore;

  private constructor(core: ProverCore) {
    this.#core = core;
  }

  /**
   * Reads a key once, for any number of proofs. Threads that have nothing to do do not keep the process alive.
   *
   * @throws Groth16ProverError if it is not a valid key for Groth16 over BN254, or does not fit into memory; the signal's
   * reason if it is aborted.
   */
  static async load(zkey: FileSource, options: LoadOptions = {}): Promise<Groth16Prover> {
    return new Groth16Prover(await ProverCore.load(await bytesOf(zkey), platform(), options));
  }

  /** Bytes that the key, and a proof with it, take. */
  get memoryBytes(): number {
    return this.#core.memoryBytes;
  }

  /**
   * Proves; proofs that are asked for at once are made one after the other. A witness that does not satisfy the circuit
   * gives a proof that does not verify.
   *
   * @throws Groth16ProverError if it is not a witness of the key's circuit, or the prover is closed; the signal's reason if
   * it is aborted, after which the prover can be used again.
   */
  async prove(witness: FileSource, options: ProveOptions = {}): Promise<Groth16Result> {
    return await this.#core.prove(await bytesOf(witness), options);
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
 * const { proof, publicSignals } = await prove("circuit.zkey", "witness.wtns");
 */
export async function prove(
  zkey: FileSource,
  witness: FileSource,
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
  return {
    parallelism: availableParallelism(),
    // From Node.js 20.13 on.
    freeMemory: process.availableMemory?.(),
    startThread(onReport, onEnd) {
      const file = `./prover-thread${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`;
      const worker = new Worker(new URL(file, import.meta.url));
      let closing = false;
      worker.on("message", (report: ThreadReport) => onReport(report));
      worker.on("error", (error: Error) => {
        onEnd(new Groth16ProverError("A thread of the prover failed.", { reason: error.message }, error));
      });
      worker.on("exit", (code) => {
        if (!closing) onEnd(new Groth16ProverError("A thread of the prover ended.", { "exit code": code }));
      });
      return {
        post: (order) => worker.postMessage(order),
        keepAlive: (needed) => (needed ? worker.ref() : worker.unref()),
        async terminate() {
          closing = true;
          await worker.terminate();
        },
      };
    },
  };
}

/** Files of 2 GiB and more are read in pieces: Node.js' own function refuses them. */
async function bytesOf(source: FileSource): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  const file = await open(source);
  try {
    const { size } = await file.stat();
    const bytes = new Uint8Array(size);
    for (let position = 0; position < size; ) {
      const { bytesRead } = await file.read(bytes, position, Math.min(size - position, 2 ** 30), position);
      if (bytesRead === 0)
        throw new Groth16ProverError("A file was cut short while it was read.", { file: String(source) });
      position += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}
