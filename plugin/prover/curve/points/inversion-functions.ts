// Inverses as powers (Fermat): both lanes at once, for whole lists of additions.

import type { VectorField } from "../field/vector-field.ts";
import type { FunctionWriter, Value, Variable } from "../webassembly/function-writer.ts";
import type { ModuleWriter } from "../webassembly/module-writer.ts";
import type { Coordinates } from "./coordinates.ts";

/** Bits of the exponent that are taken at once. */
const windowBits = 4;

/** Writes `mul(left, right, output)`, on pairs, reduced: powers would outgrow their limbs. */
export function mulFunction(module: ModuleWriter, coordinates: Coordinates): FunctionWriter {
  const code = module.function(`mul${coordinates.suffix}`, 3);
  const [left, right, output] = code.parameters.map(({ get }) => get) as [Value, Value, Value];
  const product = coordinates.mul(code, coordinates.load(code, left), coordinates.load(code, right));
  coordinates.store(code, output, coordinates.reduced(code, product));
  return code;
}

/** Writes `square(value, times)`: squares a pair of reduced elements in its place, so many times. */
function squareFunction(module: ModuleWriter, coordinates: Coordinates): FunctionWriter {
  const code = module.function(`square${coordinates.suffix}`, 2);
  const [value, times] = code.parameters as [Variable, Variable];
  code.repeat(() => {
    const square = coordinates.square(code, coordinates.load(code, value.get));
    coordinates.store(code, value.get, coordinates.reduced(code, square));
    code.advance(times, -1);
  }, times.get);
  return code;
}

/**
 * Writes `invert1(input, output, scratch)`: the inverses of a pair of elements, 0 of 0. The output is apart from the
 * input, and `scratch` has room for `inversionScratchPairs` pairs.
 */
export function invertElementFunction(
  module: ModuleWriter,
  field: VectorField,
  coordinates: Coordinates,
  mul: FunctionWriter,
): FunctionWriter {
  const square = squareFunction(module, coordinates);
  const code = module.function("invert1", 3);
  const [input, output, scratch] = code.parameters.map(({ get }) => get) as [Value, Value, Value];
  const pair = field.pairBytes;
  /** Address of the power of the input. */
  const power = (exponent: number): Value => code.i32.add(scratch, code.integer(pair * exponent));
  coordinates.store(code, power(1), coordinates.reduced(code, coordinates.load(code, input)));
  for (let exponent = 2; exponent < 2 ** windowBits; exponent++) {
    code.call(mul, power(exponent - 1), power(1), power(exponent));
  }
  const digits = (field.modulus - 2n).toString(2 ** windowBits);
  [...digits].forEach((character, index) => {
    const digit = Number.parseInt(character, 2 ** windowBits);
    if (index === 0) {
      coordinates.store(code, output, coordinates.load(code, power(digit)));
      return;
    }
    code.call(square, output, code.integer(windowBits));
    if (digit !== 0) code.call(mul, output, power(digit), output);
  });
  return code;
}

/** Pairs of room that inversions need. */
export const inversionScratchPairs = 2 ** windowBits + 2;

/** Writes `invert2(input, output, scratch)`: 1 / (a + bi) = (a − bi) / (a² + b²). */
export function invertExtensionFunction(
  module: ModuleWriter,
  field: VectorField,
  invert: FunctionWriter,
): void {
  const code = module.function("invert2", 3);
  const [input, output, scratch] = code.parameters.map(({ get }) => get) as [Value, Value, Value];
  const pair = field.pairBytes;
  const load = (address: Value, offset: number): readonly Value[] =>
    field.load(code, address, offset).map((limb) => code.keep(limb));
  const a = load(input, 0);
  const b = load(input, pair);
  const norm = code.keep(code.i32.add(scratch, code.integer(pair * 2 ** windowBits)), "i32");
  const inverse = code.keep(code.i32.add(norm, code.integer(pair)), "i32");
  field.store(
    code,
    norm,
    0,
    field.sumOfProducts(code, [
      [a, a],
      [b, b],
    ]),
  );
  code.call(invert, norm, inverse, scratch);
  const factor = load(inverse, 0);
  const product = (element: readonly Value[]): readonly Value[] =>
    field.reduced(code, field.sumOfProducts(code, [[element, factor]]));
  field.store(code, output, 0, product(a));
  field.store(code, output, pair, product(field.neg(code, b).map((limb) => code.keep(limb))));
}
