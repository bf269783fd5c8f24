import { constraintCount } from "../../plugin/circuits/constraint-count.ts";
import type { Shape } from "../../plugin/protocol/shape.ts";

/** What Groth16 adds to the constraints: one for each public input and the constant one. */
const publicRows = 4;

/** Smallest `k` with which the circuit fits into a domain of `2^k`. */
export function powerOf(shape: Shape): number {
  return Math.ceil(Math.log2(constraintCount(shape) + publicRows));
}

/** Slots for what comes from L1, growing with the batch up to those of the built-in shape `standard`. */
function slotsOfL1(power: number): number {
  return Math.min(32, Math.max(2, 2 ** (power - 15)));
}

/** A transfer with a fee touches three; and every operation has to find an account slot. */
export function fewestAccounts(power: number): number {
  return Math.max(3, slotsOfL1(power));
}

/**
 * The shape of a depth with a number of account slots whose transaction slots fill a domain of `2^power`.
 *
 * @returns undefined if not even one transaction fits
 */
export function fillingShape(depth: number, power: number, accounts: number): Shape | undefined {
  const slots = slotsOfL1(power);
  if (accounts < fewestAccounts(power)) return undefined;
  const shape = (transactions: number): Shape => ({
    depth,
    transactions,
    accounts,
    operations: slots,
    exits: slots,
    fees: 1,
    applications: 0,
  });
  let [low, high] = [0, 2 ** 16 - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (constraintCount(shape(middle)) + publicRows <= 2 ** power) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? undefined : shape(low);
}
