// Points sorted into buckets, a bucket after the other, window after window.

import type { MsmTask } from "./task.ts";

/** Buckets of a window: one for each absolute value of a digit, the first of which, 0, stays empty. */
export function bucketsOf(windowBits: number): number {
  return 2 ** (windowBits - 1) + 1;
}

/**
 * Sorts by counting. `items` receives the points' addresses, one more for opposite points, and `starts` where each
 * bucket begins, and the number of items.
 */
export function sortIntoBuckets(
  { count, windows, windowBits, points }: MsmTask,
  pointBytes: number,
  keys: Uint32Array,
  items: Uint32Array,
  starts: Uint32Array,
): void {
  const buckets = bucketsOf(windowBits);
  let total = 0;
  for (let window = 0; window < windows; window++) {
    const part = keys.subarray(window * count, (window + 1) * count);
    const next = starts.subarray(window * buckets, (window + 1) * buckets);
    next.fill(0);
    for (const key of part) next[key >>> 1] = (next[key >>> 1] as number) + 1;
    next[0] = 0;
    for (let bucket = 0; bucket < buckets; bucket++) {
      const size = next[bucket] as number;
      next[bucket] = total;
      total += size;
    }
    // While items are placed, `next` is where a bucket's next item goes; it ends up where the following one begins.
    for (let index = 0; index < count; index++) {
      const key = part[index] as number;
      if (key === 0) continue;
      const position = next[key >>> 1] as number;
      next[key >>> 1] = position + 1;
      items[position] = points + index * pointBytes + (key & 1);
    }
    next.copyWithin(1, 0, buckets - 1);
  }
  starts[windows * buckets] = total;
}
