// Sums of buckets times their digits, Σ d·B_d, without a chain of additions in which each waits for the one before.
// The digits' bits are taken from the highest on: the buckets whose digit has the bit are summed up, and are then
// added to those with the same digit but for the bit. That makes half as many buckets in every step, two additions
// for each in the end, and a sum for each bit: Σ d·B_d = Σ 2^b·S_b. Doublings are left to whoever puts all together.

import type { Pointer } from "../bn254.ts";
import type { PointAdditions } from "../points/point-additions.ts";
import { type SumMemory, sumRuns } from "./run-sums.ts";
import { bucketsOf } from "./task.ts";

/**
 * @param buckets Addresses of each window's bucket sums, 0 for infinity; destroyed.
 * @param lists Room for as many addresses.
 * @returns For each window and bit, the lowest first, the address of the sum, one more for the opposite point; 0 for
 * infinity.
 */
export function bitSums(
  additions: PointAdditions,
  memory: SumMemory,
  { windows, windowBits }: { readonly windows: number; readonly windowBits: number },
  buckets: Uint32Array,
  lists: Uint32Array,
): Uint32Array {
  const perWindow = bucketsOf(windowBits);
  const starts = new Uint32Array(windows * windowBits + 1);
  let listed = 0;
  let run = 0;
  for (let bit = windowBits - 1; bit >= 0; bit--) {
    const half = 2 ** bit;
    for (let window = 0; window < windows; window++) {
      const first = window * perWindow;
      starts[run++] = listed;
      for (let digit = half; digit < Math.min(2 * half, perWindow); digit++) {
        const point = buckets[first + digit] as Pointer;
        if (point === 0) continue;
        lists[listed++] = point;
        if (digit === half) continue;
        buckets[first + digit - half] = addTo(
          additions,
          memory,
          buckets[first + digit - half] as Pointer,
          point,
        );
      }
    }
    additions.flush();
    if (additions.infinities.size > 0) clear(additions.infinities, buckets);
  }
  starts[run] = listed;
  sumRuns(additions, memory, lists, starts);
  const sums = new Uint32Array(windows * windowBits);
  for (let each = 0; each < run; each++) {
    if (starts[each] === starts[each + 1]) continue;
    const window = each % windows;
    const bit = windowBits - 1 - Math.floor(each / windows);
    sums[window * windowBits + bit] = lists[starts[each] as number] as Pointer;
  }
  return sums;
}

function addTo(additions: PointAdditions, memory: SumMemory, target: Pointer, point: Pointer): Pointer {
  if (target === 0) return point;
  const sum = memory.take();
  additions.add(target, point, sum);
  return sum;
}

function clear(infinities: Set<Pointer>, buckets: Uint32Array): void {
  buckets.forEach((point, index) => {
    if (infinities.has(point)) buckets[index] = 0;
  });
  infinities.clear();
}
