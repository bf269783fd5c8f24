import { fieldOrder } from "./field.ts";
import { type FullRound, poseidonRounds } from "./poseidon-rounds.ts";

const width = 17;

/**
 * Poseidon over 16 elements, which the sponge is made of. A third of the time of poseidon-lite's: of the 76 rounds only 8
 * take the whole matrix, since the others have it in its sparse form.
 */
export function widePoseidon(inputs: readonly bigint[]): bigint {
  const { first, partial, last } = poseidonRounds(width);
  const start = first.reduce(fullRound, [0n, ...inputs]);
  const state = partial.reduce((before, { constant, row, column }) => {
    const [head = 0n, ...rest] = before;
    const changed = power5(head + constant);
    const added = rest.map((element, i) => (element + (column[i] ?? 0n) * changed) % fieldOrder);
    return [dot(row, [changed, ...rest]), ...added];
  }, start);
  return last.reduce(fullRound, state)[0] ?? 0n;
}

function fullRound(state: bigint[], { constants, matrix }: FullRound): bigint[] {
  const powers = state.map((element, i) => power5(element + (constants[i] ?? 0n)));
  return matrix.map((row) => dot(row, powers));
}

function dot(left: readonly bigint[], right: readonly bigint[]): bigint {
  let sum = 0n;
  for (let i = 0; i < width; i++) sum += (left[i] as bigint) * (right[i] as bigint);
  return sum % fieldOrder;
}

function power5(value: bigint): bigint {
  const square = (value * value) % fieldOrder;
  return (((square * square) % fieldOrder) * value) % fieldOrder;
}
