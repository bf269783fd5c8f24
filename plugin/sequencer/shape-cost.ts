import type { Shape } from "../protocol/shape.ts";

/**
 * About how many constraints a batch of a shape has, by what its slots cost (test/circuits/constraints.test.ts). Only
 * good for comparing shapes: the circuits know the exact numbers.
 */
export function shapeCost(shape: Shape): number {
  const { depth, transactions, accounts, operations, exits, fees } = shape;
  return (
    500 +
    4_325 * transactions +
    (1_469 + 602 * depth) * accounts +
    580 * operations +
    250 * exits +
    340 * fees
  );
}
