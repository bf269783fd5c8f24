// Digits of scalars, and points sorted by them, as generated code.
//
// Adding 2^(c − 1) in every window of a scalar in advance makes each signed digit the plain window less 2^(c − 1),
// without a carry from window to window. A digit's key is twice its absolute value, which is its bucket, and one more
// if it is negative.

import type { FunctionWriter, Value, Variable } from "../webassembly/function-writer.ts";
import type { ModuleWriter } from "../webassembly/module-writer.ts";

/** Words of 64 bits of a scalar with 2^(c − 1) in every window: the highest window may reach beyond 256 bits. */
export const sumWords = 5;
/** Bytes that the functions need at `offset`: what is added, the sum, and a word to read beyond it. */
export const digitBytes = 8 * (2 * sumWords + 1);

export interface SortFunctions {
  keys(...parameters: KeyParameters): void;
  listedKeys(...parameters: KeyParameters): void;
  place(keys: number, count: number, next: number, items: number, point: number, pointBytes: number): void;
}

type KeyParameters = [
  scalars: number,
  indices: number,
  count: number,
  keys: number,
  counts: number,
  offset: number,
  windowBits: number,
  firstBit: number,
  windows: number,
];

export function defineSortFunctions(module: ModuleWriter): void {
  keysFunction(module, "keys", false);
  keysFunction(module, "listedKeys", true);
  placeFunction(module);
}

/**
 * Writes `keys(scalars, indices, count, keys, counts, offset, windowBits, firstBit, windows)`: keys of all scalars,
 * window after window, and how many of them are in each of a window's 2^(c − 1) + 1 buckets.
 *
 * @param listed Whether `indices` says which scalars are meant.
 */
function keysFunction(module: ModuleWriter, name: string, listed: boolean): void {
  const code = module.function(name, 9);
  const { i32, i64 } = code;
  const [scalars, indices, count, keys, counts, offset, windowBits, firstBit, windows] =
    code.parameters as Nine;
  const number = (value: number): Value => code.integer(value);
  const keep = (value: Value): Value => code.keep(value, "i32");
  const half = keep(i32.shiftLeft(number(1), i32.sub(windowBits.get, number(1))));
  const mask = keep(i32.sub(i32.add(half, half), number(1)));
  const keyStep = keep(i32.mul(count.get, number(4)));
  const countStep = keep(i32.mul(i32.add(half, number(1)), number(4)));
  const sum = keep(i32.add(offset.get, number(8 * sumWords)));
  const [left, bit, windowKeys, windowCounts] = Array.from({ length: 4 }, () => code.variable("i32")) as Four;
  code.repeat(() => {
    const scalar = listed
      ? keep(i32.add(scalars.get, i32.mul(i32.load(indices.get), number(32))))
      : scalars.get;
    addWords(code, scalar, offset.get, sum);
    left.set(windows.get);
    bit.set(firstBit.get);
    windowKeys.set(keys.get);
    windowCounts.set(counts.get);
    code.repeat(() => {
      const word = i64.load(i32.add(sum, i32.shiftRightUnsigned(bit.get, number(3))));
      const shift = i64.extendUnsigned(i32.and(bit.get, number(7)));
      const window = i32.and(i32.wrap(i64.shiftRightUnsigned(word, shift)), mask);
      const digit = keep(i32.sub(window, half));
      const sign = keep(i32.shiftRight(digit, number(31)));
      const bucket = keep(i32.sub(i32.xor(digit, sign), sign));
      i32.store(windowKeys.get, 0, i32.sub(i32.add(bucket, bucket), sign));
      const counter = keep(i32.add(windowCounts.get, i32.shiftLeft(bucket, number(2))));
      i32.store(counter, 0, i32.add(i32.load(counter), number(1)));
      bit.set(i32.add(bit.get, windowBits.get));
      windowKeys.set(i32.add(windowKeys.get, keyStep));
      windowCounts.set(i32.add(windowCounts.get, countStep));
      code.advance(left, -1);
    }, left.get);
    code.advance(listed ? indices : scalars, listed ? 4 : 32);
    code.advance(keys, 4);
    code.advance(count, -1);
  }, count.get);
}

/** The four words of a scalar plus `sumWords` others. */
function addWords(code: FunctionWriter, scalar: Value, offset: Value, output: Value): void {
  const { i64 } = code;
  let carry: Value | undefined;
  for (let word = 0; word < sumWords; word++) {
    const added = code.keep(i64.load(offset, 8 * word), "i64");
    const scalarWord = word < sumWords - 1 ? i64.load(scalar, 8 * word) : code.long(0n);
    const partial = code.keep(i64.add(scalarWord, added), "i64");
    const total = carry === undefined ? partial : code.keep(i64.add(partial, carry), "i64");
    i64.store(output, 8 * word, total);
    const first = i64.extendUnsigned(i64.lessUnsigned(partial, added));
    carry = code.keep(
      carry === undefined ? first : i64.or(first, i64.extendUnsigned(i64.lessUnsigned(total, carry))),
      "i64",
    );
  }
}

/**
 * Writes `place(keys, count, next, items, point, pointBytes)`: the addresses of the points of one window, one more for
 * opposite ones, to where each bucket's next item goes, which moves on.
 */
function placeFunction(module: ModuleWriter): void {
  const code = module.function("place", 6);
  const { i32 } = code;
  const [keys, count, next, items, point, pointBytes] = code.parameters as Six;
  code.repeat(() => {
    const key = code.keep(i32.load(keys.get), "i32");
    code.when(key, () => {
      const bucket = i32.shiftLeft(i32.shiftRightUnsigned(key, code.integer(1)), code.integer(2));
      const place = code.keep(i32.add(next.get, bucket), "i32");
      const position = code.keep(i32.load(place), "i32");
      const item = i32.add(items.get, i32.shiftLeft(position, code.integer(2)));
      i32.store(item, 0, i32.add(point.get, i32.and(key, code.integer(1))));
      i32.store(place, 0, i32.add(position, code.integer(1)));
    });
    point.set(i32.add(point.get, pointBytes.get));
    code.advance(keys, 4);
    code.advance(count, -1);
  }, count.get);
}

type Four = [Variable, Variable, Variable, Variable];
type Six = [...Four, Variable, Variable];
type Nine = [...Six, Variable, Variable, Variable];
