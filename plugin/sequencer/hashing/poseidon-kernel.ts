// Poseidon in WebAssembly, two hashes at a time in the lanes of vectors, over whatever representation of the field the
// processor is good at (prover/curve/field). The state lies in memory, an element after the other, as do the constants
// in the order in which they are used.

import { type FullRound, poseidonRounds, type SparseRound } from "../../protocol/poseidon-rounds.ts";
import { type Element, keep, type VectorField } from "../../prover/curve/field/vector-field.ts";
import type { FunctionWriter, Value, Variable } from "../../prover/curve/webassembly/function-writer.ts";
import type { ModuleWriter } from "../../prover/curve/webassembly/module-writer.ts";
import { type ElementFunctions, pairOf, wordBytes } from "./element-functions.ts";

/** Products of reduced elements that are reduced together: as many as every VectorField allows. */
const productsAtOnce = 3;

/**
 * Hashes an even number of groups of plain canonical elements.
 *
 * @param input Address of the first group, `inputStep` bytes before the next one; `output` likewise.
 * @param constants Address of poseidonConstants.
 * @param state Address of scratchBytes.
 */
export type HashFunction = (
  input: number,
  inputStep: number,
  output: number,
  outputStep: number,
  pairs: number,
  constants: number,
  state: number,
) => void;

/** Bytes that the function which hashes that many elements needs for itself. */
export function scratchBytes(field: VectorField, inputs: number): number {
  return (inputs + 2) * field.pairBytes;
}

/** What the function which hashes that many elements reads its constants from. */
export function poseidonConstants(field: VectorField, inputs: number): Uint8Array {
  const { first, partial, last } = poseidonRounds(inputs + 1);
  const ofFull = ({ constants, matrix }: FullRound): bigint[] => [...constants, ...matrix.flat()];
  const ofSparse = ({ constant, row, column }: SparseRound): bigint[] => [constant, ...row, ...column];
  const values = [...first.flatMap(ofFull), ...partial.flatMap(ofSparse), ...last.flatMap(ofFull)];
  const bytes = new Uint8Array(values.length * field.pairBytes);
  values.forEach((value, index) => {
    bytes.set(pairOf(field, value), index * field.pairBytes);
  });
  return bytes;
}

/** Adds the HashFunction `hash<inputs>` to a module; once for a number of inputs. */
export function addPoseidon(
  writer: ModuleWriter,
  field: VectorField,
  { read, write }: ElementFunctions,
  inputs: number,
): void {
  const { pairBytes } = field;
  const width = inputs + 1;
  const { first, partial, last } = poseidonRounds(width);
  const fifth = fifthPower(writer, field, inputs);
  const dot = dotProduct(writer, field, inputs);
  const addTo = addProduct(writer, field, inputs);

  const hash = writer.function(`hash${inputs}`, 7);
  const [input, inputStep, output, outputStep, pairs, constants, state] = hash.parameters as [
    Variable,
    Variable,
    Variable,
    Variable,
    Variable,
    Variable,
    Variable,
  ];
  const { i32 } = hash;
  const at = (base: Value, elements: number): Value => i32.add(base, hash.integer(elements * pairBytes));
  const sum = hash.keep(at(state.get, width), "i32");
  const next = hash.variable("i32");
  const rounds = hash.variable("i32");
  const advance = (elements: number): void => hash.advance(next, elements * pairBytes);
  const repeat = (count: number, body: () => void): void => {
    rounds.set(hash.integer(count));
    hash.repeat(() => {
      body();
      hash.advance(rounds, -1);
    }, rounds.get);
  };
  const fullRound = (rows: number): void => {
    for (let index = 0; index < width; index++) {
      hash.call(fifth, at(state.get, index), at(next.get, index));
    }
    advance(width);
    // Every row needs all elements, so that none is replaced before the last row.
    const results = Array.from({ length: rows }, (): Element => {
      hash.call(dot, state.get, next.get, sum);
      advance(width);
      return keep(hash, field.load(hash, sum, 0));
    });
    results.forEach((result, index) => {
      field.store(hash, state.get, index * pairBytes, result);
    });
  };

  hash.repeat(() => {
    next.set(constants.get);
    const second = hash.keep(i32.add(input.get, inputStep.get), "i32");
    field.store(hash, state.get, 0, field.constant(hash, 0n));
    for (let index = 0; index < inputs; index++) {
      const word = hash.integer(index * wordBytes);
      hash.call(read, i32.add(input.get, word), i32.add(second, word), at(state.get, index + 1));
    }
    repeat(first.length, () => fullRound(width));
    repeat(partial.length, () => {
      hash.call(fifth, state.get, next.get);
      hash.call(dot, state.get, at(next.get, 1), sum);
      for (let index = 1; index < width; index++) {
        hash.call(addTo, at(state.get, index), state.get, at(next.get, width + index));
      }
      field.store(hash, state.get, 0, keep(hash, field.load(hash, sum, 0)));
      advance(2 * width);
    });
    repeat(last.length - 1, () => fullRound(width));
    fullRound(1);
    hash.call(write, state.get, output.get, i32.add(output.get, outputStep.get));
    for (let lane = 0; lane < 2; lane++) {
      input.set(i32.add(input.get, inputStep.get));
      output.set(i32.add(output.get, outputStep.get));
    }
    hash.advance(pairs, -1);
  }, pairs.get);
}

/** `(element, constant)`: `element = (element + constant)^5`. */
function fifthPower(writer: ModuleWriter, field: VectorField, inputs: number): FunctionWriter {
  const code = writer.function(`fifth${inputs}`, 2);
  const [element, constant] = addresses(code) as [Value, Value];
  const sum = field.add(code, field.load(code, element, 0), field.load(code, constant, 0));
  const x = field.reduced(code, keep(code, sum));
  const fourth = field.square(code, field.square(code, x));
  field.store(code, element, 0, field.reduced(code, field.sumOfProducts(code, [[fourth, x]])));
  return code;
}

/** `(elements, row, output)`: `output = row · elements`. */
function dotProduct(writer: ModuleWriter, field: VectorField, inputs: number): FunctionWriter {
  const code = writer.function(`dot${inputs}`, 3);
  const [elements, row, output] = addresses(code) as [Value, Value, Value];
  const products = Array.from({ length: inputs + 1 }, (_, index): [Element, Element] => [
    keep(code, field.load(code, elements, index * field.pairBytes)),
    keep(code, field.load(code, row, index * field.pairBytes)),
  ]);
  const parts: Element[] = [];
  for (let from = 0; from < products.length; from += productsAtOnce) {
    const part = products.slice(from, from + productsAtOnce);
    parts.push(field.reduced(code, field.sumOfProducts(code, part)));
  }
  const sum = parts.reduce((left, right) => keep(code, field.add(code, left, right)));
  field.store(code, output, 0, field.reduced(code, sum));
  return code;
}

/** `(target, factor, constant)`: `target += factor · constant`. */
function addProduct(writer: ModuleWriter, field: VectorField, inputs: number): FunctionWriter {
  const code = writer.function(`addProduct${inputs}`, 3);
  const [target, factor, constant] = addresses(code) as [Value, Value, Value];
  const left = keep(code, field.load(code, factor, 0));
  const right = keep(code, field.load(code, constant, 0));
  const product = field.sumOfProducts(code, [[left, right]]);
  const sum = field.add(code, product, field.load(code, target, 0));
  field.store(code, target, 0, field.reduced(code, keep(code, sum)));
  return code;
}

function addresses(code: FunctionWriter): Value[] {
  return code.parameters.map(({ get }) => get);
}
