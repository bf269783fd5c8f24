import type { TransactionLifeJson } from "../../sequencer/rpc/wire.ts";
import { RemoteError } from "./errors.ts";

/** Who knows of transactions' lives: a RemoteRollup. */
export interface LifeSource {
  transaction(id: string): Promise<TransactionLifeJson | undefined>;
  onTransaction(id: string, listener: (life: TransactionLifeJson) => void): Promise<() => Promise<void>>;
}

/** How far a transaction may be waited for. */
export type Milestone = "pending" | "sealed" | "proven" | "settled";

export type WaitOptions = {
  /** Milliseconds. Default: for ever. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
};

const milestones: readonly TransactionLifeJson["status"][] = [
  "waiting",
  "pending",
  "sealed",
  "proven",
  "settled",
];

/** A transaction that the sequencer has on disk. */
export class SentTransaction {
  readonly id: string;
  readonly #rollup: LifeSource;

  constructor(id: string, rollup: LifeSource) {
    this.id = id;
    this.#rollup = rollup;
  }

  /** Its life so far; undefined if the node has forgotten it. */
  async life(): Promise<TransactionLifeJson | undefined> {
    return await this.#rollup.transaction(this.id);
  }

  /**
   * Waits until it has come as far as that.
   *
   * @throws RemoteError `DROPPED` with the reason, `TIMEOUT`; the signal's reason
   */
  async wait(milestone: Milestone = "settled", options: WaitOptions = {}): Promise<TransactionLifeJson> {
    const { timeout, signal } = options;
    signal?.throwIfAborted();
    let subscribed: Promise<() => Promise<void>> | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let abort: (() => void) | undefined;
    try {
      return await new Promise<TransactionLifeJson>((resolve, reject) => {
        const look = (life: TransactionLifeJson): void => {
          if (life.status === "dropped") reject(this.#dropped(life));
          else if (milestones.indexOf(life.status) >= milestones.indexOf(milestone)) resolve(life);
        };
        if (timeout !== undefined) timer = setTimeout(() => reject(this.#late(milestone, timeout)), timeout);
        abort = () => reject(signal?.reason);
        signal?.addEventListener("abort", abort, { once: true });
        subscribed = this.#rollup.onTransaction(this.id, look);
        subscribed.catch(reject);
      });
    } finally {
      clearTimeout(timer);
      if (abort !== undefined) signal?.removeEventListener("abort", abort);
      void subscribed?.then(
        (end) => end(),
        () => undefined,
      );
    }
  }

  #dropped({ reason }: TransactionLifeJson): RemoteError {
    return new RemoteError("DROPPED", "The transaction has been dropped.", {
      transaction: this.id,
      code: reason?.code ?? "unknown",
      reason: reason?.reason ?? "unknown",
    });
  }

  #late(milestone: Milestone, timeout: number): RemoteError {
    return new RemoteError("TIMEOUT", "The transaction has not come so far in time.", {
      transaction: this.id,
      "waited for": milestone,
      milliseconds: timeout,
    });
  }
}
