import { availableParallelism, freemem } from "node:os";
import type { ProofRequest } from "./backends/backend.ts";
import { type ProofResult, prove } from "./prove.ts";
import type { Prover, ProverOptions } from "./prover.ts";

interface Waiting {
  readonly request: ProofRequest;
  readonly options: ProverOptions;
  readonly resolve: (result: ProofResult) => void;
  readonly reject: (reason: unknown) => void;
}

/** Memory that one proof may take, in bytes: at 2^18 constraints 1.0 GB on one core and 1.4 GB on two. */
const assumedBytesPerProof = 1.5e9;

/**
 * Proves several batches at once, in processes of their own, at most as many as there are cores and memory for.
 *
 * While more wait than there is room for, each proof runs on one core, which proves more in the same time: the parts of
 * snarkjs that use one core only then overlap. (Two cores, three proofs of 2^18 constraints: 93 s one after another,
 * 77 s here.) The last ones use whatever cores the others leave.
 */
export class ProverPool implements Prover {
  readonly #workers: number;
  readonly #prove: typeof prove;
  readonly #waiting: Waiting[] = [];
  #running = 0;
  #scheduled = false;

  /** @param workers Proofs at once at most; by default bounded by cores and free memory. */
  constructor(workers: number = defaultWorkers(), proveOne: typeof prove = prove) {
    this.#workers = workers;
    this.#prove = proveOne;
  }

  get workers(): number {
    return this.#workers;
  }

  /** Proves as soon as there is room. Requests start in the order in which they came. */
  prove(request: ProofRequest, options: ProverOptions = {}): Promise<ProofResult> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, options, resolve, reject });
      this.#schedule();
    });
  }

  /** Starts what can start, once all requests of this turn are known: the last ones are started differently. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      const multiThread = this.#workers === 1 || this.#waiting.length + this.#running <= this.#workers;
      while (this.#running < this.#workers) {
        const next = this.#waiting.shift();
        if (next === undefined) return;
        this.#start(next, multiThread);
      }
    });
  }

  #start({ request, options, resolve, reject }: Waiting, multiThread: boolean): void {
    this.#running++;
    this.#prove(request, { ...options, multiThread })
      .finally(() => {
        this.#running--;
        this.#schedule();
      })
      .then(resolve, reject);
  }
}

function defaultWorkers(): number {
  return Math.max(1, Math.min(availableParallelism(), Math.floor(freemem() / assumedBytesPerProof)));
}
