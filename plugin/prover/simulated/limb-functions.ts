// The arithmetic of the constraint check, in WebAssembly: numbers of ten limbs of 26 bits, least significant first, one
// limb in 32 bits. Products of limbs have 52 bits, so that a column of 64 bits takes those of 256 terms before anything
// has to be carried. R = 2^260 below, as of Montgomery (1985).

import { inverseModuloPower } from "../../protocol/field.ts";
import type { FunctionWriter, Value, Variable } from "../curve/webassembly/function-writer.ts";
import { type ConstantModule, ModuleWriter } from "../curve/webassembly/module-writer.ts";

const limbs = 10;
export const limbBits = 26;
const mask = (1n << BigInt(limbBits)) - 1n;

/** Bytes of a number. */
export const numberBytes = 4 * limbs;

/** Of a combination that is computed at once. */
export const maxTerms = 256;

/** 2^260. */
export const montgomeryFactor = 1n << BigInt(limbs * limbBits);

/** What the module exports; all arguments are addresses. */
export interface LimbFunctions {
  /**
   * The sum of the terms from `terms` to `end`, at most `maxTerms` and at least one, each of 8 bytes: the addresses of a
   * value, and of a factor, which is stored times R and below p. The result is congruent to the sum, and below 5 p where
   * the values are below p, below 17 p where they are below 5 p.
   */
  combine(terms: number, end: number, output: number): void;
  /** Something below 5 p that is congruent to 0 where `a · b = c`, all below 17 p, and only there. */
  difference(a: number, b: number, c: number, output: number): void;
  /** The same for `a · b = −c`. */
  sum(a: number, b: number, c: number, output: number): void;
}

/** The limbs of a number below 2^260. */
export function limbsOf(value: bigint): number[] {
  return Array.from({ length: limbs }, (_, limb) => Number((value >> BigInt(limbBits * limb)) & mask));
}

/** The number that limbs stand for. */
export function fromLimbs(words: ArrayLike<number>): bigint {
  let value = 0n;
  for (let limb = limbs - 1; limb >= 0; limb--)
    value = (value << BigInt(limbBits)) + BigInt(words[limb] ?? 0);
  return value;
}

/** Writes an integer of eight words of 32 bits, least significant first, as limbs. */
export function writeLimbs(words: Uint32Array, from: number, target: Uint32Array, to: number): void {
  for (let limb = 0; limb < limbs; limb++) {
    const bit = limbBits * limb;
    const word = from + (bit >> 5);
    const shift = bit & 31;
    let value = (words[word] as number) >>> shift;
    if (shift > 32 - limbBits && bit >> 5 < 7) value |= (words[word + 1] as number) << (32 - shift);
    target[to + limb] = value & Number(mask);
  }
}

/** @param prime Odd, of at most 254 bits. */
export function limbModule(prime: bigint): ConstantModule {
  const module = new ModuleWriter();
  writeCombine(module.function("combine", 3), prime);
  writeProduct(module.function("difference", 4), prime, true);
  writeProduct(module.function("sum", 4), prime, false);
  return module.compile(false);
}

function writeCombine(code: FunctionWriter, prime: bigint): void {
  const [terms, end, output] = code.parameters as [Variable, Variable, Variable];
  const columns = makeColumns(code);
  const value = code.variable("i32");
  const factor = code.variable("i32");
  const operand = Array.from({ length: limbs }, () => code.variable("i64"));
  const multiplier = code.variable("i64");
  code.repeat(
    () => {
      value.set(code.i32.load(terms.get));
      factor.set(code.i32.load(terms.get, 4));
      addProduct(code, columns, value, factor, operand, multiplier);
      code.advance(terms, 8);
    },
    code.i32.sub(end.get, terms.get),
  );
  reduce(code, columns, prime, output);
}

function writeProduct(code: FunctionWriter, prime: bigint, minus: boolean): void {
  const [a, b, c, output] = code.parameters as [Variable, Variable, Variable, Variable];
  const columns = makeColumns(code);
  const operand = Array.from({ length: limbs }, () => code.variable("i64"));
  addProduct(code, columns, a, b, operand, code.variable("i64"));
  const { add, sub, loadWord } = code.i64;
  // 32 p with something to borrow from in every limb, so that no column becomes negative.
  const large = limbsOf(32n * prime).map(BigInt);
  for (let limb = 0; limb < limbs; limb++) {
    const column = columns[limb] as Variable;
    const word = loadWord(c.get, 4 * limb);
    if (!minus) {
      column.set(add(column.get, word));
      continue;
    }
    const lent = (limb < limbs - 1 ? 1n << BigInt(limbBits + 1) : 0n) - (limb > 0 ? 2n : 0n);
    column.set(add(column.get, sub(code.long((large[limb] as bigint) + lent), word)));
  }
  reduce(code, columns, prime, output);
}

function makeColumns(code: FunctionWriter): Variable[] {
  return Array.from({ length: 2 * limbs - 1 }, () => code.variable("i64"));
}

/** Adds the product of two numbers in memory to the columns. */
function addProduct(
  code: FunctionWriter,
  columns: readonly Variable[],
  left: Variable,
  right: Variable,
  operand: readonly Variable[],
  multiplier: Variable,
): void {
  const { add, mul, loadWord } = code.i64;
  for (const [limb, variable] of operand.entries()) variable.set(loadWord(left.get, 4 * limb));
  for (let limb = 0; limb < limbs; limb++) {
    multiplier.set(loadWord(right.get, 4 * limb));
    for (const [other, { get }] of operand.entries()) {
      const column = columns[limb + other] as Variable;
      column.set(add(column.get, mul(multiplier.get, get)));
    }
  }
}

/** Divides the columns by R modulo p and stores the result. */
function reduce(code: FunctionWriter, columns: readonly Variable[], prime: bigint, output: Variable): void {
  const { add, and, mul, shiftDown, storeWord } = code.i64;
  const low = (value: Value): Value => and(value, code.long(mask));
  const primeLimbs = limbsOf(prime).map(BigInt);
  const negativeInverse = code.long(-inverseModuloPower(prime, limbBits) & mask);
  const multiple = code.variable("i64");
  for (let limb = 0; limb < limbs; limb++) {
    const column = columns[limb] as Variable;
    multiple.set(low(mul(low(column.get), negativeInverse)));
    for (const [other, word] of primeLimbs.entries()) {
      const target = columns[limb + other] as Variable;
      target.set(add(target.get, mul(multiple.get, code.long(word))));
    }
    const next = columns[limb + 1] as Variable;
    next.set(add(next.get, shiftDown(column.get, limbBits)));
  }
  for (let limb = 0; limb < limbs - 1; limb++) {
    const column = columns[limbs + limb] as Variable;
    storeWord(output.get, 4 * limb, low(column.get));
    const next = columns[limbs + limb + 1];
    const carried = shiftDown(column.get, limbBits);
    if (next === undefined) storeWord(output.get, 4 * (limb + 1), carried);
    else next.set(add(next.get, carried));
  }
}
