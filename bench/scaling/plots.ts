// The plots of the report's page.

import type { TopLevelSpec } from "vega-lite";
import type { Fit, Point } from "./fit.ts";
import { timesLogarithm } from "./fit.ts";
import { l1BytesPerSecond } from "./model/layers.ts";
import { largestShape, type ModelResult, mainShape } from "./model/model.ts";
import { type Bottleneck, bottlenecks, type Throughput, throughput } from "./model/throughput.ts";
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
          pane(
            `Sequencer: slope ${sequencer.exponent.slope.toFixed(2)}`,
            "transactions",
            "seconds of processor",
            work,
            power(sequencer.exponent),
          ),
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
          pane(
            `Verifier: ${(100 * verification.spread).toFixed(2)} % apart`,
            "transfers in the batch",
            "gas",
            gas,
            undefined,
            [100_000, 1_000_000],
          ),
          pane(
            `Published: slope ${bytes.exponent.slope.toFixed(2)}`,
            "accounts touched",
            "bytes of rows",
            rows,
            power(bytes.exponent),
          ),
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
    axis: { format: ",~g", tickCount: 5 },
  };
  const hasSeries = points.some(({ series }) => series !== undefined);
  const color = hasSeries
    ? {
        color: {
          field: "series",
          type: "nominal",
          title: "workload",
          sort: null,
          legend: { orient: "bottom" },
        },
      }
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

/** What the plot of throughput shows, a row each. */
function scenarios({ parameters: { share } }: ModelResult) {
  return [
    { data: "calldata", shape: mainShape, share },
    { data: "calldata", shape: largestShape, share: 1 },
    { data: "shared blobs", shape: largestShape, share: 1 },
  ] as const;
}

/** Throughput by provers with each of its limits, on areas that say which of them binds. */
export function throughputPlot({ model }: ScalingResult): TopLevelSpec {
  const { constants, parameters } = model;
  const steps = logarithmicSteps(1, 10_000, 81);
  const least = Math.min(1, ...model.throughput.map(({ tps }) => tps));
  const domain = [10 ** Math.floor(Math.log10(least)), 100_000] as const;
  const rows = scenarios(model).map(({ data, shape, share }) => ({
    title: [`${data}, ${shape}`, share === 1 ? "all of L1" : `${100 * share} % of L1`],
    data,
    loads: constants.loads.filter(
      (load) => load.shape === shape && parameters.workloads.includes(load.workload),
    ),
    parameters: { ...parameters, share },
  }));
  return {
    vconcat: rows.map(({ title, data, loads, parameters: given }, row) => ({
      hconcat: loads.map((load, column) => {
        const curve = steps.map((provers) => throughput(load, data, provers, constants, given));
        return throughputPane(curve, {
          domain,
          ...(row === 0 ? { title: load.workload } : {}),
          xTitle: row === rows.length - 1 ? "provers" : null,
          yTitle: column === 0 ? [...title, "transfers a second"] : null,
        });
      }),
    })),
  } as unknown as TopLevelSpec;
}

interface ThroughputPane {
  readonly title?: string;
  readonly xTitle: string | null;
  readonly yTitle: readonly string[] | null;
  /** Of transfers a second. */
  readonly domain: readonly [number, number];
}

function throughputPane(
  curve: readonly Throughput[],
  { title, xTitle, yTitle, domain }: ThroughputPane,
): Specification {
  const areas: { bottleneck: Bottleneck; from: number; to: number }[] = [];
  for (const { bottleneck, provers } of curve) {
    const last = areas.at(-1);
    if (last !== undefined) last.to = provers;
    if (last?.bottleneck !== bottleneck) areas.push({ bottleneck, from: provers, to: provers });
  }
  const limits = curve.flatMap(({ provers, limits: each }) =>
    bottlenecks.map((bottleneck) => ({ bottleneck, provers, tps: each[bottleneck] })),
  );
  const x = { type: "quantitative", scale: { type: "log", nice: false, domain: [1, 10_000] } };
  const y = {
    field: "tps",
    type: "quantitative",
    scale: { type: "log", domain, nice: false },
    title: yTitle,
    axis: { format: "~s", tickCount: 5 },
  };
  const color = {
    field: "bottleneck",
    type: "nominal",
    title: "limit (dashed), and where it binds (area)",
    scale: { domain: [...bottlenecks] },
    legend: { orient: "bottom", titleLimit: 400 },
  };
  const axis = { format: "~s", tickCount: 5 };
  const provers = { ...x, field: "provers", title: xTitle, axis };
  return {
    ...(title === undefined ? {} : { title }),
    width: 165,
    height: 150,
    layer: [
      {
        data: { values: areas },
        mark: { type: "rect", opacity: 0.2 },
        encoding: {
          x: { ...x, field: "from", title: xTitle, axis },
          x2: { field: "to" },
          color,
        },
      },
      {
        data: { values: limits },
        mark: { type: "line", point: false, strokeWidth: 1.5, strokeDash: [4, 3], clip: true },
        encoding: {
          x: provers,
          y,
          color,
        },
      },
      {
        data: { values: curve.map(({ provers: count, tps }) => ({ provers: count, tps })) },
        mark: { type: "line", point: false, color: "black", strokeWidth: 2.5, clip: true },
        encoding: { x: provers, y },
      },
    ],
  };
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
