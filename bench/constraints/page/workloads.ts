import type { TopLevelSpec } from "vega-lite";
import { table } from "../../report/table.ts";
import { workloadDescriptions, workloadNames } from "../../workload/workload.ts";
import { hermezPublished } from "../published.ts";
import type { ConstraintsResult, WorkloadRow } from "../result.ts";
import { slotCost } from "../slot-cost.ts";
import { whole } from "./written.ts";

const backlogs = { 1: "as they arrive", 8: "8 batches pending" } as const;

export function workloadsText({ workloads }: ConstraintsResult): string {
  const found = workloads.filter((row) => row.shapeName.startsWith("2^"));
  const builtIn = workloads.filter((row) => !row.shapeName.startsWith("2^"));
  const largest = Math.max(...found.map((row) => row.power));
  const shown = found.filter((row) => row.power === largest);
  return `## Transfers in sealed batches

What the sequencer's own code ([seal.ts](../../plugin/sequencer/seal.ts), the choice of accounts included) makes of streams of transfers with a fee each, one account taking the fees: all constraints of the batch, empty slots, slots for operations and exits and the fixed part, over the transfers in it.

${workloadNames.map((name) => `- \`${name}\`: ${workloadDescriptions[name]}.`).join("\n")}

\`${backlogs[1]}\`: a batch is sealed once its transaction slots' worth of transfers is pending, which is the default; \`${backlogs[8]}\`: eight times as many are kept pending, as when provers are what is slow (the policy's \`unproven\`), so that there is more to choose from. Shapes named \`2^k\` are the best found for that workload and backlog among those that fill a domain of \`2^k\` constraints: the number of account slots is searched for, transaction slots fill the rest, one fee slot, 2 to 32 operation and exit slots. Money and signatures play no part in the choice and are not real here. Everything is deterministic.

![constraints of a transfer by domain](plots/constraints-workloads.svg)

${table(head, shown.map(cells))}

The smaller domains are in [data/constraints.json](data/constraints.json). Ratios are over ${whole(hermezPublished)} (32 levels) and over what Hermez's estimator says for as many accounts as the tree has here.

What decides is how many account slots a transfer adds:

![constraints of a transfer by account slots a transfer](plots/constraints-rows.svg)

The line is \`${whole(slotCost("transaction", 16))} + rows · ${whole(slotCost("account", 16))}\`, slots alone at depth 16; what is above it are empty slots, operations, exits and the fixed part, which small batches share among few.

The built-in shapes, for any work and not for one of these:

${table(head, builtIn.map(cells))}`;
}

const head = [
  "workload",
  "accounts",
  "pending",
  "depth",
  "shape",
  "T",
  "A",
  "transfers a batch",
  "rows a transfer",
  "constraints a transfer",
  "Hermez's over it",
  "with as many accounts",
];

function cells(row: WorkloadRow): (string | number)[] {
  return [
    row.workload,
    row.population,
    backlogs[row.backlog],
    row.shape.depth,
    row.shapeName,
    row.shape.transactions,
    row.shape.accounts,
    Number(row.transfersPerBatch.toFixed(1)),
    Number(row.rowsPerTransfer.toFixed(2)),
    Math.round(row.constraintsPerTransfer),
    Number(row.hermezRatio.toFixed(2)),
    Number(row.equalAccountsRatio.toFixed(2)),
  ];
}

export function workloadsPlot({ workloads }: ConstraintsResult): TopLevelSpec {
  const rows = workloads.filter(({ shapeName, shape }) => shapeName.startsWith("2^") && shape.depth === 16);
  const panels = [...new Set(rows.map((row) => row.population))].map((population) => ({
    title: `${whole(population)} accounts`,
    width: 150,
    height: 240,
    layer: [
      {
        data: {
          values: rows
            .filter((row) => row.population === population)
            .map((row) => ({
              power: row.power,
              constraints: row.constraintsPerTransfer,
              workload: row.workload,
              pending: backlogs[row.backlog],
            })),
        },
        mark: { type: "line" as const, point: false },
        encoding: {
          x: {
            field: "power",
            type: "quantitative" as const,
            title: "domain, 2^x",
            axis: { tickMinStep: 1 },
            scale: { zero: false },
          },
          y: {
            field: "constraints",
            type: "quantitative" as const,
            title: "constraints of a transfer",
            scale: { type: "log" as const, domain: [6_000, 70_000], nice: false },
            axis: { values: [7_000, 10_000, 20_000, 30_000, 50_000] },
          },
          color: { field: "workload", type: "nominal" as const, title: null, sort: [...workloadNames] },
          strokeDash: {
            field: "pending",
            type: "nominal" as const,
            title: null,
            sort: Object.values(backlogs),
            legend: { symbolType: "stroke" },
          },
        },
      },
      {
        data: { values: [{ constraints: hermezPublished }] },
        mark: { type: "rule" as const, color: "black" },
        encoding: { y: { field: "constraints", type: "quantitative" as const } },
      },
      {
        data: { values: [{ constraints: hermezPublished, power: 22, label: "Hermez" }] },
        mark: { type: "text" as const, align: "right" as const, dy: -6 },
        encoding: {
          x: { field: "power", type: "quantitative" as const },
          y: { field: "constraints", type: "quantitative" as const },
          text: { field: "label", type: "nominal" as const },
        },
      },
    ],
  }));
  return { hconcat: panels };
}

export function rowsPlot({ workloads }: ConstraintsResult): TopLevelSpec {
  const rows = workloads.filter(({ shape }) => shape.depth === 16);
  const most = Math.max(...rows.map((row) => row.rowsPerTransfer));
  const slots = [0, most].map((share) => ({
    rows: share,
    constraints: slotCost("transaction", 16) + share * slotCost("account", 16),
  }));
  return {
    width: 420,
    height: 280,
    layer: [
      {
        data: {
          values: rows.map((row) => ({
            rows: row.rowsPerTransfer,
            constraints: row.constraintsPerTransfer,
            workload: row.workload,
            power: row.power,
          })),
        },
        mark: { type: "point" },
        encoding: {
          x: { field: "rows", type: "quantitative", title: "account slots a transfer" },
          y: { field: "constraints", type: "quantitative", title: "constraints of a transfer, depth 16" },
          color: { field: "workload", type: "nominal", title: null, sort: [...workloadNames] },
          size: {
            field: "power",
            type: "quantitative",
            title: "domain, 2^x",
            scale: { domain: [16, 22], range: [15, 120] },
            legend: { values: [16, 18, 20, 22] },
          },
        },
      },
      {
        data: { values: slots },
        mark: { type: "line", color: "black", point: false, strokeDash: [4, 4] },
        encoding: {
          x: { field: "rows", type: "quantitative" },
          y: { field: "constraints", type: "quantitative" },
        },
      },
    ],
  };
}
