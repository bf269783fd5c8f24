// Pieces of the binary format: lists of bytes with their length, and LEB128 numbers.

export function text(characters: string): number[] {
  return sized([...new TextEncoder().encode(characters)]);
}

export function sized(bytes: readonly number[]): number[] {
  return unsigned(bytes.length).concat(bytes);
}

/** LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return [...bytes, rest];
}

export function signed(value: bigint): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    const low = Number(rest & 127n);
    if (rest >> 6n === 0n || rest >> 6n === -1n) return [...bytes, low];
    bytes.push(low | 128);
  }
}
