import { readWords, wordsPerElement, writeWords } from "../../plugin/protocol/words.ts";
import { elementField } from "../../plugin/sequencer/hashing/element-field.ts";
import { KernelHasher } from "../../plugin/sequencer/hashing/kernel-hasher.ts";

/** Poseidon hashes of many groups of elements, in a tenth of the time that it takes one by one. */
export class ManyHashes {
  readonly #inputs: 4 | 5;
  readonly #hasher: KernelHasher;

  /** @param inputs - Elements of a group. */
  constructor(inputs: 4 | 5) {
    this.#inputs = inputs;
    this.#hasher = new KernelHasher(elementField(), inputs);
  }

  of(groups: readonly (readonly bigint[])[]): bigint[] {
    const inputs = new BigUint64Array(groups.length * this.#inputs * wordsPerElement);
    groups.flat().forEach((element, position) => {
      writeWords(inputs, position * wordsPerElement, element);
    });
    const outputs = new BigUint64Array(groups.length * wordsPerElement);
    this.#hasher.hashGroups(inputs, groups.length, outputs);
    return groups.map((_, position) => readWords(outputs, position * wordsPerElement));
  }
}
