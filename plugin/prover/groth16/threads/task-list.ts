// Work that is shared by threads: a list of tasks that each thread takes the next one of, from one counter in shared
// memory. A task belongs to a phase, and may wait for phases that stand before it in the list; because all that is
// before it has been taken by then, a thread that waits always waits for one that works.

export interface Task {
  /** Phases are counted from 0. */
  readonly phase: number;
  /** Phases all of whose tasks have to be done; their tasks are earlier in the list. */
  readonly after: readonly number[];
}

// What the words of the shared counters are.
const next = 0;
const stopped = 1;
const firstPhase = 2;

/** Counters for one run of a list. */
export function createCounters(tasks: readonly Task[], shared: boolean): Int32Array {
  const phases = tasks.reduce((most, { phase }) => Math.max(most, phase + 1), 0);
  const bytes = 4 * (firstPhase + phases);
  const counters = new Int32Array(shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
  for (const { phase } of tasks) counters[firstPhase + phase] = (counters[firstPhase + phase] ?? 0) + 1;
  return counters;
}

/** Has every thread end after its present task. */
export function stopTasks(counters: Int32Array): void {
  Atomics.store(counters, stopped, 1);
  for (let index = firstPhase; index < counters.length; index++) {
    // Another value than that which somebody is about to wait with.
    Atomics.store(counters, index, -1);
    Atomics.notify(counters, index);
  }
}

/**
 * Takes tasks until none is left, or somebody has stopped them all.
 *
 * @param run Does a task.
 * @param onPhase Called after the last task of a phase, in the thread that has done it.
 */
export function runTasks<Some extends Task>(
  tasks: readonly Some[],
  counters: Int32Array,
  run: (task: Some) => void,
  onPhase: (phase: number) => void,
): void {
  try {
    for (;;) {
      const task = tasks[Atomics.add(counters, next, 1)];
      if (task === undefined) return;
      for (const phase of task.after) waitFor(counters, firstPhase + phase);
      if (Atomics.load(counters, stopped) !== 0) return;
      run(task);
      const counter = firstPhase + task.phase;
      if (Atomics.sub(counters, counter, 1) !== 1) continue;
      Atomics.notify(counters, counter);
      onPhase(task.phase);
    }
  } catch (error) {
    stopTasks(counters);
    throw error;
  }
}

function waitFor(counters: Int32Array, counter: number): void {
  for (;;) {
    const left = Atomics.load(counters, counter);
    if (left === 0 || Atomics.load(counters, stopped) !== 0) return;
    Atomics.wait(counters, counter, left);
  }
}
