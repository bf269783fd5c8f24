import { elementCount, type Shape } from "../protocol/shape.ts";

/**
 * About how many constraints a batch of a shape has, by the figures of protocol section 4. Only good for comparing
 * shapes: the circuits know the exact numbers.
 */
export function shapeCost(shape: Shape): number {
  const { depth, transactions, accounts, operations, exits, fees } = shape;
  return (
    6_000 +
    5_600 * transactions +
    (1_500 + 610 * depth) * accounts +
    800 * operations +
    100 * exits +
    600 * fees +
    45 * elementCount(shape)
  );
}
