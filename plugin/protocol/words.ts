// Numbers below 2^256 as four 64-bit words, the lowest first: how trees, packed tables and kernels keep them.

/** Words of a number. */
export const wordsPerElement = 4;

/** Writes a number below 2^256. */
export function writeWords(words: BigUint64Array, at: number, value: bigint): void {
  // Elements of a BigUint64Array take the low 64 bits of what is written.
  words[at] = value;
  words[at + 1] = value >> 64n;
  words[at + 2] = value >> 128n;
  words[at + 3] = value >> 192n;
}

/** Reads a number back. */
export function readWords(words: BigUint64Array, at: number): bigint {
  const high = ((words[at + 3] ?? 0n) << 64n) | (words[at + 2] ?? 0n);
  const low = ((words[at + 1] ?? 0n) << 64n) | (words[at] ?? 0n);
  return high === 0n ? low : (high << 128n) | low;
}
