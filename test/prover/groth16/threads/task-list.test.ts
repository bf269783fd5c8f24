import { Worker } from "node:worker_threads";
import { expect } from "chai";
import {
  createCounters,
  runTasks,
  stopTasks,
  type Task,
} from "../../../../plugin/prover/groth16/threads/task-list.ts";

interface Numbered extends Task {
  readonly number: number;
}

const list = (...phases: readonly (readonly [phase: number, after?: readonly number[]])[]): Numbered[] =>
  phases.map(([phase, after = []], number) => ({ phase, after, number }));

describe("runTasks", () => {
  it("does all tasks in order, and tells when a phase is done", () => {
    const tasks = list([0], [0], [1, [0]], [2], [1, [0]]);
    const seen: string[] = [];
    runTasks(
      tasks,
      createCounters(tasks, false),
      ({ number }) => seen.push(`${number}`),
      (phase) => seen.push(`phase ${phase}`),
    );
    expect(seen).to.deep.equal(["0", "1", "phase 0", "2", "3", "phase 2", "4", "phase 1"]);
  });

  it("does nothing without tasks", () => {
    const never = (): never => expect.fail();
    runTasks([], createCounters([], false), never, never);
  });

  it("does no task after it was stopped, and none after one that failed", () => {
    const tasks = list([0], [1], [1]);
    const seen: number[] = [];
    const counters = createCounters(tasks, false);
    runTasks(
      tasks,
      counters,
      ({ number }) => {
        seen.push(number);
        stopTasks(counters);
      },
      () => undefined,
    );
    expect(seen).to.deep.equal([0]);

    const others = createCounters(tasks, false);
    const fail = (): never => {
      throw new Error("out of order");
    };
    expect(() => runTasks(tasks, others, fail, () => undefined)).to.throw("out of order");
    runTasks(
      tasks,
      others,
      ({ number }) => seen.push(number),
      () => undefined,
    );
    expect(seen).to.deep.equal([0]);
  });

  // The rest runs in several threads: a script that imports what is tested.
  const module = JSON.stringify(
    new URL("../../../../plugin/prover/groth16/threads/task-list.ts", import.meta.url).href,
  );
  async function thread(script: string, workerData: unknown): Promise<unknown> {
    const source = `import { parentPort, workerData } from "node:worker_threads";
      import { runTasks } from ${module};
      ${script}`;
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), { workerData });
    try {
      return await new Promise((resolve, reject) => {
        worker.on("message", resolve);
        worker.on("error", reject);
        worker.on("exit", (code) => reject(new Error(`It ended with code ${code}.`)));
      });
    } finally {
      await worker.terminate();
    }
  }

  it("has threads wait for the phases that their tasks need, and each task done once", async () => {
    const width = 50;
    const phases = 8;
    const tasks = list(
      ...Array.from({ length: width * phases }, (_, number) => {
        const phase = Math.floor(number / width);
        return [phase, phase === 0 ? [] : [phase - 1]] as const;
      }),
    );
    const counters = createCounters(tasks, true);
    const times = new Int32Array(new SharedArrayBuffer(4 * tasks.length));
    const early = new Int32Array(new SharedArrayBuffer(4));
    const script = `const { tasks, counters, times, early } = workerData;
      runTasks(tasks, counters, ({ number, phase }) => {
        for (let before = 0; before < phase * ${width}; before++) {
          if (Atomics.load(times, before) !== 1) Atomics.add(early, 0, 1);
        }
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.random());
        Atomics.add(times, number, 1);
      }, () => {});
      parentPort.postMessage("done");`;
    await Promise.all([0, 1, 2].map(() => thread(script, { tasks, counters, times, early })));
    expect([...times]).to.deep.equal(tasks.map(() => 1));
    expect(early[0]).to.equal(0);
  });

  it("wakes threads that wait when it is stopped", async () => {
    // The first task never ends by itself; the second one's thread waits for it.
    const tasks = list([0], [1, [0]]);
    const counters = createCounters(tasks, true);
    const flag = new Int32Array(new SharedArrayBuffer(4));
    const script = `const { tasks, counters, flag } = workerData;
      runTasks(tasks, counters, ({ number }) => {
        if (number === 0) Atomics.wait(flag, 0, 0);
        else parentPort.postMessage("ran");
      }, () => {});
      parentPort.postMessage("stopped");`;
    const both = [0, 1].map(() => thread(script, { tasks, counters, flag }));
    setTimeout(() => stopTasks(counters), 300);
    expect(await Promise.race(both)).to.equal("stopped");
    Atomics.store(flag, 0, 1);
    Atomics.notify(flag, 0);
    expect(await Promise.all(both)).to.deep.equal(["stopped", "stopped"]);
  });
});
