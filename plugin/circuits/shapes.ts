import { assertShape, type Shape } from "../protocol/shape.ts";

/**
 * The shapes that come with the package. All that a rollup registers have one depth; `tiny`, `dev` and `busy` can be
 * registered together, and the sequencer takes the cheapest that holds the work.
 *
 *   tiny      2^15 constraints: unit tests, every kind of slot
 *   dev       2^16 constraints: the default
 *   busy      2^18 constraints: many payments between few accounts
 *   standard  16.7 million accounts, 2^20 constraints: for a machine that proves all day
 */
export const builtInShapes = {
  tiny: { depth: 5, transactions: 2, accounts: 4, operations: 2, exits: 2, fees: 1, applications: 0 },
  dev: { depth: 5, transactions: 8, accounts: 6, operations: 3, exits: 4, fees: 1, applications: 0 },
  busy: { depth: 5, transactions: 43, accounts: 14, operations: 10, exits: 10, fees: 2, applications: 0 },
  standard: {
    depth: 12,
    transactions: 96,
    accounts: 64,
    operations: 32,
    exits: 32,
    fees: 4,
    applications: 0,
  },
} as const satisfies Readonly<Record<string, Shape>>;

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
