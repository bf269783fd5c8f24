// Sums of many runs of points at once, by adding neighbours round after round: every round is one list of additions
// of finite points, and takes half of what the rounds before left over.

import type { Pointer } from "../bn254.ts";
import type { PointAdditions } from "../points/point-additions.ts";

/** Room for sums, which are written one after the other. */
export class SumMemory {
  readonly #size: number;
  #next: Pointer;

  constructor(first: Pointer, pointBytes: number) {
    this.#next = first;
    this.#size = pointBytes;
  }

  take(): Pointer {
    const address = this.#next;
    this.#next += this.#size;
    return address;
  }
}

/**
 * Run r has the points whose addresses are `items[starts[r]]` to `items[starts[r + 1] - 1]`. Afterwards it has one at
 * most: its sum, or none if that is infinity. The last of `starts` is the number of items.
 */
export function sumRuns(
  additions: PointAdditions,
  memory: SumMemory,
  items: Uint32Array,
  starts: Uint32Array,
): void {
  const runs = starts.length - 1;
  // Sums are one after the other, and the first summands are where the points' order puts them.
  for (additions.scattered = true; ; additions.scattered = false) {
    let written = 0;
    let added = false;
    let start = starts[0] as number;
    for (let run = 0; run < runs; run++) {
      const end = starts[run + 1] as number;
      starts[run] = written;
      for (; start + 1 < end; start += 2) {
        const sum = memory.take();
        additions.add(items[start] as number, items[start + 1] as number, sum);
        items[written++] = sum;
        added = true;
      }
      if (start < end) items[written++] = items[start++] as number;
    }
    starts[runs] = written;
    if (!added) break;
    additions.flush();
    if (additions.infinities.size > 0) leaveOut(additions.infinities, items, starts);
  }
  additions.scattered = false;
}

/** Takes points out of the runs. */
function leaveOut(infinities: Set<Pointer>, items: Uint32Array, starts: Uint32Array): void {
  let written = 0;
  let position = 0;
  for (let run = 0; run + 1 < starts.length; run++) {
    const end = starts[run + 1] as number;
    starts[run] = written;
    for (; position < end; position++) {
      const item = items[position] as number;
      if (!infinities.has(item)) items[written++] = item;
    }
  }
  starts[starts.length - 1] = written;
  infinities.clear();
}
