// Signed digits of scalars: adding 2^(c − 1) in every window in advance makes each digit the plain window less that,
// without a carry from window to window.

import { type MsmTask, windowCount } from "./task.ts";

const words = 8;
/** Words of a sum: the highest window may reach beyond the scalar's 256 bits. */
const sumWords = words + 1;

/**
 * Writes the digits of a task's scalars as keys, window after window: twice the bucket, which is the digit's absolute
 * value, and one more if it is negative; 0 for no bucket.
 */
export function writeKeys(memory: WebAssembly.Memory, task: MsmTask, keys: Uint32Array): void {
  const { windowBits, firstWindow, windows, count } = task;
  const scalars = new Uint32Array(memory.buffer, task.scalars);
  const indices =
    task.indices === undefined ? undefined : new Uint32Array(memory.buffer, task.indices, count);
  const offset = offsetOf(windowBits);
  const sum = new Uint32Array(sumWords + 1);
  const half = 2 ** (windowBits - 1);
  const mask = 2 * half - 1;
  const lastBit = (firstWindow + windows) * windowBits;
  const needed = Math.ceil(lastBit / 32);
  for (let index = 0; index < count; index++) {
    const first = words * (indices === undefined ? index : (indices[index] as number));
    let carry = 0;
    for (let word = 0; word < needed; word++) {
      const total = (word < words ? (scalars[first + word] as number) : 0) + (offset[word] as number) + carry;
      sum[word] = total;
      carry = total > 0xffffffff ? 1 : 0;
    }
    for (let window = 0; window < windows; window++) {
      const bit = (firstWindow + window) * windowBits;
      const shift = bit & 31;
      const low = (sum[bit >>> 5] as number) >>> shift;
      const high = shift === 0 ? 0 : (sum[(bit >>> 5) + 1] as number) << (32 - shift);
      const digit = ((low | high) & mask) - half;
      keys[window * count + index] = digit < 0 ? 1 - 2 * digit : 2 * digit;
    }
  }
}

/** 2^(c − 1) in every window, as 32-bit words. */
function offsetOf(windowBits: number): Uint32Array {
  let offset = 0n;
  for (let window = 0; window < windowCount(windowBits); window++) {
    offset |= 1n << BigInt(window * windowBits + windowBits - 1);
  }
  return Uint32Array.from({ length: sumWords }, (_, word) =>
    Number((offset >> BigInt(32 * word)) & 0xffffffffn),
  );
}
