import type { Latencies } from "../../sequencer/latencies.ts";
import type { SequencerResult, SequencerRow } from "../../sequencer/result.ts";
import { workloadDescriptions } from "../../workload/workload.ts";
import type { Page } from "../page.ts";
import { table } from "../table.ts";

const percentiles = [
  ["50", "p50Milliseconds"],
  ["90", "p90Milliseconds"],
  ["99", "p99Milliseconds"],
  ["99.9", "p999Milliseconds"],
] as const;

/** What `npm run bench -- sequencer` says. */
export function page(result: SequencerResult): Page {
  return {
    title: "Sequencer: throughput and latency",
    findings: findings(result),
    text: text(result),
    plots: {
      "sequencer-throughput": throughputPlot(result),
      "sequencer-latency": latencyPlot(result),
    },
  };
}

function findings({ tps, ratio, signatureRatio, cores, spread, rows }: SequencerResult): string[] {
  const [first] = rows;
  if (first === undefined) return [];
  const { p99Milliseconds, tps: half } = first.atHalfLoad;
  const found = [
    `**${number(tps)} transactions a second** over JSON-RPC with ${nameOf(first)}, each acknowledged once it is on disk, the load generator among the work of ${cores} cores: ${number(ratio)} times what circomlibjs' signatures and tree do on one core, ${number(signatureRatio)} times its signatures alone.`,
    `At half of that load (${number(half)} a second) 99 % of the calls are answered within ${number(p99Milliseconds)} ms.`,
  ];
  const random = rows
    .filter(({ workload }) => workload === "random")
    .toSorted((left, right) => left.accounts - right.accounts);
  const [fewest, most] = [random[0], random.at(-1)];
  if (fewest !== undefined && most !== undefined && fewest !== most) {
    const times = most.processorMillisecondsPerTransaction / fewest.processorMillisecondsPerTransaction;
    found.push(
      `With ${number(most.accounts)} accounts a transaction takes ${number(times)} times the processor time that it takes with ${number(fewest.accounts)}, and the process ${number(most.serverMegabytes)} MB.`,
    );
  }
  if (rows.length > 1) {
    found.push(`Over all rows a transaction costs ${number(spread)} times as much at worst as at best.`);
  }
  return found;
}

function text({ rows, reference, transactions, perCall, connections, cores }: SequencerResult): string {
  return `
What is measured: the sequencer of \`rollup:node\` in a process of its own, with its JSON-RPC server, its store on disk and its
signature threads. It checks, executes and stores every transaction before it answers, and seals batches meanwhile. The clients
are one other process on the same ${cores} cores, which has signed everything before. An L1, proofs and a network between
clients and sequencer are not part of it.

## Throughput

${connections} connections, each with ${perCall} transactions a call, send ${number(0.9 * transactions)} transactions as fast as
they are answered, after ${number(0.1 * transactions)} that are not counted. \`sealed/s\` counts until the last of them is in a
batch.

${table(
  [
    "accounts",
    "workload",
    "transactions/s",
    "sealed/s",
    "load s",
    "processor ms each",
    "peak MB",
    "start s",
    "batches",
  ],
  rows.map((row) => [
    row.accounts,
    row.workload,
    row.tps,
    row.sealedTps,
    row.loadSeconds,
    row.processorMillisecondsPerTransaction,
    row.serverMegabytes,
    row.startSeconds,
    row.batches,
  ]),
)}

${Object.entries(workloadDescriptions)
  .filter(([name]) => rows.some(({ workload }) => workload === name))
  .map(([name, description]) => `- ${name}: ${description}`)
  .join("\n")}

\`start s\` is what a restart takes: the process, reading the accounts, and hashing the whole tree over them.

![Transactions a second by accounts and workload](plots/sequencer-throughput.svg)

## Latency

The latency of a transaction is that of its call, from when it was due to the answer. At full load all ${connections}
connections always have a call under way, so latency is just ${number(connections * perCall)} transactions over the throughput: the
queue is in it. At half load calls come at random times (a Poisson process) with half of the throughput on average, whether those
before are answered or not, so nothing waits unmeasured.

${table(
  ["accounts", "workload", "load", "transactions/s", "calls", ...percentiles.map(([name]) => `p${name} ms`)],
  rows.flatMap((row) => [
    latencyLine(row, "full", row.tps, row),
    latencyLine(row, "half", row.atHalfLoad.tps, row.atHalfLoad),
  ]),
)}

![Percentiles of latency](plots/sequencer-latency.svg)

p99.9 is one call in a thousand, and where fewer were made the slowest one: it says how bad a bad one was, not more.

## Beside it

circomlibjs does the same work for a transfer (its EdDSA verification, its Poseidon for the message and for a 4-ary Merkle tree over
the same accounts) on one core, in the same run: ${number(reference.tps)} transactions a second, ${number(reference.signaturesPerSecond)}
signatures a second. It has no server, no disk and no threads, which favours it. The throughputs that rollups publish are those of
whole systems, proofs and L1 included, and so are not comparable with these; the model of the whole system is in
[scaling](scaling.md).
`;
}

function latencyLine(
  { accounts, workload }: SequencerRow,
  load: string,
  tps: number,
  latencies: Latencies,
): (string | number)[] {
  return [
    accounts,
    workload,
    load,
    tps,
    latencies.calls,
    ...percentiles.map(([, column]) => latencies[column]),
  ];
}

function throughputPlot({ rows }: SequencerResult): Page["plots"][string] {
  return {
    width: 340,
    data: {
      values: rows.flatMap((row) => [
        { case: nameOf(row), rate: row.tps, what: "acknowledged" },
        { case: nameOf(row), rate: row.sealedTps, what: "sealed" },
      ]),
    },
    mark: "bar",
    encoding: {
      y: { field: "case", type: "nominal", title: null, sort: null, axis: { labelLimit: 220 } },
      yOffset: { field: "what" },
      x: { field: "rate", type: "quantitative", title: "transactions a second" },
      color: { field: "what", type: "nominal", title: null },
    },
  };
}

function latencyPlot({ rows }: SequencerResult): Page["plots"][string] {
  const values = rows.flatMap((row) =>
    percentiles.flatMap(([name, column]) => [
      { case: nameOf(row), percentile: name, load: "full load", milliseconds: row[column] },
      { case: nameOf(row), percentile: name, load: "half load", milliseconds: row.atHalfLoad[column] },
    ]),
  );
  return {
    width: 390,
    height: 260,
    data: { values },
    mark: { type: "line", point: false },
    encoding: {
      x: {
        field: "percentile",
        type: "ordinal",
        title: "percentile of calls",
        sort: null,
        axis: { labelAngle: 0 },
      },
      y: { field: "milliseconds", type: "quantitative", scale: { type: "log" }, title: "milliseconds" },
      color: { field: "case", type: "nominal", title: null, sort: null, legend: { labelLimit: 220 } },
      strokeDash: { field: "load", type: "nominal", title: null },
    },
  };
}

function nameOf({ accounts, workload }: Pick<SequencerRow, "accounts" | "workload">): string {
  return `${number(accounts)} accounts, ${workload}`;
}

function number(value: number): string {
  return value.toLocaleString("en-US", { maximumSignificantDigits: 3 });
}
