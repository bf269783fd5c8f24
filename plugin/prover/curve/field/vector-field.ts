// A prime field as generators of WebAssembly see it: two elements at a time, in the lanes of vectors, in one of two
// representations. Point additions, butterflies and products of rows are written once, on top of this.
//
// Elements are in Montgomery form, and so are constants: the caller multiplies by the radix. Their values are signed,
// and are not reduced more than their use asks for. What is allowed, in multiples of the modulus m:
//
// - a factor is a `reduced` element, the sum or the difference of two, or a product;
// - `sumOfProducts` takes up to two products of such factors, three if one factor of each is reduced. The products of
//   the values may add up to 4·m²; what comes out is at most m and 0.378 of that sum over m, or 3.1·m in narrow limbs;
// - `square` takes a reduced element, or a product of at most 2·m: powers need `reduced` in between;
// - `reduced` takes values up to 4·m, in narrow limbs more: a product and up to three reduced elements, added or
//   subtracted.

import type { FunctionWriter, Value } from "../webassembly/function-writer.ts";

/** Two elements: a vector for each limb, with the first element's limb in the first lane. */
export type Element = readonly Value[];

export interface VectorField {
  readonly modulus: bigint;
  /** Montgomery's R: an element x is kept as x·R mod m. */
  readonly radix: bigint;
  /** Bytes of an element in memory, a multiple of 8; all zero is the element 0. */
  readonly elementBytes: number;
  /** Bytes of two elements whose limbs alternate, which `load` takes faster than `gather`; a multiple of 16. */
  readonly pairBytes: number;

  /** How an element with the value `value` (below m, times the radix) lies in memory. */
  bytesOf(value: bigint): Uint8Array;
  /** The same value in both lanes, below m. */
  constant(code: FunctionWriter, value: bigint): Element;
  /** A pair at an address. */
  load(code: FunctionWriter, address: Value, offset: number): Element;
  store(code: FunctionWriter, address: Value, offset: number, element: Element): void;
  /** An element from each of two addresses. */
  gather(code: FunctionWriter, addresses: readonly [Value, Value], offset: number): Element;
  /** An element to each of two addresses. */
  scatter(code: FunctionWriter, addresses: readonly [Value, Value], offset: number, element: Element): void;

  add(code: FunctionWriter, left: Element, right: Element): Element;
  sub(code: FunctionWriter, left: Element, right: Element): Element;
  neg(code: FunctionWriter, element: Element): Element;
  /** The negative in the lanes where the mask has ones. */
  negatedWhere(code: FunctionWriter, mask: Value, element: Element): Element;
  /** The sum of some products, over R, in one reduction. Its limbs are kept in variables. */
  sumOfProducts(code: FunctionWriter, products: readonly (readonly [Element, Element])[]): Element;
  /** Of a reduced element, or of a product of at most 2·m. */
  square(code: FunctionWriter, element: Element): Element;
  /** The same value mod m, at most 0.51·m, kept in variables. */
  reduced(code: FunctionWriter, element: Element): Element;

  /** The two numbers below 2^255 whose 64-bit words, the lowest first, are in the lanes of four vectors. */
  fromWords(code: FunctionWriter, words: readonly Value[]): Element;
  /** The least non-negative value of the element in a lane (of a product or a reduced element), as four words. */
  toWords(code: FunctionWriter, element: Element): readonly (readonly Value[])[];
}

/** Computes an element once, for several uses. */
export function keep(code: FunctionWriter, element: Element): Element {
  return element.map((limb) => code.keep(limb));
}

/** `base ^ exponent mod m`. */
function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** `1 / value mod m`, of a value that the prime m does not divide. */
export function inverse(value: bigint, modulus: bigint): bigint {
  return power(value, modulus - 2n, modulus);
}
