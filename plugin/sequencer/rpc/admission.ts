import type { SignedTransaction } from "../../protocol/transaction.ts";
import type { Refusal } from "../refusal.ts";
import { RpcError } from "./errors.ts";

/** What becomes of a transaction that is submitted: its id, once it is on disk, or why not. */
export type Admitted = { readonly id: string } | { readonly refusal: Refusal };

export type AdmissionOptions = {
  /** Takes transactions all in one commit, see Sequencer.submitAll. */
  readonly submitAll: (transactions: readonly SignedTransaction[]) => Promise<readonly Admitted[]>;
  /** Transactions that may wait for an answer, at most. */
  readonly maxWaiting: number;
  /** Told how many went to disk together. */
  readonly onCommit: (outcomes: readonly Admitted[]) => void;
};

type Request = {
  readonly transactions: readonly SignedTransaction[];
  readonly resolve: (outcomes: readonly Admitted[]) => void;
  readonly reject: (error: unknown) => void;
};

/** Commits under way: while one is on its way to disk, the signatures of the next are checked. */
const commitsUnderWay = 2;

/** Transactions of one commit, at most: more would only make the first ones wait. */
const maxCommit = 2_000;

/**
 * Puts together what arrives from all connections: everything of one turn of the event loop, and everything that arrives
 * while earlier ones are on their way, goes to the sequencer as one. The more arrives, the more share a commit.
 */
export class Admission {
  readonly #options: AdmissionOptions;
  #requests: Request[] = [];
  #waiting = 0;
  #commits = 0;
  #isScheduled = false;
  #isOpen = true;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** Transactions that wait for an answer. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Submits transactions, in order.
   *
   * @returns once they are on disk
   * @throws RpcError `LIMIT_EXCEEDED` if too much waits, `UNAVAILABLE` once it is closed; nothing was taken then
   */
  async submit(transactions: readonly SignedTransaction[]): Promise<readonly Admitted[]> {
    const { maxWaiting } = this.#options;
    if (!this.#isOpen)
      throw new RpcError("UNAVAILABLE", "The node is stopping.", { "what to do": "try again" });
    if (this.#waiting + transactions.length > maxWaiting) {
      throw new RpcError("LIMIT_EXCEEDED", "More transactions arrive than the node can take.", {
        waiting: this.#waiting,
        limit: maxWaiting,
        retryAfterMs: 1_000,
        "what to do": "wait and send again",
      });
    }
    this.#waiting += transactions.length;
    try {
      return await new Promise((resolve, reject) => {
        this.#requests.push({ transactions, resolve, reject });
        this.#schedule();
      });
    } finally {
      this.#waiting -= transactions.length;
    }
  }

  /** Takes no more. What waits is still answered. */
  close(): void {
    this.#isOpen = false;
  }

  #schedule(): void {
    if (this.#isScheduled || this.#requests.length === 0 || this.#commits >= commitsUnderWay) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      void this.#commit(this.#take());
    });
  }

  /** The oldest requests, as many as go together. */
  #take(): Request[] {
    let count = 0;
    const end = this.#requests.findIndex(({ transactions }, position) => {
      count += transactions.length;
      return position > 0 && count > maxCommit;
    });
    return this.#requests.splice(0, end === -1 ? this.#requests.length : end);
  }

  async #commit(requests: readonly Request[]): Promise<void> {
    this.#commits++;
    this.#schedule();
    try {
      const outcomes = await this.#options.submitAll(requests.flatMap(({ transactions }) => transactions));
      this.#options.onCommit(outcomes);
      let start = 0;
      for (const { transactions, resolve } of requests) {
        resolve(outcomes.slice(start, start + transactions.length));
        start += transactions.length;
      }
    } catch (error) {
      for (const { reject } of requests) reject(error);
    } finally {
      this.#commits--;
      this.#schedule();
    }
  }
}
