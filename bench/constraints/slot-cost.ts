import {
  countersPerSlot,
  elementsPerSlot,
  elementsPerStep,
  type SlotCosts,
  slotCosts,
} from "../../plugin/circuits/constraint-count.ts";
import type { Shape } from "../../plugin/protocol/shape.ts";

export const slotKinds = ["transaction", "account", "operation", "exit", "fee"] as const;
export type SlotKind = (typeof slotKinds)[number];

/** What circuits with more slots, or of another depth, are compared with. */
export const oneSlotEach: Shape = {
  depth: 12,
  transactions: 1,
  accounts: 1,
  operations: 1,
  exits: 1,
  fees: 1,
  applications: 0,
};

/** What slots are priced in: a shape with 64 to 127 accesses, 32 to 63 transactions and one fee slot. */
const counterBits = 7;
const nonceBits = 6;
const feeSlots = 1;

/** What publishing and absorbing an element takes of the sponge: a step hashes 15. */
export function elementShare({ spongeStep }: SlotCosts = slotCosts): number {
  return spongeStep / elementsPerStep;
}

/** Constraints of one slot more, with its share of the sponge. */
export function slotCost(kind: SlotKind, depth: number, costs: SlotCosts = slotCosts): number {
  const share = elementsPerSlot[kind] * elementShare(costs);
  const indexBits = 2 * depth;
  switch (kind) {
    case "transaction":
      return (
        costs.transaction +
        indexBits +
        costs.feeChoice * feeSlots +
        countersPerSlot.transaction * counterBits +
        share
      );
    case "account":
      return (
        costs.account + costs.accountLevel * depth + countersPerSlot.account * counterBits + nonceBits + share
      );
    case "exit":
      return costs.exit + share;
    default:
      return costs[kind] + indexBits + countersPerSlot[kind] * counterBits + share;
  }
}
