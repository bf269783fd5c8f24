// Points sorted into buckets by counting, a bucket after the other, window after window.

import { type SortFunctions, sumWords } from "../points/sort-functions.ts";
import type { Scratch } from "./scratch.ts";
import { bucketsOf, type MsmTask, windowCount } from "./task.ts";

/** Addresses of a task's points in the order of their buckets, one more for opposite points. */
export interface Buckets {
  readonly items: Uint32Array;
  /** Where each bucket begins in `items`, and how many items there are. */
  readonly starts: Uint32Array;
}

export function sortIntoBuckets(
  functions: SortFunctions,
  memory: WebAssembly.Memory,
  task: MsmTask,
  scratch: Scratch,
  pointBytes: number,
): Buckets {
  const { count, windows, windowBits, firstWindow, points, scalars, indices } = task;
  const buckets = bucketsOf(windowBits);
  const items = new Uint32Array(memory.buffer, scratch.items, windows * count);
  const starts = new Uint32Array(memory.buffer, scratch.starts, windows * buckets + 1);
  starts.fill(0);
  new BigUint64Array(memory.buffer, scratch.digits, 2 * sumWords + 1).fill(0n);
  new BigUint64Array(memory.buffer, scratch.digits, sumWords).set(offsetOf(windowBits));
  const writeKeys = indices === undefined ? functions.keys : functions.listedKeys;
  const firstBit = firstWindow * windowBits;
  writeKeys(
    scalars,
    indices ?? 0,
    count,
    scratch.keys,
    scratch.starts,
    scratch.digits,
    windowBits,
    firstBit,
    windows,
  );
  let total = 0;
  for (let window = 0; window < windows; window++) {
    const next = starts.subarray(window * buckets, (window + 1) * buckets);
    next[0] = 0; // points whose digit is 0 are left out
    for (let bucket = 0; bucket < buckets; bucket++) {
      const size = next[bucket] as number;
      next[bucket] = total;
      total += size;
    }
    const keys = scratch.keys + 4 * window * count;
    functions.place(keys, count, next.byteOffset, scratch.items, points, pointBytes);
    // Each bucket's next place is now where the following one begins.
    next.copyWithin(1, 0, buckets - 1);
  }
  starts[windows * buckets] = total;
  return { items, starts };
}

/** 2^(c − 1) in every window, as 64-bit words. */
function offsetOf(windowBits: number): BigUint64Array {
  let offset = 0n;
  for (let window = 0; window < windowCount(windowBits); window++) {
    offset |= 1n << BigInt(window * windowBits + windowBits - 1);
  }
  return BigUint64Array.from({ length: sumWords }, (_, word) =>
    BigInt.asUintN(64, offset >> BigInt(64 * word)),
  );
}
