import { assertShape, type Shape } from "../protocol/shape.ts";

/**
 * The shapes that come with the package. All that a rollup registers have one depth.
 *
 *   tiny      unit tests: every kind of slot twice
 *   dev       the default: 4,096 accounts, a batch proves in seconds on a laptop
 *   standard  16.7 million accounts, for a machine that proves all day
 */
export const builtInShapes: Readonly<Record<string, Shape>> = {
  tiny: { depth: 3, transactions: 2, accounts: 4, operations: 2, exits: 2, fees: 1, applications: 0 },
  dev: { depth: 6, transactions: 24, accounts: 20, operations: 8, exits: 8, fees: 2, applications: 0 },
  standard: {
    depth: 12,
    transactions: 64,
    accounts: 64,
    operations: 16,
    exits: 16,
    fees: 4,
    applications: 0,
  },
};

/**
 * The main component of a shape's circuit.
 *
 * @returns Circom source that includes `batch.circom` from the circuits folder
 * @throws ProtocolError as assertShape
 */
export function mainComponent(shape: Shape): string {
  assertShape(shape);
  const { depth, transactions, accounts, operations, exits, fees } = shape;
  const sizes = [depth, transactions, accounts, operations, exits, fees].join(", ");
  return `pragma circom 2.2.0;

include "batch.circom";

component main {public [c, r, y]} = Batch(${sizes});
`;
}
