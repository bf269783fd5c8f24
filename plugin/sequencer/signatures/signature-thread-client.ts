import { Worker } from "node:worker_threads";
import { jobFile } from "../../circuits/background.ts";
import type { ConstantModule } from "../../prover/curve/webassembly/module-writer.ts";
import type { SignatureRecords } from "./signature-records.ts";
import type { ThreadAnswer } from "./signature-thread.ts";
import type { SignatureResults } from "./signature-verifier.ts";

type Request = {
  readonly resolve: (results: SignatureResults) => void;
  readonly reject: (error: Error) => void;
};

/** One thread of a pool, from the side of who asks. It keeps the process alive while it owes an answer. */
export class SignatureThread {
  readonly #worker: Worker;
  /** In the order in which the thread answers. */
  readonly #requests: Request[] = [];
  #failure: Error | undefined;

  constructor(module: ConstantModule) {
    this.#worker = new Worker(jobFile(import.meta.url, "signature-thread"), { workerData: module });
    this.#worker.unref();
    this.#worker.on("message", (answer: ThreadAnswer) => {
      this.#requests.shift()?.resolve(answer);
      if (this.#requests.length === 0) this.#worker.unref();
    });
    this.#worker.on("error", (error: Error) => this.#fail(error));
    this.#worker.on("exit", (code) => this.#fail(new Error(`A thread ended with code ${code}.`)));
  }

  /** Batches that are not answered yet. */
  get waiting(): number {
    return this.#requests.length;
  }

  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  /** Takes the records over. */
  check(records: SignatureRecords): Promise<SignatureResults> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      this.#worker.ref();
      this.#requests.push({ resolve, reject });
      this.#worker.postMessage(records, [records.records.buffer, records.candidates.buffer]);
    });
  }

  /** Ends the thread; what it owes fails with `reason`. */
  async close(reason: Error): Promise<void> {
    this.#fail(reason);
    await this.#worker.terminate();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#requests.splice(0)) reject(this.#failure);
  }
}
