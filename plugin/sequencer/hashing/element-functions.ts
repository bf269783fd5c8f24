// Functions of elements that lie in memory, two in the lanes of vectors, for kernels that are put together of calls.

import { type Element, keep, type VectorField } from "../../prover/curve/field/vector-field.ts";
import type { FunctionWriter, Value } from "../../prover/curve/webassembly/function-writer.ts";
import type { ModuleWriter } from "../../prover/curve/webassembly/module-writer.ts";

/** Bytes of an element as others see it: plain, canonical, little-endian. */
export const wordBytes = 32;

/** Operands are addresses of pairs of elements, those in memory always reduced; the result's comes last. */
export type ElementFunctions = {
  readonly mul: FunctionWriter;
  readonly square: FunctionWriter;
  /** `(first, second, output)`: a pair of two plain numbers below 2^255 at two addresses. */
  readonly read: FunctionWriter;
  /** `(element, first, second)`: the way back, to canonical numbers. */
  readonly write: FunctionWriter;
};

/** Adds the functions to a module. */
export function addElementFunctions(writer: ModuleWriter, field: VectorField): ElementFunctions {
  const define = (name: string, result: (code: FunctionWriter, operands: readonly Value[]) => Element) => {
    const parameters = name === "square" ? 2 : 3;
    const code = writer.function(name, parameters);
    const operands = code.parameters.map(({ get }) => get);
    const element = field.reduced(code, result(code, operands));
    field.store(code, operands[parameters - 1] as Value, 0, element);
    return code;
  };
  const mul = define("mul", (code, [left, right]) => {
    const factors = [left, right].map((address) => keep(code, field.load(code, address as Value, 0)));
    return field.sumOfProducts(code, [factors as [Element, Element]]);
  });
  const square = define("square", (code, [element]) =>
    field.square(code, keep(code, field.load(code, element as Value, 0))),
  );
  const read = define("read", (code, [first, second]) => {
    const words = [0, 8, 16, 24].map((byte) =>
      code.keep(code.v128.gather(first as Value, second as Value, byte)),
    );
    const toMontgomery = field.constant(code, (field.radix * field.radix) % field.modulus);
    return field.sumOfProducts(code, [[keep(code, field.fromWords(code, words)), toMontgomery]]);
  });
  const write = writer.function("write", 3);
  const [address, ...outputs] = write.parameters.map(({ get }) => get) as [Value, Value, Value];
  const element = keep(write, field.load(write, address, 0));
  const plain = field.sumOfProducts(write, [[element, field.constant(write, 1n)]]);
  field.toWords(write, plain).forEach((words, lane) => {
    words.forEach((word, index) => {
      write.i64.store(outputs[lane] as Value, 8 * index, word);
    });
  });
  return { mul, square, read, write };
}

/** How two elements of the same value lie in memory. */
export function pairOf(field: VectorField, value: bigint): Uint8Array {
  const limbs = new BigUint64Array(field.bytesOf((value * field.radix) % field.modulus).slice().buffer);
  return new Uint8Array(BigUint64Array.from([...limbs].flatMap((limb) => [limb, limb])).buffer);
}
