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
  const most = Math.max(...points.map(({ transfers }) => transfers));
  return {
    width: 560,
    height: 360,
    layer: [
      {
        data: { values: points },
        mark: { type: "point", filled: true, size: 55, opacity: 0.85 },
        encoding: {
          x: {
            field: "transfers",
            type: "quantitative",
            scale: { type: "log" },
            title: "transfers in a settlement",
          },
          y: {
            field: "gas",
            type: "quantitative",
            scale: { type: "log", domainMin: 200 },
            title: "gas a transfer",
          },
          color: { field: "workload", type: "nominal", title: "who pays whom" },
          shape: { field: "batches", type: "nominal", title: "settled at once" },
        },
      },
      {
        data: { values: [...peerFigures] },
        mark: { type: "rule", strokeDash: [5, 4], color: "#555" },
        encoding: { y: { field: "gasPerTransaction", type: "quantitative" } },
      },
      {
        data: {
          values: peerFigures.map(({ name, gasPerTransaction }, position) => ({
            label: `${name} ${gasPerTransaction.toLocaleString("en-US")} (published)`,
            gas: gasPerTransaction,
            // Two of them are close to each other.
            transfers: position === 1 ? 1.2 : most,
            end: position !== 1,
          })),
        },
        layer: [true, false].map((end) => ({
          transform: [{ filter: `datum.end === ${end}` }],
          mark: {
            type: "text" as const,
            align: end ? ("right" as const) : ("left" as const),
            dy: end ? -6 : 10,
            color: "#333",
            fontSize: 10,
          },
          encoding: {
            x: { field: "transfers", type: "quantitative" as const },
            y: { field: "gas", type: "quantitative" as const },
            text: { field: "label", type: "nominal" as const },
          },
        })),
      },
    ],
  };
}
