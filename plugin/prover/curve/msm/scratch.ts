// Where a task's lists and sums lie in the memory of the thread that runs it.

import type { Pointer } from "../bn254.ts";
import type { VectorField } from "../field/vector-field.ts";
import { additionScratchBytes, kernelPointBytes } from "../points/addition-layout.ts";
import { digitBytes } from "../points/sort-functions.ts";
import { bucketsOf, type MsmTask } from "./task.ts";
import { weightedSumBytes } from "./weighted-sum.ts";

export interface Scratch {
  /** What additions need. */
  readonly additions: Pointer;
  /** What the sum of the bits needs (weighted-sum.ts), and the point that it is. */
  readonly weighted: Pointer;
  readonly result: Pointer;
  /** What digits need (sort-functions.ts). */
  readonly digits: Pointer;
  /** Keys of the digits, then lists of buckets. */
  readonly keys: Pointer;
  /** Addresses of the points in the order of buckets. */
  readonly items: Pointer;
  readonly starts: Pointer;
  readonly sums: Pointer;
  readonly end: Pointer;
}

/** @param first A multiple of 16. */
export function scratchOf(field: VectorField, task: MsmTask, first: Pointer): Scratch {
  const entries = task.count * task.windows;
  const buckets = task.windows * bucketsOf(task.windowBits);
  let next = first;
  const take = (bytes: number): Pointer => {
    const address = next;
    next += Math.ceil(bytes / 16) * 16;
    return address;
  };
  return {
    additions: take(additionScratchBytes(field, task.group)),
    weighted: take(weightedSumBytes(field, task.group)),
    result: take(kernelPointBytes(field, task.group)),
    digits: take(digitBytes),
    keys: take(4 * Math.max(entries, buckets)),
    items: take(4 * entries),
    starts: take(4 * (buckets + 1)),
    // One sum less than there are points in buckets, and two for each bucket.
    sums: take((entries + 2 * buckets) * kernelPointBytes(field, task.group)),
    end: next,
  };
}

/** Bytes of scratch memory that one thread needs to run any of the tasks. */
export function scratchBytes(field: VectorField, tasks: readonly MsmTask[]): number {
  return Math.max(0, ...tasks.map((task) => scratchOf(field, task, 0).end));
}
