import type { TopLevelSpec } from "vega-lite";
import { peerFigures } from "../peers.ts";
import type { GasResult } from "../result.ts";
import { perTransfer } from "./per-transfer.ts";

/** Gas a transfer against the transfers of a settlement, by who pays whom; others' figures as lines. */
export function gasPlot({ settlements }: GasResult): TopLevelSpec {
  const points = settlements
    .filter(({ amounts }) => amounts === "round")
    .map((settlement) => ({
      transfers: settlement.transfers,
      gas: perTransfer(settlement),
      workload: settlement.workload,
      batches: settlement.batches === 1 ? "one batch" : "several",
    }));
  const x = {
    field: "transfers",
    type: "quantitative",
    scale: { type: "log", nice: false },
    title: "transfers in a settlement",
  } as const;
  const y = {
    field: "gas",
    type: "quantitative" as const,
    scale: { type: "log" as const, nice: false, domain: [200, 300_000] },
    title: "gas a transfer",
  };
  const color = { field: "workload", type: "nominal", title: "who pays whom" } as const;
  return {
    width: 560,
    height: 360,
    layer: [
      {
        data: { values: points.filter(({ batches }) => batches === "one batch") },
        mark: { type: "line", point: false },
        encoding: { x, y, color },
      },
      {
        data: { values: points },
        mark: { type: "point", filled: true, size: 50 },
        encoding: { x, y, color, shape: { field: "batches", type: "nominal", title: "settled at once" } },
      },
      {
        data: { values: [...peerFigures] },
        mark: { type: "rule", strokeDash: [5, 4], color: "#555" },
        encoding: { y: { field: "gasPerTransaction", type: "quantitative" } },
      },
      // Two of the lines are close to each other: one has its name above it, the other below.
      ...peerFigures.map(({ name, gasPerTransaction }, position) => ({
        data: {
          values: [
            {
              label: `${name}: ${gasPerTransaction.toLocaleString("en-US")} (published)`,
              gas: gasPerTransaction,
              transfers: 1.15,
            },
          ],
        },
        mark: {
          type: "text" as const,
          align: "left" as const,
          dy: position === 1 ? 9 : -7,
          fontSize: 10,
          color: "#333",
        },
        encoding: { x, y, text: { field: "label", type: "nominal" as const } },
      })),
    ],
  };
}
