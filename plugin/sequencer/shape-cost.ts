import type { Shape } from "../protocol/shape.ts";

/**
 * About how many constraints a batch of a shape has, by what the circuit's slots take. Only good for comparing shapes:
 * the circuits know the exact numbers.
 */
export function shapeCost({ depth, transactions, accounts, operations, exits, fees }: Shape): number {
  return 4_300 * transactions + (250 + 700 * depth) * accounts + 300 * operations + 150 * exits + 400 * fees;
}
