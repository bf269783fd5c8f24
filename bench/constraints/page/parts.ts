import type { TopLevelSpec } from "vega-lite";
import { table } from "../../report/table.ts";
import { hermezCeremony, hermezTransaction, sources } from "../published.ts";
import type { ConstraintsResult } from "../result.ts";
import { whole } from "./written.ts";

export function partsText({ hermez, loopring, parts }: ConstraintsResult): string {
  const { estimate } = hermez;
  const terms = hermezTransaction(hermezCeremony);
  const own = (name: string): number => parts[name] ?? Number.NaN;
  return `## What Hermez's transaction is made of

Templates of circomlib, compiled here as [Hermez's circuit](${sources.hermezTransaction}) uses them, for each transaction:

${table(
  ["template", "constraints", "in a transaction"],
  [
    ...hermez.parts.map((row) => [
      row.part,
      Number(row.constraints.toFixed(1)),
      Math.round(row.perTransaction),
    ]),
    ["explained", "", Math.round(hermez.explained)],
    ["rest: floats, fees, linked transactions, their own logic", "", Math.round(hermez.rest)],
    ["**its figure**", "", hermez.published],
  ],
)}

![Hermez's transaction by its parts, beside ours](plots/constraints-parts.svg)

Where its figure comes from: [the estimator in Hermez's repository](${sources.hermezEstimator}) has \`974·n + 14,552\` for processing a transaction at \`n\` levels (${whole(terms.rollup)} at ${hermez.levels}) and ${whole(terms.data)} for SHA-256 of its 112 published bits, together ${whole(estimate.ofPublished)}: presumably the figure, rounded. It adds decoding (${whole(terms.decode)}, of which the hash of the signed message, Poseidon(6), takes ${whole(own("poseidon6"))} here), 64 tokens for fees (${terms.feeSlots}) and intermediate signals (${terms.intermediate}): ${whole(estimate.perTransaction)} in all. A batch has ${whole(estimate.perBatch)} on top, mostly SHA-256 of 256 slots for transactions from L1, used or not. So the figure that ratios here are over leaves something out, in Hermez's favour. The circuits of [its ceremony](${sources.hermezSizes}) have these sizes, with 1,912 and 344 transactions.

Not reproduced: Hermez's own circuit is written for circom 0.5 and older templates, not published as a package. circomlib's present SMT processor takes ${hermez.level} constraints a level, Hermez's estimator ${hermez.estimatedLevel}; that makes what is explained too large by about ${whole(2 * 33 * (hermez.level - hermez.estimatedLevel))} and the rest too small.

The same work here: a signature takes ${whole(own("ownSignature"))} (circomlib's verifier ${whole(own("eddsa"))}), the path of an account before and after the batch ${whole(own("ownPath"))} at 16 quaternary levels (circomlib's processor ${whole(own("smt33"))} for as many accounts), published data 1 to 2 elements a row under the sponge instead of SHA-256.

**Loopring** publishes and hashes [${loopring.bytesPerTransaction} bytes](${sources.loopringData}) for every transaction slot of its version 3.6: with circomlib's SHA-256 that is ${whole(loopring.sha256PerTransaction)} constraints. About ${whole(loopring.published)} is the figure that [protocol.md](../protocol.md) names; its circuits are C++ for libsnark and not compiled here. [Its design document](${sources.loopringDesign}) puts a ring settlement, whose slot any kind of transaction takes, at about ${whole(loopring.publishedPerRing)}: its own figure, not reproduced.`;
}

export function partsPlot({
  hermez,
  equalAccounts,
  parts,
  publishedElement,
}: ConstraintsResult): TopLevelSpec {
  const deep = equalAccounts.find((row) => row.depth === 16);
  const own = deep?.perTransfer ?? [0, 0, 0];
  const signature = parts.ownSignature ?? 0;
  const paths = 2 * (parts.ownPath ?? 0);
  const data = 2 * publishedElement;
  const kinds = ["tree", "signature", "published data", "the rest"];
  const hermezTree = hermez.parts[0]?.perTransaction ?? 0;
  const hermezSignature = hermez.parts[1]?.perTransaction ?? 0;
  const hermezData = hermez.parts.at(-1)?.perTransaction ?? 0;
  const bars: [string, number[]][] = [
    [
      "Hermez, 32 levels",
      [hermezTree, hermezSignature, hermezData, hermez.published - hermezTree - hermezSignature - hermezData],
    ],
    ["here, two account slots", [paths, signature, data, own[2] - paths - signature - data]],
    ["here, one account slot", [paths / 2, signature, data / 2, own[1] - paths / 2 - signature - data / 2]],
    ["here, no account slot", [0, signature, 0, own[0] - signature]],
  ];
  const values = bars.flatMap(([of, amounts]) =>
    amounts.map((constraints, order) => ({ of, part: kinds[order], constraints, order })),
  );
  return {
    width: 420,
    height: { step: 38 },
    data: { values },
    mark: "bar",
    encoding: {
      y: { field: "of", type: "nominal", title: null, sort: null, axis: { labelLimit: 200 } },
      x: { field: "constraints", type: "quantitative", title: "constraints of a transfer, 2^32 accounts" },
      color: { field: "part", type: "nominal", title: null, sort: kinds },
      order: { field: "order" },
    },
  };
}
