import { builtInShapes } from "../../plugin/circuits/shapes.ts";
import type { Shape } from "../../plugin/protocol/shape.ts";

/**
 * The built-in shapes, and the smallest one that the protocol allows with an account for each side of a payment: PLONK and
 * FFLONK take minutes for anything larger.
 */
export const benchShapes = {
  smallest: { depth: 1, transactions: 1, accounts: 2, operations: 1, exits: 1, fees: 1, applications: 0 },
  ...builtInShapes,
} as const satisfies Readonly<Record<string, Shape>>;

export type ShapeName = keyof typeof benchShapes;
export const shapeNames = Object.keys(benchShapes) as ShapeName[];
