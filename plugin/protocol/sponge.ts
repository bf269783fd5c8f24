import { poseidon } from "./poseidon.ts";

const elementsPerStep = 15;

/**
 * The sponge of protocol section 4.5: the state starts at 0, each step is `H_16(state, 15 elements)`, the last
 * step is padded with zeros.
 *
 * The padding is not injective: `[a]` and `[a, 0]` hash alike. Use it only where the number of elements is
 * fixed, as it is by the shape of a batch.
 *
 * @throws ProtocolError `NOT_AN_ELEMENT`
 */
export function sponge(elements: readonly bigint[]): bigint {
  let state = 0n;
  for (let start = 0; start < elements.length; start += elementsPerStep) {
    const step = elements.slice(start, start + elementsPerStep);
    while (step.length < elementsPerStep) step.push(0n);
    state = poseidon([state, ...step]);
  }
  return state;
}
