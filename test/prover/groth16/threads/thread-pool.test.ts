import { expect } from "chai";
import { Groth16ProverError } from "../../../../plugin/prover/groth16/prover-error.ts";
import type { Task } from "../../../../plugin/prover/groth16/threads/task-list.ts";
import type { ThreadOrder, ThreadReport } from "../../../../plugin/prover/groth16/threads/thread-message.ts";
import {
  inPlace,
  type StartThread,
  ThreadPool,
} from "../../../../plugin/prover/groth16/threads/thread-pool.ts";

type Order = ThreadOrder<string, Task>;

/** Threads that do what a test says. */
class Threads {
  readonly orders: Order[][] = [];
  readonly ended: number[] = [];
  readonly awake: boolean[] = [];
  readonly start: StartThread<Order>;

  constructor(answer: (thread: number, order: Order) => ThreadReport | Error | undefined) {
    this.start = (onReport, onEnd) => {
      const thread = this.orders.length;
      this.orders.push([]);
      return {
        post: (order) => {
          this.orders[thread]?.push(order);
          queueMicrotask(() => {
            const reported = answer(thread, order);
            if (reported instanceof Error) onEnd(reported);
            else if (reported !== undefined) onReport(reported);
          });
        },
        keepAlive: (needed) => {
          this.awake[thread] = needed;
        },
        terminate: async () => {
          this.ended.push(thread);
        },
      };
    };
  }
}

const willing = (_thread: number, { kind }: Order): ThreadReport => ({
  kind: kind === "start" ? "ready" : "done",
});
const tasks: readonly Task[] = [
  { phase: 0, after: [] },
  { phase: 1, after: [0] },
];

async function failure(promise: Promise<unknown>): Promise<Error> {
  return (await promise.then(
    () => undefined,
    (error: unknown) => error,
  )) as Error;
}

describe("ThreadPool", () => {
  it("gives each thread its setup, then all of them, or some, the tasks, and keeps nothing awake in between", async () => {
    const threads = new Threads(willing);
    const pool = await ThreadPool.start(threads.start, ["a", "b", "c"]);
    expect(threads.orders).to.deep.equal(["a", "b", "c"].map((setup) => [{ kind: "start", setup }]));
    await pool.run(tasks);
    await pool.run(tasks, { threads: 2 });
    expect(threads.orders.map((orders) => orders.length)).to.deep.equal([3, 3, 2]);
    expect(threads.awake).to.deep.equal([false, false, false]);
    await pool.close();
    expect(threads.ended).to.deep.equal([0, 1, 2]);
  });

  it("ends all threads when one cannot start", async () => {
    const threads = new Threads((thread, order) =>
      thread === 1 ? { kind: "failed", message: "no SIMD" } : willing(thread, order),
    );
    const error = await failure(ThreadPool.start(threads.start, ["a", "b"]));
    expect(error).to.be.instanceOf(Groth16ProverError).with.property("message").that.includes("no SIMD");
    expect(threads.ended).to.deep.equal([0, 1]);
  });

  it("waits for all threads when a task fails, says why, and goes on", async () => {
    let broken = true;
    const threads = new Threads((thread, order) =>
      broken && thread === 0 && order.kind === "run"
        ? { kind: "failed", message: "out of order" }
        : willing(thread, order),
    );
    const pool = await ThreadPool.start(threads.start, ["a", "b"]);
    expect((await failure(pool.run(tasks))).message).to.include("out of order");
    broken = false;
    await pool.run(tasks);
    await pool.close();
  });

  it("fails what is under way when a thread ends, has the others stop, and refuses what comes later", async () => {
    const end = new Error("killed");
    const threads = new Threads((thread, order) => {
      if (order.kind === "start") return { kind: "ready" };
      return thread === 0 ? end : undefined;
    });
    const pool = await ThreadPool.start(threads.start, ["a", "b"]);
    expect(await failure(pool.run(tasks))).to.equal(end);
    const order = threads.orders[1]?.at(-1);
    // The stop mark of task-list.ts.
    expect(order?.kind === "run" && order.counters[1]).to.equal(1);
    expect(await failure(pool.run(tasks))).to.equal(end);
    await pool.close();
    expect(threads.ended).to.deep.equal([0, 1]);
  });

  it("fails, and has the threads stop, when what is done after a phase fails", async () => {
    const done: number[] = [];
    const start = inPlace<string, Task>(
      () =>
        ({ phase }) =>
          void done.push(phase),
    );
    const pool = await ThreadPool.start(start, ["a"]);
    const reason = new Error("not on the curve");
    const onPhase = (): never => {
      throw reason;
    };
    expect(await failure(pool.run(tasks, { onPhase }))).to.equal(reason);
    expect(done).to.deep.equal([0]);
    const phases: number[] = [];
    await pool.run(tasks, { onPhase: (phase) => phases.push(phase) });
    expect(phases).to.deep.equal([0, 1]);
  });

  it("does one list of tasks at a time", async () => {
    const pool = await ThreadPool.start(new Threads(willing).start, ["a"]);
    const [first, second] = await Promise.allSettled([pool.run(tasks), pool.run(tasks)]);
    expect([first.status, second.status]).to.deep.equal(["fulfilled", "rejected"]);
  });
});
