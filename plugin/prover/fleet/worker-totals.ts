import type { ProofResult } from "../prove.ts";
import type { WorkerRecord } from "./fleet-registry.ts";

/** What a worker has done since it was started. */
export class WorkerTotals {
  readonly #startedAt = Date.now();
  active = 0;
  done = 0;
  failed = 0;
  refused = 0;
  lost = 0;
  #proofSeconds = 0;
  #witnessSeconds = 0;
  #queueSeconds = 0;
  #peakMemoryBytes = 0;

  /** A job was taken that had waited for so long. */
  took(queueSeconds: number): void {
    this.active++;
    this.#queueSeconds += Math.max(0, queueSeconds); // clocks differ
  }

  proved({ witnessSeconds, proofSeconds, peakMemoryBytes }: ProofResult): void {
    this.done++;
    this.#witnessSeconds += witnessSeconds;
    this.#proofSeconds += proofSeconds;
    this.#peakMemoryBytes = Math.max(this.#peakMemoryBytes, peakMemoryBytes);
  }

  record(name: string, workers: number): WorkerRecord {
    return {
      name,
      workers,
      active: this.active,
      done: this.done,
      failed: this.failed,
      refused: this.refused,
      lost: this.lost,
      proofSeconds: this.#proofSeconds,
      witnessSeconds: this.#witnessSeconds,
      queueSeconds: this.#queueSeconds,
      peakMemoryBytes: this.#peakMemoryBytes,
      startedAt: this.#startedAt,
    };
  }
}
