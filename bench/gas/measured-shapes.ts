// The shapes that gas is measured for: the package's own, and larger ones that suit a workload.

import { constraintCount } from "../../plugin/circuits/constraint-count.ts";
import { builtInShapes } from "../../plugin/circuits/shapes.ts";
import { maxPackedBytes, type Shape } from "../../plugin/protocol/shape.ts";
import type { RegisteredShape } from "../../plugin/sequencer/records.ts";
import type { WorkloadName } from "../workload/workload.ts";
import { sealedBatches } from "./sealed-batches.ts";

/** A shape, and how many accounts there are where it is measured. */
export interface MeasuredShape {
  readonly name: string;
  readonly shape: Shape;
  readonly accounts: number;
}

/** Provable within seconds, so that they are measured with real proofs. */
export const provenShapes: readonly MeasuredShape[] = (["tiny", "dev", "busy"] as const).map((name) => ({
  name,
  shape: builtInShapes[name],
  accounts: 1_000,
}));

/** At most so many batches of a shape are proven, which bounds how long the measuring takes. */
export const mostProven: Readonly<Record<string, number>> = { tiny: 8, dev: 8, busy: 4 };

/** The package's largest. */
export const standardShape: MeasuredShape = {
  name: "standard",
  shape: builtInShapes.standard,
  accounts: 100_000,
};

/** Account slots for each transaction slot that are tried: a random payment touches two, one to a merchant only one. */
const accountsPerTransaction: Readonly<Record<WorkloadName, readonly number[]>> = {
  random: [2],
  zipf: [1.2, 1, 0.8, 0.6],
  merchant: [1],
};

const others = { operations: 8, exits: 8, fees: 1, applications: 0 };
/** As assertShape bounds a settlement: 128 KiB, less what is not a row. */
const bytesForRows =
  128 * 1024 - 1024 - maxPackedBytes({ depth: 1, transactions: 1, accounts: 0, ...others });
const maxAccounts = Math.floor(
  bytesForRows /
    maxPackedBytes({ ...others, depth: 1, transactions: 1, accounts: 1, operations: 0, exits: 0 }),
);

/** The shapes beyond those that are proven here, for a workload. */
export function largeShapes(workload: WorkloadName): readonly MeasuredShape[] {
  const filled = [20, 22, 24].map((power) => bestShape(workload, power));
  return [standardShape, ...filled, largestShape(workload)];
}

/** The shape of at most 2^power constraints that takes most payments, of those that are tried. */
function bestShape(workload: WorkloadName, power: number): MeasuredShape {
  const [depth, accounts] = [12, 100_000];
  const tried = accountsPerTransaction[workload].map((ratio) => {
    const shape = filledShape(depth, ratio, 2 ** power);
    const [batch] = sealedBatches(
      { workload, amounts: "round", accounts },
      registered({ name: "tried", shape, accounts }),
      1,
      1,
    );
    return { shape, payments: batch?.sealed.transactions.length ?? 0 };
  });
  const best = tried.reduce((best, other) => (other.payments > best.payments ? other : best));
  return { name: `2^${power} for ${workload}`, shape: best.shape, accounts };
}

/** With as many account slots as a settlement of 128 KiB may have, and the transactions to go with them. */
function largestShape(workload: WorkloadName): MeasuredShape {
  const { shape } = bestShape(workload, 24);
  const transactions = Math.floor((maxAccounts * shape.transactions) / shape.accounts);
  return {
    name: `largest for ${workload}`,
    shape: { depth: 16, transactions, accounts: maxAccounts, ...others },
    accounts: 1_000_000,
  };
}

/** @param ratio - Account slots for each transaction slot; a few more take the fees and the merchants. */
function filledShape(depth: number, ratio: number, constraints: number): Shape {
  const shapeOf = (transactions: number): Shape => ({
    depth,
    transactions,
    accounts: Math.min(maxAccounts, Math.ceil(ratio * transactions) + 5),
    ...others,
  });
  let [low, high] = [8, 2 ** 16];
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if (constraintCount(shapeOf(middle)) <= constraints) low = middle;
    else high = middle;
  }
  return shapeOf(low);
}

/** A shape under an id that nobody looks at. */
export function registered({ name, shape }: MeasuredShape): RegisteredShape {
  return { name, shape, id: `0x${"00".repeat(32)}` };
}
