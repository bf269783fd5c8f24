import { poseidon } from "./poseidon.ts";
import { readWords, wordsPerElement, writeWords } from "./words.ts";

/** What hashes nodes, identities and leaves of a state, all of which are `H_4` (protocol section 1). */
export interface StateHasher {
  /**
   * Hashes groups of four elements, one group after another.
   *
   * @param inputs - Canonical elements in words (words.ts), at least 16 words a group.
   * @param outputs - Receives four words a group.
   */
  hashGroups(inputs: BigUint64Array, groups: number, outputs: BigUint64Array): void;
}

/** Groups are handed over in portions, so that nobody's buffers grow with the state. */
export const groupsAtOnce = 1_024;

export const wordsPerGroup = 4 * wordsPerElement;

/** Works everywhere. Others are faster where the processor helps. */
export const plainHasher: StateHasher = {
  hashGroups(inputs, groups, outputs) {
    for (let group = 0; group < groups; group++) {
      const at = group * wordsPerGroup;
      const elements = [0, 4, 8, 12].map((offset) => readWords(inputs, at + offset));
      writeWords(outputs, group * wordsPerElement, poseidon(elements));
    }
  },
};
