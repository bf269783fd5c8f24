// One of the threads that compute a key's points. Each takes the next piece of work from a common counter, and
// writes finished points straight to their place in the file.

import { closeSync, openSync, writeSync } from "node:fs";
import { workerData } from "node:worker_threads";
import { Bn254, type Bn254Module, type Group, pointBytes } from "./bn254.ts";
import { bestWindow, FixedBase, taskPoints } from "./fixed-base.ts";

/** Scalars whose products with a generator go to the file, to the bytes that the circuit hash covers, or both. */
export interface PointTask {
  readonly group: Group;
  /** Byte offset in `scalars`. */
  readonly scalars: number;
  readonly count: number;
  readonly fileOffset: number | undefined;
  readonly hashedOffset: number | undefined;
}

export interface PointRequest {
  readonly curve: Bn254Module;
  readonly file: string;
  readonly tasks: readonly PointTask[];
  readonly scalars: SharedArrayBuffer;
  /** Points in uncompressed form, for the circuit hash. */
  readonly hashed: SharedArrayBuffer;
  /** Index of the next task. */
  readonly next: SharedArrayBuffer;
  readonly threads: number;
}

const request = workerData as PointRequest;
const { file, tasks, scalars, hashed, next, threads } = request;
const curve = new Bn254(request.curve);
const bases = new Map<Group, FixedBase>();

function baseOf(group: Group): FixedBase {
  const known = bases.get(group);
  if (known !== undefined) return known;
  const total = tasks.filter((task) => task.group === group).reduce((sum, task) => sum + task.count, 0);
  // The largest tables: 19 windows of 2^14 points of 64 bytes, 20 MB, and as much in G2.
  const bits = bestWindow(total / threads, group === "g1" ? 14 : 13);
  const base = new FixedBase(curve, group, bits, taskPoints[group]);
  bases.set(group, base);
  return base;
}

const descriptor = openSync(file, "r+");
try {
  const counter = new Int32Array(next);
  for (;;) {
    const task = tasks[Atomics.add(counter, 0, 1)];
    if (task === undefined) break;
    const base = baseOf(task.group);
    const points = base.multiply(new Uint8Array(scalars, task.scalars, 32 * task.count));
    const bytes = task.count * pointBytes[task.group];
    if (task.fileOffset !== undefined) {
      writeSync(descriptor, curve.memory.subarray(points, points + bytes), 0, bytes, task.fileOffset);
    }
    if (task.hashedOffset !== undefined) {
      const { g1m_batchLEMtoU, g2m_batchLEMtoU } = curve.functions;
      (task.group === "g1" ? g1m_batchLEMtoU : g2m_batchLEMtoU)(points, task.count, points);
      new Uint8Array(hashed, task.hashedOffset, bytes).set(curve.memory.subarray(points, points + bytes));
    }
  }
} finally {
  closeSync(descriptor);
}
