// Between elements and the 32 bytes, little-endian, that files and snarkjs keep: plain numbers, or numbers times a
// power of two (Montgomery form with R = 2^256).

import type { FunctionWriter, Value, Variable } from "../webassembly/function-writer.ts";
import type { ModuleWriter } from "../webassembly/module-writer.ts";
import { inverse, type VectorField } from "./vector-field.ts";

/** Montgomery's R in snarkjs' files. */
export const snarkjsRadix = 2n ** 256n;

/**
 * Writes `name(input, output, count)`: numbers to elements, for an even count.
 *
 * @param radix What the numbers are multiplied by: 1 for plain ones.
 */
export function unpackFunction(
  module: ModuleWriter,
  name: string,
  field: VectorField,
  radix: bigint,
): FunctionWriter {
  const code = module.function(name, 3);
  const [input, output, count] = code.parameters as [Variable, Variable, Variable];
  const factor = (field.radix * field.radix * inverse(radix, field.modulus)) % field.modulus;
  code.repeat(() => {
    const words = Array.from({ length: 4 }, (_, word) => {
      const at = (element: number): Value => code.i64.load(input.get, 32 * element + 8 * word);
      return code.keep(code.i64x2.of(at(0), at(1)));
    });
    const product = field.sumOfProducts(code, [[field.fromWords(code, words), field.constant(code, factor)]]);
    const second = code.keep(code.i32.add(output.get, code.integer(field.elementBytes)), "i32");
    field.scatter(code, [output.get, second], 0, field.reduced(code, product));
    code.advance(input, 64);
    code.advance(output, 2 * field.elementBytes);
    code.advance(count, -2);
  }, count.get);
  return code;
}

/** Writes `name(input, output, count)`: the way back, to the least non-negative number. */
export function packFunction(
  module: ModuleWriter,
  name: string,
  field: VectorField,
  radix: bigint,
): FunctionWriter {
  const code = module.function(name, 3);
  const [input, output, count] = code.parameters as [Variable, Variable, Variable];
  const factor = field.constant(code, radix % field.modulus);
  code.repeat(() => {
    const second = code.keep(code.i32.add(input.get, code.integer(field.elementBytes)), "i32");
    const element = field.gather(code, [input.get, second], 0).map((limb) => code.keep(limb));
    const lanes = field.toWords(code, field.sumOfProducts(code, [[element, factor]]));
    lanes.forEach((words, lane) => {
      words.forEach((word, index) => {
        code.i64.store(output.get, 32 * lane + 8 * index, word);
      });
    });
    code.advance(input, 2 * field.elementBytes);
    code.advance(output, 64);
    code.advance(count, -2);
  }, count.get);
  return code;
}
