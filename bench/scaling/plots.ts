// The plots of the report's page.

import type { TopLevelSpec } from "vega-lite";
import type { Fit, Point } from "./fit.ts";
import { timesLogarithm } from "./fit.ts";
import { l1BytesPerSecond } from "./model/layers.ts";
import { mainShape } from "./model/model.ts";
import { type Bottleneck, bottlenecks, type DataMode, throughput } from "./model/throughput.ts";
import type { Measured, ScalingResult } from "./result.ts";

type Specification = Record<string, unknown>;

const size = { width: 260, height: 190 };

/** What was measured, on logarithmic axes, with what was fitted. */
export function fitsPlot({ sequencer, proving, verification, bytes }: Measured): TopLevelSpec {
  const power =
    ({ slope, intercept }: Fit) =>
    (x: number) =>
      Math.exp(intercept) * x ** slope;
  const { slope, intercept } = proving.processorModel;
  const work = sequencer.points.map(({ transactions, processorSeconds }) => ({
    x: transactions,
    y: processorSeconds,
  }));
  const proofs = proving.points.map(({ constraints, processorSeconds }) => ({
    x: constraints,
    y: processorSeconds,
  }));
  const gas = verification.points.map(({ transfers, verifierGas }) => ({ x: transfers, y: verifierGas }));
  const rows = bytes.points.map((point) => ({ x: point.rows, y: point.bytes, series: point.workload }));
  return {
    vconcat: [
      {
        hconcat: [
          pane("Sequencer: slope 1", "transactions", "seconds of processor", work, power(sequencer.exponent)),
          pane(
            "Prover: a + b·n·log n",
            "constraints",
            "seconds of processor",
            proofs,
            (x) => intercept + slope * timesLogarithm(x),
          ),
        ],
      },
      {
        hconcat: [
          pane("Verifier: constant", "transfers in the batch", "gas", gas, undefined, [100_000, 1_000_000]),
          pane("Published: slope 1", "accounts touched", "bytes of rows", rows, power(bytes.exponent)),
        ],
      },
    ],
  } as unknown as TopLevelSpec;
}

function pane(
  title: string,
  xTitle: string,
  yTitle: string,
  points: readonly (Point & { readonly series?: string })[],
  fitted: ((x: number) => number) | undefined,
  domain?: readonly [number, number],
): Specification {
  const x = {
    field: "x",
    type: "quantitative",
    scale: { type: "log", nice: false },
    title: xTitle,
    axis: { format: "~s", tickCount: 5 },
  };
  const y = {
    field: "y",
    type: "quantitative",
    scale: { type: "log", ...(domain === undefined ? {} : { domain }) },
    title: yTitle,
    axis: { format: "~s", tickCount: 5 },
  };
  const hasSeries = points.some(({ series }) => series !== undefined);
  const color = hasSeries
    ? { color: { field: "series", type: "nominal", title: "workload", legend: { orient: "bottom" } } }
    : {};
  const xs = points.map((point) => point.x);
  const line = logarithmicSteps(Math.min(...xs), Math.max(...xs), 40).map((at) => ({
    x: at,
    y: fitted?.(at) ?? 0,
  }));
  return {
    title,
    ...size,
    layer: [
      ...(fitted === undefined
        ? []
        : [
            {
              data: { values: line },
              mark: { type: "line", point: false, color: "#888888" },
              encoding: { x, y },
            },
          ]),
      {
        data: { values: points },
        mark: { type: "point", filled: true, size: 50 },
        encoding: { x, y, ...color },
      },
    ],
  };
}

/** Throughput by provers, on areas that say what limits it. */
export function throughputPlot({ model }: ScalingResult): TopLevelSpec {
  const loads = model.constants.loads.filter(
    ({ shape, workload }) => shape === mainShape && model.parameters.workloads.includes(workload),
  );
  const steps = logarithmicSteps(1, 10_000, 81);
  const shown: readonly DataMode[] = ["calldata", "shared blobs"];
  const curve = loads.flatMap((load) =>
    shown.flatMap((data) =>
      steps.map((provers) => {
        const { tps, bottleneck } = throughput(load, data, provers, model.constants, model.parameters);
        return { workload: load.workload, data, provers, tps, bottleneck };
      }),
    ),
  );
  const areas: { workload: string; data: string; bottleneck: Bottleneck; from: number; to: number }[] = [];
  curve.forEach(({ workload, data, bottleneck, provers }) => {
    const last = areas.at(-1);
    const isSame = last?.workload === workload && last.data === data;
    if (isSame) last.to = provers;
    if (!isSame || last.bottleneck !== bottleneck) {
      areas.push({ workload, data, bottleneck, from: provers, to: provers });
    }
  });
  const x = { type: "quantitative", scale: { type: "log", nice: false, domain: [1, 10_000] } } as const;
  const axis = { format: "~s", tickCount: 5 };
  const values = [...areas, ...curve.map(({ bottleneck: _, ...point }) => point)];
  return {
    data: { values },
    facet: {
      column: { field: "workload", type: "nominal", title: null, sort: null },
      row: { field: "data", type: "nominal", title: null, sort: null },
    },
    spec: {
      width: 175,
      height: 175,
      layer: [
        {
          transform: [{ filter: "isValid(datum.from)" }],
          mark: { type: "rect", opacity: 0.25 },
          encoding: {
            x: { ...x, field: "from", title: "provers", axis },
            x2: { field: "to" },
            color: {
              field: "bottleneck",
              type: "nominal",
              title: "limited by the",
              scale: { domain: [...bottlenecks] },
              legend: { orient: "bottom" },
            },
          },
        },
        {
          transform: [{ filter: "isValid(datum.tps)" }],
          mark: { type: "line", point: false, color: "black" },
          encoding: {
            x: { ...x, field: "provers" },
            y: {
              field: "tps",
              type: "quantitative",
              scale: { type: "log" },
              title: "transfers a second",
              axis,
            },
          },
        },
      ],
    },
  } as unknown as TopLevelSpec;
}

/** How many transfers a second L1 has room for, by how many share a row. */
export function dataPlot({ model }: ScalingResult): TopLevelSpec {
  const { targetTps, blobs } = model.parameters;
  const [layer] = model.layers;
  const bytesPerRow = layer === undefined ? 6 : layer.load.rowBytes / layer.load.rows;
  const counts = [...new Set([6, blobs, 21])].sort((a, b) => a - b);
  const values = counts.flatMap((count) =>
    logarithmicSteps(0.3, 3_000, 40).map((transfersPerRow) => ({
      blobs: `${count} blobs a block`,
      transfersPerRow,
      tps: (transfersPerRow / bytesPerRow) * l1BytesPerSecond(count),
    })),
  );
  const axis = { format: "~s", tickCount: 6 };
  const y = { field: "tps", type: "quantitative", scale: { type: "log" }, title: "transfers a second", axis };
  return {
    width: 560,
    height: 240,
    layer: [
      {
        data: { values },
        mark: { type: "line", point: false },
        encoding: {
          x: {
            field: "transfersPerRow",
            type: "quantitative",
            scale: { type: "log", nice: false },
            title: `transfers that share a published row of ${bytesPerRow.toFixed(1)} bytes`,
            axis,
          },
          y,
          color: { field: "blobs", type: "nominal", title: null, sort: null, legend: { orient: "right" } },
        },
      },
      {
        data: { values: [{ tps: targetTps, text: `${targetTps.toLocaleString("en")} a second` }] },
        layer: [
          { mark: { type: "rule", strokeDash: [4, 4] }, encoding: { y } },
          {
            mark: { type: "text", align: "left", dy: -8, x: 6 },
            encoding: { y, text: { field: "text", type: "nominal" } },
          },
        ],
      },
    ],
  } as unknown as TopLevelSpec;
}

function logarithmicSteps(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, step) => from * (to / from) ** (step / (count - 1)));
}
