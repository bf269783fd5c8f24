// Instructions of WebAssembly as bytes, for the bodies of functions that compute with 64-bit integers in local variables.

export type Code = readonly number[];

const instruction =
  (opcode: number) =>
  (...operands: readonly Code[]): Code => [...operands.flat(), opcode];

export const add = instruction(0x7c);
export const subtract = instruction(0x7d);
export const multiply = instruction(0x7e);
export const and = instruction(0x83);
export const or = instruction(0x84);
export const exclusiveOr = instruction(0x85);
export const shiftLeft = instruction(0x86);
/** With the sign. */
export const shiftRight = instruction(0x87);
export const shiftDown = instruction(0x88);
export const trailingZeros = instruction(0x7a);
/** Unsigned: 1 or 0, of 32 bits. */
export const isBelow = instruction(0x54);
export const isZero = instruction(0x50);
export const isNegative = (value: Code): Code => [...value, ...long(0n), 0x53];
/** A number of 64 bits of one of 32. */
export const toLong = instruction(0xad);
/** The first if the third, of 32 bits, is not 0, else the second. */
export const select = instruction(0x1b);

export const get = (local: number): Code => [0x20, local];
export const set = (local: number, value: Code): Code => [...value, 0x21, local];
/** The number at an address of 32 bits. */
export const load = (address: number, offset: number): Code => [...get(address), 0x29, 3, offset];
export const store = (address: number, offset: number, value: Code): Code => [
  ...get(address),
  ...value,
  ...[0x37, 3, offset],
];

/** A constant, at least −2^63 and below 2^64. */
export function long(value: bigint): Code {
  const bytes: number[] = [0x42];
  for (let rest = BigInt.asIntN(64, value); ; rest >>= 7n) {
    const low = Number(rest & 127n);
    if (rest >= -64n && rest < 64n) return [...bytes, low];
    bytes.push(low + 128);
  }
}

/** A body that a branch to label 1 leaves and to label 0 repeats, from anywhere outside further blocks. */
export const loop = (...body: readonly Code[]): Code => [
  ...[0x02, 0x40, 0x03, 0x40],
  ...body.flat(),
  ...[0x0c, 0, 0x0b, 0x0b],
];
/** Leaves the loop around it if the condition, of 32 bits, is not 0. */
export const leaveIf = (condition: Code): Code => [...condition, 0x0d, 1];
export const when = (condition: Code, ...body: readonly Code[]): Code => [
  ...[...condition, 0x04, 0x40],
  ...body.flat(),
  0x0b,
];

/** The body of a function with this many variables of 64 bits besides its parameters, as the code section has it. */
export const functionBody = (variables: number, ...body: readonly Code[]): number[] => [
  ...[1, variables, 0x7e],
  ...body.flat(),
  0x0b,
];
