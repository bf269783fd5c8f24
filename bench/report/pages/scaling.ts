import { builtInShapes } from "../../../plugin/circuits/shapes.ts";
import { layers } from "../../scaling/model/layers.ts";
import { type ModelResult, mainShape } from "../../scaling/model/model.ts";
import { floorGasPerByte, slotSeconds } from "../../scaling/model/published.ts";
import {
  proofSeconds,
  sufficientProvers,
  type Throughput,
  throughput,
} from "../../scaling/model/throughput.ts";
import { dataPlot, fitsPlot, throughputPlot } from "../../scaling/plots.ts";
import type { Measured, ScalingResult } from "../../scaling/result.ts";
import type { Page } from "../page.ts";
import { table } from "../table.ts";

/** More than any of the other limits lets work. */
const plentyOfProvers = 1e9;

/** How work grows, and what that makes of throughput. */
export function page(result: ScalingResult): Page {
  return {
    title: "Scaling",
    findings: [...claimFindings(result), ...modelFindings(result)],
    text: [
      "## What was measured",
      claims(result),
      "![Seconds of the sequencer by transactions, seconds of the prover by constraints, gas of the verifier by transfers, bytes by accounts touched, all on logarithmic axes](plots/scaling-fits.svg)",
      measuredText(result),
      "## Throughput of one rollup (model)",
      throughputText(result),
      throughputTable(result),
      "![Transfers a second by the number of provers on logarithmic axes, for each workload, with rows in calldata and in shared blobs](plots/scaling-throughput.svg)",
      "Other sizes of batches, rows in calldata, 1,000 provers:",
      shapesTable(result),
      `## ${millions(result.model.parameters.targetTps)} million transfers a second (model)`,
      layersText(result),
      layersTable(result),
      "![Transfers a second that L1's blobs have room for, by how many of them share a published row](plots/scaling-data.svg)",
      statusTable(result),
      "## Assumptions",
      table(
        ["assumption", "value", "source"],
        result.model.assumptions.map(({ assumption, value, source }) => [assumption, value, source]),
      ),
      "Other values, without measuring again: `npm run bench -- scaling --from docs/report/data/scaling.json --share 1 --blobs 21 --provers 500,5000`.",
    ].join("\n\n"),
    plots: {
      "scaling-fits": fitsPlot(result.measured),
      "scaling-throughput": throughputPlot(result),
      "scaling-data": dataPlot(result),
    },
  };
}

function claimFindings({ measured: { sequencer, proving, verification, bytes } }: ScalingResult): string[] {
  return [sequencer, proving, verification, bytes].map(
    ({ claim, measured, holds }) =>
      `${capitalized(claim)}: **${holds ? "holds" : "does not hold"}** (${measured}).`,
  );
}

function modelFindings(result: ScalingResult): string[] {
  const { model } = result;
  const [load] = mainLoads(result);
  const [layer] = model.layers;
  if (load === undefined || layer === undefined) return [];
  const filled = (share: number): string => {
    const row = throughput(load, "calldata", plentyOfProvers, model.constants, {
      ...model.parameters,
      share,
    });
    const provers = written(sufficientProvers(row));
    return `${provers} provers are enough for ${written(row.tps)} a second, the limit that the ${row.bottleneck} sets with ${share === 1 ? "all" : percent(share)} of L1's gas`;
  };
  return [
    `Model: a prover (${model.constants.prover.cores} cores) makes ${decimals(1 / layer.proverSecondsPerTransfer)} ${load.workload} transfers a second; ${filled(model.parameters.share)}, and ${filled(1)}. The sequencer could do ${written(model.constants.sequencer.tps)}.`,
    `Model: ${millions(layer.targetTps)} million a second take ${written(layer.rollups)} rollups and ${written(layer.provers)} provers of batches. What binds is data: L1's ${model.parameters.blobs} blobs a block have room for the rows of ${written(layer.mostTpsOnL1)} ${load.workload} transfers a second, so ${written(layer.transfersPerRow)} transfers have to share a row, or data have to be elsewhere.`,
  ];
}

function claims({ measured: { sequencer, proving, verification, bytes } }: ScalingResult): string {
  return table(
    ["claim", "bar", "measured", "holds"],
    [sequencer, proving, verification, bytes].map(({ claim, bar, measured, holds }) => [
      claim,
      bar,
      measured,
      holds ? "yes" : "**no**",
    ]),
  );
}

/** What the model says of a circuit beyond those that it is fitted to. */
function largestProof({ verification }: Measured, { constants }: ModelResult): string {
  const largest = verification.points.reduce((a, b) => (a.constraints > b.constraints ? a : b));
  const { constraints, proofSeconds: found } = largest;
  return `By the clock that makes ${decimals(proofSeconds(constraints, constants.prover))} s for ${written(constraints)} constraints; a batch of the shape ${largest.shape} took ${decimals(found)} s.`;
}

function measuredText({ measured, model }: ScalingResult): string {
  const { sequencer, proving, verification, bytes } = measured;
  const [, , busy] = verification.points;
  const { settlementGas } = verification;
  return [
    `The sequencer is the whole process: requests, signatures, disk, execution, sealing, hashing; ${written(sequencer.accounts)} accounts. Proofs are Groth16 by the built-in prover of chains of hashes, key read, ${proving.threads} threads; Pippenger's sums cost less for each point the more there are, so time grows more slowly than n·log n. As a + b·n·log2 n: ${proving.processorModel.intercept.toPrecision(2)} s + ${proving.processorModel.slope.toPrecision(3)} s·n·log2 n of processors. ${largestProof(measured, model)}`,
    `The verifier sees three numbers whatever the batch holds, so its gas is the same to the unit; within a settlement it is ${written(verification.points[0]?.gasInSettle ?? 0)}, the call included, and ${decimals(1_000 * (busy?.verificationSeconds ?? 0))} ms outside of the chain. A settlement of k batches with n rows took ${written(settlementGas.firstBatch)} + ${written(settlementGas.furtherBatch)}·(k − 1) + ${written(settlementGas.row)}·n gas, and ${written(settlementGas.aggregation)} once if k > 1.`,
    `Published are packed rows of batches that the sequencer sealed out of plenty of payments among ${written(model.constants.loads[0]?.accounts ?? 0)} accounts: ${decimals(bytes.line.slope)} bytes for each account touched.`,
  ].join(" ");
}

function throughputText({ model: { parameters, constants } }: ScalingResult): string {
  return [
    `The least of four: the sequencer (${written(constants.sequencer.tps)} a second, ${constants.sequencer.measuredBy}), the provers, L1's room for rows (data) and L1's gas for all else of a settlement (verifier). Batches are of the shape with at most ${mainShape} constraints at depth 12 that takes most transfers of the workload; ${parameters.batchesPerSettlement} settle together.`,
    `*Calldata* is what the contract does today; there rows and verification share the same gas. *Blob*, a blob for each batch with a field element a row (docs/protocol.md section 5), is not built: at this size almost all of a blob is empty. *Shared blobs*, packed like calldata and always full, are specified nowhere and the best that blobs could do.`,
  ].join(" ");
}

function throughputTable(result: ScalingResult): string {
  const { provers } = result.model.parameters;
  const rows = grouped(result.model.throughput.filter(({ shape }) => shape === mainShape));
  return table(
    [
      "workload",
      "rows in",
      ...provers.map((count) => `${written(count)} prover${count === 1 ? "" : "s"}`),
      "gas a transfer",
    ],
    rows.map((row) => [
      row[0]?.workload ?? "",
      row[0]?.data ?? "",
      ...row.map(({ tps, bottleneck }) => `${written(tps)} (${bottleneck})`),
      Math.round(row[0]?.gasPerTransfer ?? 0),
    ]),
  );
}

function shapesTable({ model: { constants, parameters } }: ScalingResult): string {
  return table(
    [
      "workload",
      "shape",
      "slots (transactions, accounts)",
      "transfers a batch",
      "rows",
      "bytes of rows",
      "constraints a transfer",
      "transfers/s",
      "limited by",
      "gas a transfer",
    ],
    constants.loads
      .filter(({ workload }) => parameters.workloads.includes(workload))
      .map((load) => {
        const { tps, bottleneck, gasPerTransfer } = throughput(
          load,
          "calldata",
          1_000,
          constants,
          parameters,
        );
        return [
          load.workload,
          load.shape,
          `${load.transactionSlots}, ${load.accountSlots}`,
          rounded(load.transfers),
          rounded(load.rows),
          rounded(load.rowBytes),
          Math.round(load.constraints / load.transfers),
          rounded(tps),
          bottleneck,
          Math.round(gasPerTransfer),
        ];
      }),
  );
}

function layersText(result: ScalingResult): string {
  const { model } = result;
  const [layer] = model.layers;
  if (layer === undefined) return "";
  const { load } = layer;
  const [naive, chain] = layer.recursion;
  const calldataBytes = model.parameters.gasLimit / slotSeconds / floorGasPerByte;
  const more = layers(mainLoads(result)[0] as never, model.constants, { ...model.parameters, blobs: 21 });
  return [
    `Application-specific rollups side by side, each with a sequencer of its own, as L3s that settle on L2s, which settle on L1. For ${load.workload} transfers, with all of L1:`,
    [
      `**Data binds.** L1 has ${written(layer.l1BytesPerSecond)} bytes a second in blobs, at ${millions(layer.targetTps)} million a second ${layer.bytesPerTransferAvailable.toFixed(4)} bytes a transfer, and a row alone takes ${decimals(load.rowBytes / load.rows)}. With every row on L1, through however many layers, ${written(layer.mostTpsOnL1)} transfers a second are the end (${written(more.mostTpsOnL1)} with the 21 blobs that a block may have at most; calldata would add no more than ${written(calldataBytes)} bytes a second if nothing else were in the blocks). Beyond, L3s keep data elsewhere, trusting whoever keeps it (validium), or publish one row for many transfers: ${written(layer.transfersPerRow)} of them here. A row is the same however often its account moves, so a billion accounts can be published every ${decimals(layer.hoursBetweenDiffs)} hours, whatever they do in between; until then their data is with the L3's operator.`,
      `**Settlement needs proofs of proofs.** ${written(layer.proofsPerSecond)} proofs a second, ${model.parameters.batchesPerSettlement} in a settlement, take ${written(layer.timesL1Gas)} times all of L1's gas, or ${written(layer.l2s)} L2s with the EVM. A tree of proofs leaves one a block to L1. Verifying BN254 in BN254 costs ${written(naive?.constraintsPerProof ?? 0)} constraints for each proof of a batch, which has ${written(load.constraints)} itself: ${written(naive?.provers ?? 0)} provers more. Through BLS12-377 and BW6-761 it is ${written(chain?.constraintsPerProof ?? 0)} and ${written(chain?.provers ?? 0)}, but then batches are proven over another curve. Larger batches make both cheaper.`,
      `**Provers cost most.** ${decimals(layer.proverSecondsPerTransfer)} s of a prover each, ${written(layer.provers)} of them; sequencers are ${written(layer.rollups)}.`,
    ]
      .map((line) => `- ${line}`)
      .join("\n"),
  ].join("\n\n");
}

function layersTable({ model }: ScalingResult): string {
  return table(
    [
      "workload",
      "rollups and sequencers",
      "provers of batches",
      "provers of proofs (BN254 in BN254)",
      "levels",
      "proofs/s",
      "MB/s of rows",
      "all rows on L1 up to transfers/s",
      "or transfers that share a row",
    ],
    model.layers.map((layer) => [
      layer.load.workload,
      layer.rollups,
      layer.provers,
      layer.recursion[0]?.provers ?? 0,
      layer.recursion[0]?.levels ?? 0,
      Math.round(layer.proofsPerSecond),
      rounded(layer.bytesPerSecond / 1e6),
      Math.round(layer.mostTpsOnL1),
      Math.round(layer.transfersPerRow),
    ]),
  );
}

function statusTable({ measured: { verification } }: ScalingResult): string {
  const several = verification.settlements.filter(({ batches }) => batches > 1);
  const [two, most] = [several[0], several.at(-1)];
  const furtherGas =
    two === undefined || most === undefined || two === most
      ? Number.NaN
      : (most.verifierGas - two.verifierGas) / (most.batches - two.batches);
  return table(
    ["part", "exists"],
    [
      [
        "many rollups side by side, each with its sequencer and provers",
        "yes; nothing is shared between them",
      ],
      [
        "an L3: this rollup on an L2 of the OP Stack",
        "yes, tested on Hardhat's simulation: [examples/l3](../../examples/l3)",
      ],
      [
        "this rollup as the L2 below",
        "no: an application that verifies proofs would have to be part of its circuit",
      ],
      [
        "proofs of proofs",
        `no; \`settle\` verifies several proofs with one product of pairings, ${written(furtherGas)} gas for each further one`,
      ],
      ["rows in blobs", "no; specified in docs/protocol.md section 5"],
      ["data kept off L1, or one row for many batches", "no"],
      [
        `batches beyond ${builtInShapes.standard.transactions} transactions`,
        "any shape can be configured; proofs were measured up to 2^18 constraints here",
      ],
    ],
  );
}

function mainLoads({ model: { constants, parameters } }: ScalingResult) {
  return constants.loads.filter(
    ({ shape, workload }) => shape === mainShape && parameters.workloads.includes(workload),
  );
}

/** By workload and where rows go, in the order of provers. */
function grouped(rows: readonly Throughput[]): Throughput[][] {
  return [...Map.groupBy(rows, ({ workload, data }) => `${workload} ${data}`).values()];
}

function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

/** With three digits that count, and thousands separated. */
function written(value: number): string {
  return (value >= 1_000 ? Math.round(value) : rounded(value)).toLocaleString("en");
}

function decimals(value: number): string {
  return rounded(value).toLocaleString("en");
}

function percent(share: number): string {
  return `${rounded(100 * share)} %`;
}

function millions(tps: number): string {
  return decimals(tps / 1e6);
}
