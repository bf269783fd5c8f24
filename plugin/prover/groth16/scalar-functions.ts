// The prover's arithmetic in the scalar field, generated for any representation of it: products of matrix rows with a
// witness, and the transforms of quotient.ts. A vector of n elements lies in n/2 pairs, element k in lane 0 of pair k
// and element k + n/2 in lane 1: the halves of a transform then run in the two lanes, with the same twiddle factors.

import { snarkjsRadix, unpackFunction } from "../curve/field/conversion.ts";
import { type Element, keep, type VectorField } from "../curve/field/vector-field.ts";
import type { FunctionWriter, Value, Variable } from "../curve/webassembly/function-writer.ts";
import type { ModuleWriter } from "../curve/webassembly/module-writer.ts";

/** Operands are addresses in the imported memory; every count is at least 1. */
export interface ScalarFunctions {
  /** Plain numbers of 32 bytes to elements, an even count of them. */
  unpackPlain(input: number, output: number, count: number): void;
  /** The same for numbers times 2^512, as the coefficients of a key are. */
  unpackFactors(input: number, output: number, count: number): void;
  /** Elements times a factor; `2·pairs` of them. */
  scale(input: number, output: number, factor: number, pairs: number): void;
  /**
   * Sums of terms, one an element, to every second place of pairs.
   *
   * @param terms Pairs of terms: two addresses of values, two of factors.
   * @param counts Of pairs in each row, at least one.
   */
  rows(terms: number, counts: number, output: number, rows: number): void;
  /** Products of two vectors, pair by pair. */
  multiply(left: number, right: number, output: number, pairs: number): void;
  /** `(x, y) → (x + y, (x − y)·t)` for the pairs of successive blocks, `half` apart. */
  splitBlocks(pairs: number, twiddles: number, half: number, blocks: number): void;
  /** The same for the two lanes of each pair. `one` is the element 1. */
  splitLanes(pairs: number, twiddles: number, one: number, count: number): void;
  /** `(x, y) → (x + y·t, x − y·t)`. */
  mergeBlocks(pairs: number, twiddles: number, half: number, blocks: number): void;
  mergeLanes(pairs: number, twiddles: number, one: number, count: number): void;
  /** `a·b·factors[0] + c·factors[1]` as plain numbers; lanes go to the two outputs. */
  combine(
    a: number,
    b: number,
    c: number,
    factors: number,
    firstOutput: number,
    secondOutput: number,
    pairs: number,
  ): void;
}

/** Adds the functions to a module. */
export function defineScalarFunctions(module: ModuleWriter, field: VectorField): void {
  unpackFunction(module, "unpackPlain", field, 1n);
  unpackFunction(module, "unpackFactors", field, snarkjsRadix ** 2n);
  defineScale(module, field);
  defineRows(module, field);
  defineMultiply(module, field);
  defineSplit(module, field);
  defineMerge(module, field);
  defineCombine(module, field);
}

function defineScale(module: ModuleWriter, field: VectorField): void {
  const code = module.function("scale", 4);
  const [input, output, factor, count] = code.parameters as Parameters4;
  const multiplier = broadcast(code, field, factor.get);
  code.repeat(() => {
    const element = keep(code, field.gather(code, neighbours(code, field, input.get), 0));
    const value = field.reduced(code, field.sumOfProducts(code, [[element, multiplier]]));
    field.scatter(code, neighbours(code, field, output.get), 0, value);
    code.advance(input, 2 * field.elementBytes);
    code.advance(output, 2 * field.elementBytes);
    code.advance(count, -1);
  }, count.get);
}

function defineRows(module: ModuleWriter, field: VectorField): void {
  const code = module.function("rows", 4);
  const [terms, counts, output, rows] = code.parameters as Parameters4;
  const zero = code.lanes(0n);
  const sum = Array.from({ length: field.pairBytes / 16 }, () => code.variable("v128"));
  const sums = sum.map(({ get }) => get);
  const left = code.variable("i32");
  const address = (index: number): Value => code.keep(code.i32.load(terms.get, 4 * index), "i32");
  code.repeat(() => {
    left.set(code.i32.load(counts.get));
    for (const limb of sum) limb.set(zero);
    code.repeat(() => {
      const value = keep(code, field.gather(code, [address(0), address(1)], 0));
      const factor = keep(code, field.gather(code, [address(2), address(3)], 0));
      const product = field.sumOfProducts(code, [[factor, value]]);
      assign(sum, field.reduced(code, keep(code, field.add(code, sums, product))));
      code.advance(terms, 16);
      code.advance(left, -1);
    }, left.get);
    const total = field.reduced(code, keep(code, field.add(code, sums, exchanged(code, sums))));
    scatterOne(code, output.get, total);
    code.advance(counts, 4);
    code.advance(output, field.pairBytes);
    code.advance(rows, -1);
  }, rows.get);
}

function defineMultiply(module: ModuleWriter, field: VectorField): void {
  const code = module.function("multiply", 4);
  const [left, right, output, count] = code.parameters as Parameters4;
  code.repeat(() => {
    const x = keep(code, field.load(code, left.get, 0));
    const y = keep(code, field.load(code, right.get, 0));
    field.store(code, output.get, 0, field.reduced(code, field.sumOfProducts(code, [[x, y]])));
    for (const pointer of [left, right, output]) code.advance(pointer, field.pairBytes);
    code.advance(count, -1);
  }, count.get);
}

function defineSplit(module: ModuleWriter, field: VectorField): void {
  defineBlocks(module, "splitBlocks", field, (code, x, y, twiddle) => {
    const difference = keep(code, field.sub(code, x, y));
    return [
      field.reduced(code, keep(code, field.add(code, x, y))),
      field.reduced(code, field.sumOfProducts(code, [[difference, twiddle]])),
    ];
  });
  defineLanes(module, "splitLanes", field, (code, pair, factors) => {
    const both = keep(code, sumAndDifference(code, field, pair));
    return field.reduced(code, field.sumOfProducts(code, [[both, factors]]));
  });
}

function defineMerge(module: ModuleWriter, field: VectorField): void {
  defineBlocks(module, "mergeBlocks", field, (code, x, y, twiddle) => {
    const product = field.sumOfProducts(code, [[y, twiddle]]);
    return [
      field.reduced(code, keep(code, field.add(code, x, product))),
      field.reduced(code, keep(code, field.sub(code, x, product))),
    ];
  });
  defineLanes(module, "mergeLanes", field, (code, pair, factors) => {
    const products = field.reduced(code, field.sumOfProducts(code, [[pair, factors]]));
    return field.reduced(code, keep(code, sumAndDifference(code, field, products)));
  });
}

/** A butterfly for all pairs of blocks. */
function defineBlocks(
  module: ModuleWriter,
  name: string,
  field: VectorField,
  butterfly: (code: FunctionWriter, x: Element, y: Element, twiddle: Element) => readonly [Element, Element],
): void {
  const code = module.function(name, 4);
  const [first, twiddles, half, blocks] = code.parameters as Parameters4;
  const second = code.variable("i32");
  const twiddle = code.variable("i32");
  const left = code.variable("i32");
  second.set(code.i32.add(first.get, code.i32.mul(half.get, code.integer(field.pairBytes))));
  code.repeat(() => {
    left.set(half.get);
    twiddle.set(twiddles.get);
    code.repeat(() => {
      const x = keep(code, field.load(code, first.get, 0));
      const y = keep(code, field.load(code, second.get, 0));
      const [sum, difference] = butterfly(code, x, y, broadcast(code, field, twiddle.get));
      field.store(code, first.get, 0, sum);
      field.store(code, second.get, 0, difference);
      code.advance(first, field.pairBytes);
      code.advance(second, field.pairBytes);
      code.advance(twiddle, field.elementBytes);
      code.advance(left, -1);
    }, left.get);
    const upper = code.keep(second.get, "i32");
    second.set(code.i32.add(second.get, code.i32.mul(half.get, code.integer(field.pairBytes))));
    first.set(upper);
    code.advance(blocks, -1);
  }, blocks.get);
}

/** A butterfly for the lanes of each pair, of which the second has a twiddle factor. */
function defineLanes(
  module: ModuleWriter,
  name: string,
  field: VectorField,
  butterfly: (code: FunctionWriter, pair: Element, factors: Element) => Element,
): void {
  const code = module.function(name, 4);
  const [pairs, twiddle, one, count] = code.parameters as Parameters4;
  code.repeat(() => {
    const pair = keep(code, field.load(code, pairs.get, 0));
    const factors = keep(code, field.gather(code, [one.get, twiddle.get], 0));
    field.store(code, pairs.get, 0, butterfly(code, pair, factors));
    code.advance(pairs, field.pairBytes);
    code.advance(twiddle, field.elementBytes);
    code.advance(count, -1);
  }, count.get);
}

function defineCombine(module: ModuleWriter, field: VectorField): void {
  const code = module.function("combine", 7);
  const [a, b, c, factors, first, second, count] = code.parameters as Parameters7;
  const productFactor = broadcast(code, field, factors.get);
  const otherFactor = broadcast(code, field, code.i32.add(factors.get, code.integer(field.elementBytes)));
  code.repeat(() => {
    const [x, y, z] = [a, b, c].map(({ get }) => keep(code, field.load(code, get, 0))) as [
      Element,
      Element,
      Element,
    ];
    const product = field.sumOfProducts(code, [[x, y]]);
    const value = field.sumOfProducts(code, [
      [product, productFactor],
      [z, otherFactor],
    ]);
    field.toWords(code, value).forEach((words, lane) => {
      words.forEach((word, index) => {
        code.i64.store((lane === 0 ? first : second).get, 8 * index, word);
      });
    });
    for (const pointer of [a, b, c]) code.advance(pointer, field.pairBytes);
    for (const pointer of [first, second]) code.advance(pointer, 32);
    code.advance(count, -1);
  }, count.get);
}

type Parameters4 = [Variable, Variable, Variable, Variable];
type Parameters7 = [...Parameters4, Variable, Variable, Variable];

/** The element at an address in both lanes. */
function broadcast(code: FunctionWriter, field: VectorField, address: Value): Element {
  const at = code.keep(address, "i32");
  return keep(code, field.gather(code, [at, at], 0));
}

/** Addresses of two successive elements. */
function neighbours(code: FunctionWriter, field: VectorField, first: Value): readonly [Value, Value] {
  return [first, code.keep(code.i32.add(first, code.integer(field.elementBytes)), "i32")];
}

/** Lanes change places. */
function exchanged(code: FunctionWriter, element: Element): Element {
  const { i64x2 } = code;
  return element.map((limb) => code.keep(i64x2.of(i64x2.lane(limb, 1), i64x2.lane(limb, 0))));
}

/** `(x, y) → (x + y, x − y)` of the lanes. */
function sumAndDifference(code: FunctionWriter, field: VectorField, pair: Element): Element {
  const other = exchanged(code, pair);
  const sum = keep(code, field.add(code, pair, other));
  const difference = keep(code, field.sub(code, other, pair));
  const { i64x2 } = code;
  return sum.map((limb, index) => i64x2.of(i64x2.lane(limb, 0), i64x2.lane(difference[index] as Value, 1)));
}

/** An element whose lanes are equal, to every second word. */
function scatterOne(code: FunctionWriter, address: Value, element: Element): void {
  element.forEach((limb, index) => {
    code.i64.store(address, 16 * index, code.i64x2.lane(limb, 0));
  });
}

function assign(variables: readonly Variable[], values: Element): void {
  variables.forEach((variable, index) => {
    variable.set(values[index] as Value);
  });
}
