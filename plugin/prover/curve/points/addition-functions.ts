// Many additions of affine points that share their inversion (Montgomery, "Speeding the Pollard and elliptic curve
// methods of factorization", 1987): five multiplications and a square each, of any two points with different x.
// There are two additions in the lanes of each vector.
//
// A list has six addresses for two additions: of both summands and of the sum of the first, then of the second.
// The lowest bit of a summand's address, which is even, asks for the opposite point. Sums may take the place of
// summands that no later addition of the list reads.

import type { FunctionWriter, Value, Variable } from "../webassembly/function-writer.ts";
import type { ModuleWriter } from "../webassembly/module-writer.ts";
import type { Coordinate, Coordinates } from "./coordinates.ts";

/** Bytes of two additions in a list. */
export const additionPairBytes = 24;

/** Bytes that the processor takes from memory at once. */
const lineBytes = 64;

/**
 * Writes `fetch(list, pairs, output)`: reads a word of every line of memory that the summands are in. Points are all
 * over a memory larger than the caches; here many of them are on their way at once, which the long sequences of
 * instructions of the additions would not allow. `output` receives a vector that means nothing.
 */
export function fetchFunction(module: ModuleWriter, coordinates: Coordinates): void {
  const code = module.function(`fetch${coordinates.suffix}`, 3);
  const [list, pairs, output] = code.parameters as [Variable, Variable, Variable];
  const sum = code.variable("i64");
  code.repeat(() => {
    for (const offset of [0, 4, 12, 16]) {
      const point = code.keep(code.i32.and(code.i32.load(list.get, offset), code.integer(-2)), "i32");
      const last = 2 * coordinates.bytes - 8;
      for (let line = 0; line < last + lineBytes; line += lineBytes) {
        sum.set(code.i64.add(sum.get, code.i64.load(point, Math.min(line, last))));
      }
    }
    code.advance(list, additionPairBytes);
    code.advance(pairs, -1);
  }, pairs.get);
  code.i64.store(output.get, 0, sum.get);
}

/**
 * Writes `differences(list, pairs, differences, products)`: the differences of the summands' x, and their running
 * products. `products` begins with a one, so that it has one pair more.
 */
export function differencesFunction(module: ModuleWriter, coordinates: Coordinates): void {
  const code = module.function(`differences${coordinates.suffix}`, 4);
  const [list, pairs, differences, products] = code.parameters as Four;
  const product = variables(code, coordinates.load(code, products.get));
  code.repeat(() => {
    const first = summands(code, list.get, 0);
    const second = summands(code, list.get, 4);
    const difference = coordinates.sub(
      code,
      coordinates.gather(code, second.addresses, 0),
      coordinates.gather(code, first.addresses, 0),
    );
    coordinates.store(code, differences.get, difference);
    const next = coordinates.factor(code, coordinates.mul(code, get(product), difference));
    set(product, next);
    coordinates.store(code, products.get, next, coordinates.pairBytes);
    code.advance(list, additionPairBytes);
    code.advance(differences, coordinates.pairBytes);
    code.advance(products, coordinates.pairBytes);
    code.advance(pairs, -1);
  }, pairs.get);
}

/**
 * Writes `additions(list, pairs, differences, products, inverted)`: the additions, from the last pair to the first.
 * The addresses are those of the last pair, and of the product before it; `inverted` is the inverse of all products.
 */
export function additionsFunction(module: ModuleWriter, coordinates: Coordinates): void {
  const code = module.function(`additions${coordinates.suffix}`, 5);
  const [list, pairs, differences, products, inverted] = code.parameters as Five;
  const inverse = variables(code, coordinates.load(code, inverted.get));
  code.repeat(() => {
    const first = summands(code, list.get, 0);
    const second = summands(code, list.get, 4);
    const firstY = coordinates.negatedWhere(
      code,
      first.signs,
      coordinates.gather(code, first.addresses, coordinates.bytes),
    );
    const secondY = coordinates.negatedWhere(
      code,
      second.signs,
      coordinates.gather(code, second.addresses, coordinates.bytes),
    );
    const inverseOfDifference = coordinates.mul(code, get(inverse), coordinates.load(code, products.get));
    set(
      inverse,
      coordinates.factor(code, coordinates.mul(code, get(inverse), coordinates.load(code, differences.get))),
    );
    const slope = coordinates.factor(
      code,
      coordinates.mul(code, inverseOfDifference, coordinates.sub(code, secondY, firstY)),
    );
    const firstX = coordinates.gather(code, first.addresses, 0);
    const secondX = coordinates.gather(code, second.addresses, 0);
    const x = coordinates.reduced(
      code,
      coordinates.sub(code, coordinates.square(code, slope), coordinates.add(code, firstX, secondX)),
    );
    const y = coordinates.reduced(
      code,
      coordinates.sub(code, coordinates.mul(code, slope, coordinates.sub(code, firstX, x)), firstY),
    );
    const sums = [address(code, list.get, 8), address(code, list.get, 20)] as const;
    coordinates.scatter(code, sums, 0, x);
    coordinates.scatter(code, sums, coordinates.bytes, y);
    code.advance(list, -additionPairBytes);
    code.advance(differences, -coordinates.pairBytes);
    code.advance(products, -coordinates.pairBytes);
    code.advance(pairs, -1);
  }, pairs.get);
}

type Four = [Variable, Variable, Variable, Variable];
type Five = [...Four, Variable];

interface Summands {
  readonly addresses: readonly [Value, Value];
  /** Ones in the lanes of points whose opposite is meant. */
  readonly signs: Value;
}

/** One summand of each of two additions. */
function summands(code: FunctionWriter, list: Value, offset: number): Summands {
  const words = [0, additionPairBytes / 2].map((lane) => address(code, list, offset + lane)) as [
    Value,
    Value,
  ];
  const even = (word: Value): Value => code.keep(code.i32.and(word, code.integer(-2)), "i32");
  const sign = (word: Value): Value =>
    code.i64.extend(code.i32.sub(code.integer(0), code.i32.and(word, code.integer(1))));
  return {
    addresses: [even(words[0]), even(words[1])],
    signs: code.keep(code.i64x2.of(sign(words[0]), sign(words[1]))),
  };
}

function address(code: FunctionWriter, list: Value, offset: number): Value {
  return code.keep(code.i32.load(list, offset), "i32");
}

type Variables = readonly (readonly Variable[])[];

function variables(code: FunctionWriter, value: Coordinate): Variables {
  return value.map((element) =>
    element.map((limb) => {
      const variable = code.variable("v128");
      variable.set(limb);
      return variable;
    }),
  );
}

function get(value: Variables): Coordinate {
  return value.map((element) => element.map((limb) => limb.get));
}

function set(value: Variables, to: Coordinate): void {
  value.forEach((element, index) => {
    element.forEach((limb, position) => {
      limb.set((to[index] as readonly Value[])[position] as Value);
    });
  });
}
