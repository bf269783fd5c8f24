import type { TopLevelSpec } from "vega-lite";
import { table } from "../../report/table.ts";
import type { ConstraintsResult } from "../result.ts";
import { slotKinds } from "../slot-cost.ts";
import { whole } from "./written.ts";

export function slotsText({ slots, circuits, depth, toolchain, ...rest }: ConstraintsResult): string {
  const depths = [...new Set(slots.map((row) => row.depth))];
  const cost = (kind: string, level: number): number =>
    Math.round(slots.find((row) => row.kind === kind && row.depth === level)?.constraints ?? Number.NaN);
  return `## What a slot costs

${table(
  ["a slot of kind", ...depths.map((level) => `depth ${level}`)],
  slotKinds.map((kind) => [kind, ...depths.map((level) => cost(kind, level))]),
)}

Each with its share of the sponge (${rest.spongeStep} constraints a step of 15 elements; publishing one more element takes ${rest.publishedElement.toFixed(1)}), in a shape with 64 to 127 accesses, 32 to 63 transactions and one fee slot: counters are as wide as the shape's accesses need, so a shape twice as large pays 2 more a transaction and 5 more an account, and each further fee slot costs 3 in every transaction slot. ${rest.fixed} are there whatever the shape. A tree of depth \`L\` holds \`4^L\` accounts.

![constraints of a transfer by the number of accounts](plots/constraints-slots.svg)

The formula is \`constraintCount\` in [constraint-count.ts](../../plugin/circuits/constraint-count.ts). Compiled in this run or found in the cache by content (${toolchain}):

${table(
  ["circuit", "depth", "T", "A", "P", "E", "F", "compiled", "by the formula"],
  circuits.map(({ name, shape, compiled, formula }) => [
    `\`${name}\``,
    shape.depth,
    shape.transactions,
    shape.accounts,
    shape.operations,
    shape.exits,
    shape.fees,
    compiled,
    formula,
  ]),
)}

Circuits with one slot of each kind grow by ${depth.slope.toFixed(3)} constraints a level (${depth.accountLevel - 2} in the account slot, whose two bits of order come with the second one, and two in each slot that names an index): depths ${depth.points.map((point) => point.depth).join(", ")} lie on one line, the farthest ${whole(depth.largestResidual)} off.`;
}

export function slotsPlot({ equalAccounts }: ConstraintsResult): TopLevelSpec {
  const names = ["no account slot", "one account slot", "two account slots"];
  const values = equalAccounts.flatMap((row) => [
    ...row.perTransfer.map((constraints, count) => ({
      accounts: row.hermezLevels,
      constraints,
      of: `here, ${names[count]} added`,
    })),
    { accounts: row.hermezLevels, constraints: row.hermez, of: "Hermez, by its estimator" },
  ]);
  return {
    width: 420,
    height: 260,
    data: { values },
    mark: { type: "line", point: true },
    encoding: {
      x: { field: "accounts", type: "quantitative", title: "accounts, 2^x", scale: { domain: [8, 34] } },
      y: { field: "constraints", type: "quantitative", title: "constraints of a transfer" },
      color: { field: "of", type: "nominal", title: null, sort: null, legend: { labelLimit: 240 } },
    },
  };
}
