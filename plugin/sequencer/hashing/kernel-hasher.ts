import { groupsAtOnce, type StateHasher } from "../../protocol/state-hasher.ts";
import { wordsPerElement } from "../../protocol/words.ts";
import type { VectorField } from "../../prover/curve/field/vector-field.ts";
import { instantiate, ModuleWriter } from "../../prover/curve/webassembly/module-writer.ts";
import { elementField } from "./element-field.ts";
import { addElementFunctions, wordBytes } from "./element-functions.ts";
import { KernelMemory } from "./memory.ts";
import { addPoseidon, type HashFunction, poseidonConstants, scratchBytes } from "./poseidon-kernel.ts";

/** Hashes groups of so many elements in WebAssembly, two groups at a time: see StateHasher. */
export class KernelHasher implements StateHasher {
  readonly #groupInputs: number;
  readonly #memory = new KernelMemory();
  readonly #hash: HashFunction;
  readonly #constants: number;
  readonly #state: number;
  readonly #inputs: number;
  readonly #outputs: number;

  /** @param groupInputs - Elements of a group: 4 or 5. */
  constructor(field: VectorField, groupInputs: 4 | 5) {
    this.#groupInputs = groupInputs;
    const writer = new ModuleWriter();
    addPoseidon(writer, field, addElementFunctions(writer, field), groupInputs);
    const module = writer.compile(false);
    const exports = instantiate(module, this.#memory.memory, this.#memory.place(module.constants));
    this.#hash = (exports as Record<string, HashFunction>)[`hash${groupInputs}`] as HashFunction;
    this.#constants = this.#memory.place(poseidonConstants(field, groupInputs));
    this.#state = this.#memory.allocate(scratchBytes(field, groupInputs));
    this.#inputs = this.#memory.allocate(groupsAtOnce * groupInputs * wordBytes);
    this.#outputs = this.#memory.allocate(groupsAtOnce * wordBytes);
  }

  hashGroups(inputWords: BigUint64Array, groups: number, outputWords: BigUint64Array): void {
    const { buffer } = this.#memory.memory;
    const groupWords = this.#groupInputs * wordsPerElement;
    const groupBytes = this.#groupInputs * wordBytes;
    for (let from = 0; from < groups; from += groupsAtOnce) {
      const count = Math.min(groupsAtOnce, groups - from);
      const words = new BigUint64Array(buffer, this.#inputs, groupsAtOnce * groupWords);
      words.set(inputWords.subarray(from * groupWords, (from + count) * groupWords));
      // The partner of an odd one is whatever was there.
      const pairs = Math.ceil(count / 2);
      this.#hash(this.#inputs, groupBytes, this.#outputs, wordBytes, pairs, this.#constants, this.#state);
      const hashes = new BigUint64Array(buffer, this.#outputs, count * wordsPerElement);
      outputWords.set(hashes, from * wordsPerElement);
    }
  }
}

let hasher: StateHasher | undefined;

/** Hashes states as fast as this machine can; one for the process. */
export function stateHasher(): StateHasher {
  hasher ??= new KernelHasher(elementField(), 4);
  return hasher;
}
