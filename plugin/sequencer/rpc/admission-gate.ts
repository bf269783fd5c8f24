import type { SignedTransaction } from "../../protocol/transaction.ts";
import type { Submission } from "../admission.ts";
import { SequencerError } from "../errors.ts";
import type { Sequencer } from "../sequencer.ts";
import { RpcError } from "./errors.ts";
import type { NodeMetrics } from "./metrics.ts";

/**
 * The way from connections to the sequencer, which puts what arrives meanwhile into one commit: it bounds what waits,
 * and closes when the node stops.
 */
export class AdmissionGate {
  readonly #sequencer: Pick<Sequencer, "submitAll">;
  readonly #maxWaiting: number;
  readonly #metrics: NodeMetrics;
  #waiting = 0;
  #isOpen = true;
  #problem: string | undefined;

  /** @param maxWaiting - Transactions that may wait for an answer, at most. */
  constructor(sequencer: Pick<Sequencer, "submitAll">, maxWaiting: number, metrics: NodeMetrics) {
    this.#sequencer = sequencer;
    this.#metrics = metrics;
    this.#maxWaiting = maxWaiting;
  }

  /** Transactions that wait for an answer. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Why nothing can be taken, if that was so the last time. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /**
   * Submits transactions, in order.
   *
   * @returns once they are on disk
   * @throws RpcError `LIMIT_EXCEEDED` if too much waits, `UNAVAILABLE` once it is closed; nothing was taken then
   */
  async submit(transactions: readonly SignedTransaction[]): Promise<readonly Submission[]> {
    if (!this.#isOpen) {
      throw new RpcError("UNAVAILABLE", "The node is stopping.", { "what to do": "send it again later" });
    }
    if (this.#waiting + transactions.length > this.#maxWaiting) {
      throw new RpcError("LIMIT_EXCEEDED", "More transactions arrive than the node can take.", {
        waiting: this.#waiting,
        limit: this.#maxWaiting,
        retryAfterMs: 1_000,
        "what to do": "send them again later",
      });
    }
    this.#waiting += transactions.length;
    try {
      const submissions = await this.#sequencer.submitAll(transactions);
      this.#problem = undefined;
      this.#count(submissions);
      return submissions;
    } catch (error) {
      if (!(error instanceof SequencerError) || error.code !== "UNWRITABLE_STORE") throw error;
      this.#problem = "cannot write to the store";
      throw new RpcError("UNAVAILABLE", "The node cannot write to its disk.", {
        "what to do": "send it again later; whoever runs the node finds the reason in its log",
      });
    } finally {
      this.#waiting -= transactions.length;
    }
  }

  /** Takes no more. What waits is still answered. */
  close(): void {
    this.#isOpen = false;
  }

  #count(submissions: readonly Submission[]): void {
    let admitted = 0;
    for (const submission of submissions) {
      if ("refusal" in submission) this.#metrics.refused.inc({ code: submission.refusal.code });
      else admitted++;
    }
    this.#metrics.admitted.inc(admitted);
  }
}
