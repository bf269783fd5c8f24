// Point additions in vectors: pairs of them, a pair in the lanes of each vector.

import { type Element, keep, type VectorField } from "./field/vector-field.ts";
import type { FunctionWriter, Value, Variable } from "./webassembly/function-writer.ts";
import type { ModuleWriter } from "./webassembly/module-writer.ts";

/** Writes what is done with elements of a field whose elements have `components` coordinates over the prime field. */
export function additionFunctions(module: ModuleWriter, field: VectorField, components: 1 | 2): void {
  const { elementBytes, pairBytes } = field;
  const pair = components * pairBytes;
  const coordinate = components * elementBytes;
  const componentIndices = components === 1 ? [0] : [0, 1];
  /** A component of a coordinate of two points. */
  const gather = (code: FunctionWriter, points: Points, at: 0 | 1, index: number): Element =>
    field.gather(code, points, at * coordinate + elementBytes * index);
  const scatter = (code: FunctionWriter, points: Points, at: 0 | 1, index: number, value: Element): void =>
    field.scatter(code, points, at * coordinate + elementBytes * index, value);

  const mul = module.function(`mul${components}`, 3);
  {
    const [left, right, output] = mul.parameters.map(({ get }) => get) as [Value, Value, Value];
    const factor = (address: Value, index: number): Element =>
      keep(mul, field.load(mul, address, pairBytes * index));
    const a0 = factor(left, 0);
    const b0 = factor(right, 0);
    if (components === 1) {
      field.store(mul, output, 0, field.sumOfProducts(mul, [[a0, b0]]));
    } else {
      const a1 = factor(left, 1);
      const b1 = factor(right, 1);
      const negative = keep(mul, field.neg(mul, a1));
      const real = field.sumOfProducts(mul, [
        [a0, b0],
        [negative, b1],
      ]);
      const imaginary = field.sumOfProducts(mul, [
        [a0, b1],
        [a1, b0],
      ]);
      field.store(mul, output, 0, field.reduced(mul, real));
      field.store(mul, output, pairBytes, field.reduced(mul, imaginary));
    }
  }

  const prefixes = module.function(`prefixes${components}`, 5);
  {
    const [targets, addends, count, differences, products] = prefixes.parameters as Parameters5;
    prefixes.repeat(() => {
      const target = pointsAt(prefixes, targets.get);
      const addend = pointsAt(prefixes, addends.get);
      for (const index of componentIndices) {
        const difference = field.sub(
          prefixes,
          gather(prefixes, addend, 0, index),
          gather(prefixes, target, 0, index),
        );
        field.store(prefixes, differences.get, pairBytes * index, difference);
      }
      const next = prefixes.keep(prefixes.i32.add(products.get, prefixes.integer(pair)), "i32");
      prefixes.call(mul, products.get, differences.get, next);
      products.set(next);
      prefixes.advance(targets, 8);
      prefixes.advance(addends, 8);
      prefixes.advance(differences, pair);
      prefixes.advance(count, -1);
    }, count.get);
  }

  const additions = module.function(`additions${components}`, 7);
  {
    const [targets, addends, count, differences, products, inverted, temporary] =
      additions.parameters as Parameters7;
    const slope = temporary.get;
    const value = additions.keep(additions.i32.add(temporary.get, additions.integer(pair)), "i32");
    additions.repeat(() => {
      const target = pointsAt(additions, targets.get);
      const addend = pointsAt(additions, addends.get);
      additions.call(mul, inverted.get, products.get, slope);
      additions.call(mul, inverted.get, differences.get, inverted.get);
      for (const index of componentIndices) {
        const difference = field.sub(
          additions,
          gather(additions, addend, 1, index),
          gather(additions, target, 1, index),
        );
        field.store(additions, value, pairBytes * index, difference);
      }
      additions.call(mul, slope, value, slope);
      additions.call(mul, slope, slope, value);
      for (const index of componentIndices) {
        const x = keep(additions, gather(additions, target, 0, index));
        const others = field.add(additions, x, gather(additions, addend, 0, index));
        const square = field.load(additions, value, pairBytes * index);
        const sum = field.reduced(additions, keep(additions, field.sub(additions, square, others)));
        scatter(additions, target, 0, index, sum);
        field.store(additions, value, pairBytes * index, field.sub(additions, x, sum));
      }
      additions.call(mul, slope, value, value);
      for (const index of componentIndices) {
        const y = gather(additions, target, 1, index);
        const sum = keep(additions, field.sub(additions, field.load(additions, value, pairBytes * index), y));
        scatter(additions, target, 1, index, field.reduced(additions, sum));
      }
      additions.advance(targets, -8);
      additions.advance(addends, -8);
      additions.advance(differences, -pair);
      additions.advance(products, -pair);
      additions.advance(count, -1);
    }, count.get);
  }
}

type Points = readonly [first: Value, second: Value];
type Parameters5 = [Variable, Variable, Variable, Variable, Variable];
type Parameters7 = [...Parameters5, Variable, Variable];

/** Two points whose addresses are in a list. */
function pointsAt(code: FunctionWriter, list: Value): Points {
  return [code.keep(code.i32.load(list, 0), "i32"), code.keep(code.i32.load(list, 4), "i32")];
}
