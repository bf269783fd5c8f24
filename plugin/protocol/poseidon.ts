import { poseidon1 } from "poseidon-lite/poseidon1";
import { poseidon2 } from "poseidon-lite/poseidon2";
import { poseidon3 } from "poseidon-lite/poseidon3";
import { poseidon4 } from "poseidon-lite/poseidon4";
import { poseidon5 } from "poseidon-lite/poseidon5";
import { poseidon6 } from "poseidon-lite/poseidon6";
import { poseidon7 } from "poseidon-lite/poseidon7";
import { poseidon8 } from "poseidon-lite/poseidon8";
import { poseidon9 } from "poseidon-lite/poseidon9";
import { poseidon10 } from "poseidon-lite/poseidon10";
import { poseidon11 } from "poseidon-lite/poseidon11";
import { poseidon12 } from "poseidon-lite/poseidon12";
import { poseidon13 } from "poseidon-lite/poseidon13";
import { poseidon14 } from "poseidon-lite/poseidon14";
import { poseidon15 } from "poseidon-lite/poseidon15";
import { ProtocolError } from "./errors.ts";
import { isElement } from "./field.ts";
import { widePoseidon } from "./wide-poseidon.ts";

// circomlib's Poseidon (eprint 2019/458, x^5, 8 full rounds, capacity element first and zero). Other libraries
// by the same name differ in constants, in the place of the capacity element or in the output taken.

const permutations = [
  poseidon1,
  poseidon2,
  poseidon3,
  poseidon4,
  poseidon5,
  poseidon6,
  poseidon7,
  poseidon8,
  poseidon9,
  poseidon10,
  poseidon11,
  poseidon12,
  poseidon13,
  poseidon14,
  poseidon15,
  widePoseidon,
];

/**
 * `H_n` of protocol section 1: circomlib's Poseidon over `n` elements, 1 to 16.
 *
 * @throws ProtocolError `OUT_OF_RANGE` for another number of inputs, `NOT_AN_ELEMENT` for a value that is not
 * canonical: reducing it silently would give two preimages for one hash.
 */
export function poseidon(inputs: readonly bigint[]): bigint {
  const hash = permutations[inputs.length - 1];
  if (hash === undefined) {
    throw new ProtocolError("OUT_OF_RANGE", "Poseidon takes 1 to 16 inputs.", { given: inputs.length });
  }
  for (const input of inputs) {
    if (!isElement(input)) {
      throw new ProtocolError("NOT_AN_ELEMENT", "A Poseidon input is not a canonical field element.", {
        given: `${input}`,
      });
    }
  }
  return hash([...inputs]);
}
