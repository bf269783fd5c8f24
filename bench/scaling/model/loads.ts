// How many transfers of a workload a batch takes: the sequencer's own sealing, out of plenty that is pending.

import { constraintCount } from "../../../plugin/circuits/constraint-count.ts";
import { builtInShapes } from "../../../plugin/circuits/shapes.ts";
import { packRows } from "../../../plugin/protocol/packed-rows.ts";
import type { Shape } from "../../../plugin/protocol/shape.ts";
import { bestShape, type Candidate } from "../../constraints/best-shape.ts";
import { fewestAccounts, fillingShape } from "../../constraints/fitting-shape.ts";
import { sealedBatches } from "../../gas/sealed-batches.ts";
import type { WorkloadName } from "../../workload/workload.ts";
import type { Load } from "./constants.ts";

const accounts = 100_000;
const depth = 12;
const batches = 3;
const firstBatch = 1_000;
/** So many accounts cannot be in a batch, whatever its transactions: a slot takes more constraints. */
const constraintsPerAccount = 8_000;

/** Powers of two that the fitted shapes' constraints fill. */
const fittedPowers = [18, 20, 22];

/** The largest built-in shape, and for each power the one that takes most transfers of the workload. */
export function measureLoads(workload: WorkloadName): Load[] {
  return [
    measureLoad(workload, "standard", builtInShapes.standard),
    ...fittedPowers.map((power) => measureLoad(workload, `2^${power}`, fittedShape(workload, power))),
  ];
}

function fittedShape(workload: WorkloadName, power: number): Shape {
  const evaluate = (slots: number): Candidate | undefined => {
    const shape = fillingShape(depth, power, slots);
    if (shape === undefined) return undefined;
    return { shape, transfers: measureLoad(workload, "", shape).transfers };
  };
  const most = Math.floor(2 ** power / constraintsPerAccount);
  const best = bestShape(fewestAccounts(power), most, evaluate);
  if (best === undefined) throw new Error(`No shape fits into 2^${power} constraints.`);
  return best.shape;
}

function measureLoad(workload: WorkloadName, name: string, shape: Shape): Load {
  const registered = { name, id: `0x${"00".repeat(32)}`, shape };
  const sealed = sealedBatches({ workload, amounts: "round", accounts }, registered, batches, firstBatch);
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    workload,
    shape: name,
    transactionSlots: shape.transactions,
    accountSlots: shape.accounts,
    depth: shape.depth,
    accounts,
    constraints: constraintCount(shape),
    transfers: mean(sealed.map((batch) => batch.sealed.transactions.length)),
    rows: mean(sealed.map(({ rows }) => rows.length)),
    rowBytes: mean(sealed.map(({ rows }) => packRows(rows).length / 2 - 1)),
  };
}
