// Multiples of the generators for many scalars, in as many threads as asked for, written straight into a file.

import { Worker } from "node:worker_threads";
import { jobFile } from "../../circuits/background.ts";
import { type Bn254Module, type Group, pointBytes } from "./bn254.ts";
import { taskPoints } from "./fixed-base.ts";
import type { PointRequest, PointTask } from "./point-thread.ts";

/** Successive scalars, and where their points go. */
export interface PointRun {
  readonly group: Group;
  /** Byte offset of the first scalar; they are plain, 32 bytes each. */
  readonly scalars: number;
  readonly count: number;
  /** Byte offset in the file, unless the points are wanted for a hash only. */
  readonly fileOffset: number | undefined;
  /** Byte offset in `hashed`, unless no hash covers them. */
  readonly hashedOffset: number | undefined;
}

export interface PointJob {
  readonly curve: Bn254Module;
  readonly file: string;
  readonly runs: readonly PointRun[];
  readonly scalars: SharedArrayBuffer;
  /** Receives points as hashes see them: plain and big-endian. */
  readonly hashed: SharedArrayBuffer;
  readonly threads: number;
}

export async function computePoints(job: PointJob, report: (message: string) => void): Promise<void> {
  const tasks = job.runs.flatMap(tasksOf);
  // The dearest first, so that no thread is left with one at the end.
  tasks.sort((left, right) => pointBytes[right.group] - pointBytes[left.group]);
  const next = new SharedArrayBuffer(4);
  const threads = Math.min(job.threads, tasks.length);
  const { curve, file, scalars, hashed } = job;
  const request: PointRequest = { curve, file, tasks, scalars, hashed, next, threads };
  const count = tasks.reduce((sum, task) => sum + task.count, 0);
  const timer = setInterval(() => {
    const done = Math.min(1, (new Int32Array(next)[0] ?? 0) / tasks.length);
    report(`computing ${count} points: ${Math.floor(100 * done)} %`);
  }, 500);
  try {
    await Promise.all(Array.from({ length: threads }, () => runThread(request)));
  } finally {
    clearInterval(timer);
  }
}

function tasksOf({ group, scalars, count, fileOffset, hashedOffset }: PointRun): PointTask[] {
  const tasks: PointTask[] = [];
  const after = (offset: number | undefined, first: number): number | undefined =>
    offset === undefined ? undefined : offset + pointBytes[group] * first;
  for (let first = 0; first < count; first += taskPoints[group]) {
    tasks.push({
      group,
      scalars: scalars + 32 * first,
      count: Math.min(taskPoints[group], count - first),
      fileOffset: after(fileOffset, first),
      hashedOffset: after(hashedOffset, first),
    });
  }
  return tasks;
}

async function runThread(request: PointRequest): Promise<void> {
  const worker = new Worker(jobFile(import.meta.url, "point-thread"), { workerData: request });
  await new Promise<void>((resolve, reject) => {
    worker.on("error", reject);
    worker.on("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(`A thread ended with code ${code}.`)),
    );
  });
}
