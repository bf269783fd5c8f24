// Point additions on vectors of doubles: pairs of them, a pair in the lanes of each vector.

import { elementBytes, type Limbs, limbs, pairBytes, reduced, sumOfProducts } from "./vector-element.ts";
import { type ConstantPool, FunctionWriter, type Value, type Variable } from "./webassembly-writer.ts";

/** What is done with elements of a field whose elements have `components` coordinates over the prime field. */
export function additionFunctions(pool: ConstantPool, components: 1 | 2, mulIndex: number): FunctionWriter[] {
  const pair = components * pairBytes;
  const coordinate = components * elementBytes;

  /** Component `index` of the pair at an address. */
  const load = (code: FunctionWriter, address: Value, index: number): Value[] =>
    Array.from({ length: limbs }, (_, limb) => code.v128.load(address, 16 * (limbs * index + limb)));
  const store = (code: FunctionWriter, address: Value, index: number, value: Limbs): void =>
    value.forEach((each, limb) => {
      code.v128.store(address, 16 * (limbs * index + limb), each);
    });
  /** A component of a coordinate of two points. */
  const gather = (code: FunctionWriter, points: Points, at: 0 | 1, index: number): Value[] =>
    Array.from({ length: limbs }, (_, limb) =>
      code.v128.gather(points[0], points[1], at * coordinate + 8 * (limbs * index + limb)),
    );
  const componentIndices = components === 1 ? [0] : [0, 1];

  const mul = new FunctionWriter(pool, `mul${components}`, 3);
  {
    const [left, right, output] = mul.parameters.map(({ get }) => get) as [Value, Value, Value];
    const factor = (address: Value, index: number): Value[] =>
      load(mul, address, index).map((limb) => mul.keep(limb));
    const a0 = factor(left, 0);
    const b0 = factor(right, 0);
    if (components === 1) {
      store(mul, output, 0, sumOfProducts(mul, [[a0, b0]]));
    } else {
      const a1 = factor(left, 1);
      const b1 = factor(right, 1);
      const negative = a1.map((limb) => mul.keep(mul.f64x2.neg(limb)));
      const real = reduced(
        mul,
        sumOfProducts(mul, [
          [a0, b0],
          [negative, b1],
        ]),
      );
      const imaginary = reduced(
        mul,
        sumOfProducts(mul, [
          [a0, b1],
          [a1, b0],
        ]),
      );
      store(mul, output, 0, real);
      store(mul, output, 1, imaginary);
    }
  }

  const prefixes = new FunctionWriter(pool, `prefixes${components}`, 5);
  {
    const [targets, addends, count, differences, products] = prefixes.parameters as Parameters5;
    prefixes.repeat(() => {
      const target = pointsAt(prefixes, targets.get);
      const addend = pointsAt(prefixes, addends.get);
      for (const index of componentIndices) {
        const difference = map(
          gather(prefixes, addend, 0, index),
          gather(prefixes, target, 0, index),
          prefixes.f64x2.sub,
        );
        store(prefixes, differences.get, index, difference);
      }
      const next = prefixes.keep(prefixes.i32.add(products.get, prefixes.integer(pair)), "i32");
      prefixes.call(mulIndex, products.get, differences.get, next);
      products.set(next);
      prefixes.advance(targets, 8);
      prefixes.advance(addends, 8);
      prefixes.advance(differences, pair);
      prefixes.advance(count, -1);
    }, count.get);
  }

  const additions = new FunctionWriter(pool, `additions${components}`, 7);
  {
    const [targets, addends, count, differences, products, inverted, temporary] =
      additions.parameters as Parameters7;
    const { f64x2, i32 } = additions;
    const slope = temporary.get;
    const value = additions.keep(i32.add(temporary.get, additions.integer(pair)), "i32");
    additions.repeat(() => {
      const target = pointsAt(additions, targets.get);
      const addend = pointsAt(additions, addends.get);
      additions.call(mulIndex, inverted.get, products.get, slope);
      additions.call(mulIndex, inverted.get, differences.get, inverted.get);
      for (const index of componentIndices) {
        store(
          additions,
          value,
          index,
          map(gather(additions, addend, 1, index), gather(additions, target, 1, index), f64x2.sub),
        );
      }
      additions.call(mulIndex, slope, value, slope);
      additions.call(mulIndex, slope, slope, value);
      for (const index of componentIndices) {
        const x = gather(additions, target, 0, index).map((limb) => additions.keep(limb));
        const others = map(x, gather(additions, addend, 0, index), f64x2.add);
        const sum = reduced(
          additions,
          map(load(additions, value, index), others, f64x2.sub).map((limb) => additions.keep(limb)),
        );
        scatter(additions, target, 0, index, sum, coordinate);
        store(additions, value, index, map(x, sum, f64x2.sub));
      }
      additions.call(mulIndex, slope, value, value);
      for (const index of componentIndices) {
        const y = gather(additions, target, 1, index);
        const sum = map(load(additions, value, index), y, f64x2.sub).map((limb) => additions.keep(limb));
        scatter(additions, target, 1, index, reduced(additions, sum), coordinate);
      }
      additions.advance(targets, -8);
      additions.advance(addends, -8);
      additions.advance(differences, -pair);
      additions.advance(products, -pair);
      additions.advance(count, -1);
    }, count.get);
  }
  return [mul, prefixes, additions];
}

type Points = readonly [first: Value, second: Value];
type Parameters5 = [Variable, Variable, Variable, Variable, Variable];
type Parameters7 = [...Parameters5, Variable, Variable];

/** Two points whose addresses are in a list. */
function pointsAt(code: FunctionWriter, list: Value): Points {
  return [code.keep(code.i32.load(list, 0), "i32"), code.keep(code.i32.load(list, 4), "i32")];
}

function scatter(
  code: FunctionWriter,
  points: Points,
  at: 0 | 1,
  index: number,
  value: Limbs,
  coordinate: number,
): void {
  value.forEach((limb, position) => {
    code.v128.scatter(points[0], points[1], at * coordinate + 8 * (limbs * index + position), limb);
  });
}

function map(left: Limbs, right: Limbs, operation: (left: Value, right: Value) => Value): Value[] {
  return left.map((value, index) => operation(value, right[index] as Value));
}
