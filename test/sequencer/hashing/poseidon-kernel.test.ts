import { expect } from "chai";
import fc from "fast-check";
import { fieldOrder } from "../../../plugin/protocol/field.ts";
import { poseidon } from "../../../plugin/protocol/poseidon.ts";
import { readWords, writeWords } from "../../../plugin/protocol/words.ts";
import { instantiate, ModuleWriter } from "../../../plugin/prover/curve/webassembly/module-writer.ts";
import { addElementFunctions } from "../../../plugin/sequencer/hashing/element-functions.ts";
import { KernelMemory } from "../../../plugin/sequencer/hashing/memory.ts";
import {
  addPoseidon,
  type HashFunction,
  poseidonConstants,
  scratchBytes,
} from "../../../plugin/sequencer/hashing/poseidon-kernel.ts";
import { element } from "../../protocol/arbitraries.ts";
import { reference } from "../../protocol/reference.ts";
import { fields } from "./fields.ts";

for (const { name, field } of fields()) {
  describe(`Poseidon in WebAssembly, ${name}`, () => {
    for (const inputs of [4, 5]) {
      const hashAll = hasher(inputs);

      it(`hashes ${inputs} elements as circomlibjs and poseidon-lite do`, () => {
        fc.assert(
          fc.property(
            fc.array(fc.array(element, { minLength: inputs, maxLength: inputs }), { maxLength: 9 }),
            (groups) => {
              const hashes = hashAll(groups);
              expect(hashes).to.deep.equal(groups.map((group) => poseidon(group)));
              if (groups[0] !== undefined) expect(hashes[0]).to.equal(reference.poseidon(groups[0]));
            },
          ),
          { numRuns: 40 },
        );
      });

      it(`hashes the extremes of ${inputs} elements`, () => {
        const extremes = [0n, 1n, 2n ** 51n - 1n, 2n ** 253n, fieldOrder / 2n, fieldOrder - 1n];
        const groups = extremes.flatMap((one) =>
          extremes.map((other) =>
            Array.from({ length: inputs }, (_, index) => (index % 2 === 0 ? one : other)),
          ),
        );
        expect(hashAll(groups)).to.deep.equal(groups.map((group) => poseidon(group)));
      });
    }

    function hasher(inputs: number): (groups: readonly (readonly bigint[])[]) => bigint[] {
      const writer = new ModuleWriter();
      addPoseidon(writer, field, addElementFunctions(writer, field), inputs);
      const module = writer.compile(false);
      const memory = new KernelMemory();
      const functions = instantiate(module, memory.memory, memory.place(module.constants)) as Record<
        string,
        HashFunction
      >;
      const hash = functions[`hash${inputs}`] as HashFunction;
      const constants = memory.place(poseidonConstants(field, inputs));
      const state = memory.allocate(scratchBytes(field, inputs));
      const input = memory.allocate(64 * 32 * inputs);
      const output = memory.allocate(64 * 32);
      return (groups) => {
        if (groups.length === 0) return [];
        const words = new BigUint64Array(memory.memory.buffer);
        for (const [index, value] of groups.flat().entries()) writeWords(words, input / 8 + 4 * index, value);
        hash(input, 32 * inputs, output, 32, Math.ceil(groups.length / 2), constants, state);
        return groups.map((_, index) => readWords(words, output / 8 + 4 * index));
      };
    }
  });
}
