import { Groth16ProverError } from "../prover-error.ts";
import { threadServer } from "./serve-thread.ts";
import { createCounters, stopTasks, type Task } from "./task-list.ts";
import type { ThreadOrder, ThreadReport } from "./thread-message.ts";

/** One thread, as a runtime has it. */
export interface Thread<Order> {
  post(order: Order): void;
  /** Whether the process has to wait for it. */
  keepAlive(needed: boolean): void;
  /** Ends it, whatever it does. */
  terminate(): Promise<void>;
}

/** How a runtime starts a thread of the prover. */
export type StartThread<Order> = (
  onReport: (report: ThreadReport) => void,
  onEnd: (reason: Error) => void,
) => Thread<Order>;

export interface RunOptions {
  /** Stops the work after the tasks under way. */
  readonly signal?: AbortSignal | undefined;
  /** How many threads work, at most. Default: all. */
  readonly threads?: number | undefined;
  /** Called when all tasks of a phase are done. */
  readonly onPhase?: ((phase: number) => void) | undefined;
}

/** Answers that all threads have to give. */
interface Round {
  missing: number;
  failure: Error | undefined;
  readonly onPhase?: ((phase: number) => void) | undefined;
  readonly counters?: Int32Array | undefined;
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

/** Threads that work on one list of tasks after the other, and stay for the next one. */
export class ThreadPool<Setup, Work extends Task> {
  readonly #threads: Thread<ThreadOrder<Setup, Work>>[] = [];
  #round: Round | undefined;
  /** Why nothing can be run any more. */
  #ended: Error | undefined;

  private constructor() {}

  /**
   * Starts threads, and waits until all are ready.
   *
   * @param setups What each of them works with.
   * @throws Groth16ProverError if one cannot start; none is left then.
   */
  static async start<Setup, Work extends Task>(
    startThread: StartThread<ThreadOrder<Setup, Work>>,
    setups: readonly Setup[],
  ): Promise<ThreadPool<Setup, Work>> {
    const pool = new ThreadPool<Setup, Work>();
    try {
      for (const _ of setups) {
        pool.#threads.push(
          startThread(
            (report) => pool.#receive(report),
            (reason) => pool.#lose(reason),
          ),
        );
      }
      await pool.#order((index) => ({ kind: "start", setup: setups[index] as Setup }));
      return pool;
    } catch (error) {
      await pool.close();
      throw error;
    }
  }

  get size(): number {
    return this.#threads.length;
  }

  /** @throws Groth16ProverError if the threads were ended, or one of them has. */
  assertRunning(): void {
    if (this.#ended !== undefined) throw this.#ended;
  }

  /**
   * Does all tasks. One list at a time.
   *
   * @throws Groth16ProverError if a task fails or a thread ends; the signal's reason if it is aborted. No task is
   * under way then.
   */
  async run(
    tasks: readonly Work[],
    { signal, threads = this.size, onPhase }: RunOptions = {},
  ): Promise<void> {
    signal?.throwIfAborted();
    const counters = createCounters(tasks, true);
    const stop = (): void => stopTasks(counters);
    signal?.addEventListener("abort", stop, { once: true });
    try {
      await this.#order(() => ({ kind: "run", tasks, counters }), { counters, onPhase, threads });
    } finally {
      signal?.removeEventListener("abort", stop);
    }
    signal?.throwIfAborted();
  }

  /** Ends the threads; what is under way fails. */
  async close(): Promise<void> {
    this.#lose(new Groth16ProverError("The prover was closed."));
    await Promise.all(this.#threads.splice(0).map((thread) => thread.terminate()));
  }

  async #order(
    orderOf: (thread: number) => ThreadOrder<Setup, Work>,
    {
      threads = this.size,
      ...rest
    }: Partial<Pick<Round, "counters" | "onPhase">> & { threads?: number } = {},
  ): Promise<void> {
    this.assertRunning();
    if (this.#round !== undefined) throw new Error("The threads are at work already.");
    const working = this.#threads.slice(0, Math.max(1, threads));
    try {
      await new Promise<void>((resolve, reject) => {
        this.#round = { missing: working.length, failure: undefined, ...rest, resolve, reject };
        working.forEach((thread, index) => {
          thread.keepAlive(true);
          thread.post(orderOf(index));
        });
      });
    } finally {
      this.#round = undefined;
      for (const thread of working) thread.keepAlive(false);
    }
  }

  #receive(report: ThreadReport): void {
    const round = this.#round;
    if (round === undefined) return;
    if (report.kind === "reached") {
      try {
        round.onPhase?.(report.phase);
      } catch (error) {
        round.failure ??= error instanceof Error ? error : new Error(String(error));
        if (round.counters !== undefined) stopTasks(round.counters);
      }
      return;
    }
    if (report.kind === "failed") {
      round.failure ??= new Groth16ProverError("A thread of the prover failed.", { reason: report.message });
    }
    round.missing--;
    if (round.missing > 0) return;
    if (round.failure === undefined) round.resolve();
    else round.reject(round.failure);
  }

  #lose(reason: Error): void {
    this.#ended ??= reason;
    if (this.#round?.counters !== undefined) stopTasks(this.#round.counters);
    this.#round?.reject(reason);
  }
}

/** A thread that is none: the caller's own does the work, where memory cannot be shared. */
export function inPlace<Setup, Work extends Task>(
  start: (setup: Setup) => (task: Work) => void,
): StartThread<ThreadOrder<Setup, Work>> {
  return (onReport) => {
    const serve = threadServer(start, onReport);
    return {
      post: (order) => queueMicrotask(() => serve(order)),
      keepAlive(): void {},
      terminate: async () => undefined,
    };
  };
}
