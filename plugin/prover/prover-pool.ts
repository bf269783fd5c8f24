import { stat } from "node:fs/promises";
import { availableParallelism, freemem } from "node:os";
import type { HashedFile } from "../circuits/hashed-file.ts";
import type { Backend, ProofRequest } from "./backends/backend.ts";
import { defaultBackends } from "./backends/default-backends.ts";
import type { ProofSystemName } from "./proof-system.ts";
import { type ProofResult, prove } from "./prove.ts";
import type { Prover, ProverOptions } from "./prover.ts";
import type { ProvingKey } from "./proving-key.ts";
import { simulatedBackend } from "./simulated/backend.ts";

export interface ProverPoolOptions {
  /** In the order in which they are tried. Default: the built-in prover, then snarkjs. */
  readonly backends?: readonly Backend[];
  /** Proofs at once at most. Default: one a core. */
  readonly workers?: number;
  /** Bytes that the proofs under way may take together. One is always allowed. Default: what is free now. */
  readonly memory?: number;
}

interface Waiting {
  readonly request: ProofRequest;
  readonly options: ProverOptions;
  readonly bytes: number;
  readonly resolve: (result: ProofResult) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Proves several batches at once, in processes of their own, at most as many as there are cores and memory for.
 *
 * While more wait than there is room for, each proof runs on one core, which proves more in the same time: the parts of
 * snarkjs that use one core only then overlap. (Two cores, three proofs of 2^18 constraints: 93 s one after another,
 * 77 s here.) The last ones use whatever cores the others leave.
 */
export class ProverPool implements Prover {
  readonly workers: number;
  readonly #backends: readonly Backend[];
  readonly #memory: number;
  readonly #waiting: Waiting[] = [];
  #running = 0;
  #bytes = 0;
  #scheduled = false;

  constructor({ backends = defaultBackends, workers, memory }: ProverPoolOptions = {}) {
    this.#backends = backends;
    this.workers = workers ?? availableParallelism();
    this.#memory = memory ?? freemem();
  }

  /** Proves as soon as there is room. Requests of equal deadline start in the order in which they came. */
  async prove(request: ProofRequest, options: ProverOptions = {}): Promise<ProofResult> {
    // A key that is not there is for the backend to complain about.
    const keyBytes = await stat(request.key.zkeyPath).then(
      ({ size }) => size,
      () => 0,
    );
    return await new Promise((resolve, reject) => {
      const waiting = {
        request,
        options,
        bytes: this.#assumedBytes(request.key.system, keyBytes),
        resolve,
        reject,
      };
      const later = this.#waiting.findIndex((other) => deadlineOf(other) > deadlineOf(waiting));
      this.#waiting.splice(later < 0 ? this.#waiting.length : later, 0, waiting);
      this.#schedule();
    });
  }

  /**
   * Has as many processes as there is room for get ready for proofs with a key, while there is nothing to prove yet.
   *
   * @param program The circuit's witness program.
   */
  async prepare(key: ProvingKey, program: HashedFile): Promise<void> {
    const { size } = await stat(key.zkeyPath);
    const backend = this.#backendOf(key.system);
    const room = Math.floor(this.#memory / (backend?.assumedBytes(key.system, size) ?? 1));
    for (let count = Math.min(this.workers, room); count > 0; count--) await backend?.prepare?.(key, program);
  }

  #assumedBytes(system: ProofSystemName, keyBytes: number): number {
    return this.#backendOf(system)?.assumedBytes(system, keyBytes) ?? 0;
  }

  /** The first one that can: a next one is tried when that has failed. */
  #backendOf(system: ProofSystemName): Backend | undefined {
    if (system === "simulated") return simulatedBackend;
    return this.#backends.find(({ systems }) => systems.includes(system));
  }

  /** Starts what can start, once all requests of this turn are known: the last ones are started differently. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      const multiThread = this.workers === 1 || this.#waiting.length + this.#running <= this.workers;
      while (this.#running < this.workers) {
        const [next] = this.#waiting;
        if (next === undefined) return;
        if (this.#running > 0 && this.#bytes + next.bytes > this.#memory) return;
        this.#waiting.shift();
        this.#start(next, multiThread);
      }
    });
  }

  #start({ request, options, bytes, resolve, reject }: Waiting, multiThread: boolean): void {
    this.#running++;
    this.#bytes += bytes;
    prove(request, { ...options, multiThread }, this.#backends)
      .finally(() => {
        this.#running--;
        this.#bytes -= bytes;
        this.#schedule();
      })
      .then(resolve, reject);
  }
}

function deadlineOf({ options }: Waiting): number {
  return options.deadline ?? Number.POSITIVE_INFINITY;
}
