// A multi-scalar multiplication, Σ s_i·P_i, as tasks that threads can take in any order. A task has some of the points
// and some windows of their scalars' bits.
//
// Scalars are cut into windows of c bits with signed digits, from −2^(c − 1) to 2^(c − 1) − 1 (Pippenger, "On the
// evaluation of powers and related problems", FOCS 1976; Bernstein, Doumen, Lange, Oosterwijk, "Faster batch forgery
// identification", 2012), so that a window has 2^(c − 1) buckets. A window costs one addition a point, and two a
// bucket for the sum of buckets times their digits.

import type { Group, Pointer } from "../bn254.ts";

/** Points and scalars in the memory that threads share. */
export interface MsmInput {
  readonly group: Group;
  /** Address of the points, finite and in the kernels' form, one after the other. */
  readonly points: Pointer;
  /** Address of the scalars: plain, below the group order, 32 bytes each, little-endian. */
  readonly scalars: Pointer;
  /** Address of a list of 32-bit numbers: which scalar belongs to each point. Undefined if they come in order. */
  readonly indices?: Pointer | undefined;
  readonly count: number;
}

/** Plain data, for any thread. */
export interface MsmTask extends MsmInput {
  /** Bits of a window. */
  readonly windowBits: number;
  readonly firstWindow: number;
  readonly windows: number;
  /** Estimated time, in multiplications of the coordinates' prime field. */
  readonly cost: number;
}

const scalarBits = 254;
/** The most points of a task, for its scratch memory's sake. */
const largestTask = 2 ** 18;
/** Points times windows of a task: enough to share inversions, few enough that threads end together. */
const smallestTask = 2 ** 17;
const largestWindow = 16;

/** Multiplications that an addition costs, with what is around them. */
const additionCost = { g1: 7, g2: 20 } as const;

/** Number of windows of all scalars: one bit more than the scalars have, for the last carry. */
export function windowCount(windowBits: number): number {
  return Math.ceil((scalarBits + 1) / windowBits);
}

/** Buckets of a window: one for each absolute value of a digit, the first of which, 0, stays empty. */
export function bucketsOf(windowBits: number): number {
  return 2 ** (windowBits - 1) + 1;
}

/** The window, in bits, that makes the least work of so many points. */
export function bestWindowBits(count: number): number {
  const additions = (bits: number): number => windowCount(bits) * (count + 2 ** bits);
  let best = 2;
  for (let bits = 3; bits <= largestWindow; bits++) if (additions(bits) < additions(best)) best = bits;
  return best;
}

/** The tasks of a multiplication; none if there are no points. */
export function msmTasks(input: MsmInput, pointBytes: number): MsmTask[] {
  const { group, count } = input;
  const parts = Math.ceil(count / largestTask);
  const tasks: MsmTask[] = [];
  for (let part = 0; part < parts; part++) {
    const from = Math.floor((part * count) / parts);
    const size = Math.floor(((part + 1) * count) / parts) - from;
    const windowBits = bestWindowBits(size);
    const all = windowCount(windowBits);
    const pieces = Math.ceil(all / Math.max(1, Math.floor(smallestTask / size)));
    for (let piece = 0; piece < pieces; piece++) {
      const firstWindow = Math.floor((piece * all) / pieces);
      const windows = Math.floor(((piece + 1) * all) / pieces) - firstWindow;
      tasks.push({
        group,
        points: input.points + from * pointBytes,
        scalars: input.indices === undefined ? input.scalars + 32 * from : input.scalars,
        indices: input.indices === undefined ? undefined : input.indices + 4 * from,
        count: size,
        windowBits,
        firstWindow,
        windows,
        cost: additionCost[group] * windows * (size + 2 ** windowBits),
      });
    }
  }
  return tasks;
}

/** Bytes of a task's result: an affine point. */
export function resultBytes({ group }: MsmTask): number {
  return group === "g1" ? 64 : 128;
}
