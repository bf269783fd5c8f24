// How many constraints a batch circuit has (circom 2.2, `--O2`), exactly: what it is made of is the same for every
// shape, so a few compiled circuits give the rest without compiling. test/circuits/constraints.test.ts compares.

import { elementCount, type Shape } from "../protocol/shape.ts";
import { accessCount } from "./trace.ts";

/** Constraints of what a batch circuit is made of, but for what grows with the shape's other numbers. */
export interface SlotCosts {
  /** Whatever the shape: batch number, challenge, what compares the two sides of each check. */
  readonly fixed: number;
  readonly transaction: number;
  /** For each fee slot, in each transaction slot. */
  readonly feeChoice: number;
  readonly account: number;
  /** For each level of the tree, in each account slot: two hashes, the index' two bits and their order. */
  readonly accountLevel: number;
  readonly operation: number;
  readonly exit: number;
  readonly fee: number;
  /** One hash of 16 inputs, the state among them. */
  readonly spongeStep: number;
  /** Of an input of the sponge that is the constant 0: `x^5` of a constant takes no constraints. */
  readonly constantInput: number;
}

export const slotCosts: SlotCosts = {
  fixed: 265,
  transaction: 3_936,
  feeChoice: 3,
  account: 969,
  accountLevel: 605,
  operation: 81,
  exit: 172,
  fee: 80,
  spongeStep: 609,
  constantInput: 3,
};

/** Bits of an index for each level of the tree. */
const bitsPerLevel = 2;
export const elementsPerStep = 15;

/** Counters (times, ages, multiplicities) of a slot, which take a constraint for each bit that the shape's accesses have. */
export const countersPerSlot = { transaction: 2, account: 4, operation: 1, fee: 1 } as const;

/** Elements that the sponge absorbs of a slot: published ones and those that checks under the challenge depend on. */
export const elementsPerSlot = {
  transaction: 9,
  account: 1 + 10,
  operation: 5 + 7,
  exit: 2,
  fee: 6,
} as const;

/** The number of constraints of a shape's batch circuit. */
export function constraintCount(shape: Shape, costs: SlotCosts = slotCosts): number {
  const { depth, transactions, accounts, operations, exits, fees } = shape;
  const counterBits = bitsFor(accessCount(shape));
  const indexBits = bitsPerLevel * depth;
  const perTransaction =
    costs.transaction + indexBits + costs.feeChoice * fees + countersPerSlot.transaction * counterBits;
  const perAccount =
    costs.account +
    costs.accountLevel * depth +
    countersPerSlot.account * counterBits +
    bitsFor(transactions); // of the nonce's increase
  const perOperation = costs.operation + indexBits + countersPerSlot.operation * counterBits;
  const perFee = costs.fee + indexBits + countersPerSlot.fee * counterBits;
  return (
    costs.fixed +
    transactions * perTransaction +
    accounts * perAccount -
    indexBits + // nothing is before the first account
    operations * perOperation +
    exits * costs.exit +
    fees * perFee +
    spongeCost(absorbedElements(shape), costs)
  );
}

/** Elements that the sponge absorbs: the public data and what the checks under the challenge depend on. */
function absorbedElements(shape: Shape): number {
  const { accounts, operations, transactions, fees } = shape;
  return elementCount(shape) + 10 * accounts + 7 * operations + 9 * transactions + 6 * fees;
}

/** The state before the first step and what pads the last one are constants. */
function spongeCost(elements: number, { spongeStep, constantInput }: SlotCosts): number {
  const steps = Math.ceil(elements / elementsPerStep);
  return steps * spongeStep - constantInput * (1 + steps * elementsPerStep - elements);
}

/** Bits that hold every number from 0 to `largest`. */
function bitsFor(largest: number): number {
  return largest.toString(2).length;
}
