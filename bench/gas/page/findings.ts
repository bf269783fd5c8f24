import { workloadNames } from "../../workload/workload.ts";
import { peerFigures } from "../peers.ts";
import type { GasResult, Settlement } from "../result.ts";
import { cheapest, perTransfer } from "./per-transfer.ts";

const written = (value: number): string => Math.round(value).toLocaleString("en-US");

/** What came out, a sentence each. */
export function findings(result: GasResult): string[] {
  const { settlements } = result;
  return [
    ...transfers(settlements),
    peers(settlements),
    amounts(settlements),
    verification(result),
    floor(settlements),
    blobs(result),
  ].filter((finding) => finding !== undefined);
}

function transfers(settlements: readonly Settlement[]): string[] {
  return workloadNames.flatMap((name) => {
    const round = settlements.filter(({ workload, amounts }) => workload === name && amounts === "round");
    const best = cheapest(round);
    if (best === undefined) return [];
    const { shape, batches, transfers, rows } = best;
    const touched = (rows / transfers).toFixed(2);
    const busy = cheapest(round.filter(({ shape }) => shape === "busy"));
    const small =
      busy === undefined
        ? ""
        : `; with \`busy\`, the largest shape whose proofs are real here, ${written(perTransfer(busy))}`;
    return [
      `**${name}**: a transfer takes ${written(perTransfer(best))} gas at best (${shape}, ${batches} ${batches === 1 ? "batch" : "batches"}, ${written(transfers)} transfers, ${touched} accounts touched for each)${small}.`,
    ];
  });
}

function peers(settlements: readonly Settlement[]): string {
  const parts = workloadNames.flatMap((name) => {
    const best = cheapest(
      settlements.filter(({ workload, amounts }) => workload === name && amounts === "round"),
    );
    if (best === undefined) return [];
    const than = peerFigures.map(
      ({ name: peer, gasPerTransaction }) =>
        `${(perTransfer(best) / gasPerTransaction).toFixed(2)} of ${peer}'s`,
    );
    return [`${name} ${than.join(", ")}`];
  });
  return `Over the published figures (${peerFigures.map(({ name, gasPerTransaction }) => `${name} ${written(gasPerTransaction)}`).join(", ")}): ${parts.join("; ")}. They differ in what is paid and when, see the end of the page.`;
}

/** What digits cost, where everything else is the same. */
function amounts(settlements: readonly Settlement[]): string | undefined {
  const ratios = settlements.flatMap((full) => {
    if (full.amounts !== "full" || full.batches !== 1) return [];
    const round = settlements.find(
      (other) =>
        other.amounts === "round" &&
        other.batches === 1 &&
        other.shape === full.shape &&
        other.workload === full.workload &&
        other.transfers === full.transfers,
    );
    return round === undefined ? [] : [perTransfer(full) / perTransfer(round) - 1];
  });
  if (ratios.length === 0) return undefined;
  const percent = (value: number): string => `${(100 * value).toFixed(0)} %`;
  return `Amounts to the last of 18 decimals cost ${percent(Math.min(...ratios))} to ${percent(Math.max(...ratios))} more gas than round ones: bytes are the smaller part of a row.`;
}

function verification({ verification }: GasResult): string | undefined {
  const single = verification.filter(({ batches }) => batches === 1);
  if (single.length === 0) return undefined;
  const gas = single.map(({ gas }) => gas);
  const constraints = single.map(({ constraints }) => constraints);
  const [least, most] = [Math.min(...gas), Math.max(...gas)];
  const several = verification.reduce((best, row) => (row.batches > best.batches ? row : best));
  const further = (several.gas - least) / (several.batches - 1);
  return `Verification does not depend on the batch's size: ${least === most ? written(least) : `${written(least)} to ${written(most)}`} gas from ${written(Math.min(...constraints))} to ${written(Math.max(...constraints))} constraints; each further proof in a settlement ${written(further)}.`;
}

function floor(settlements: readonly Settlement[]): string {
  const applied = settlements.filter(({ floorApplies }) => floorApplies).length;
  const share = Math.max(...settlements.map(({ floorGas, gas }) => floorGas / gas));
  return applied === 0
    ? `The floor of EIP-7623 never applies: it is at most ${(100 * share).toFixed(0)} % of what a settlement of transfers takes anyway.`
    : `The floor of EIP-7623 applies to ${applied} of ${settlements.length} settlements.`;
}

function blobs({ blob }: GasResult): string {
  const rows = (ratio: (priceRatio: number) => boolean): string => {
    const found = blob.breakEven.find(({ batches, priceRatio }) => batches === 1 && ratio(priceRatio))?.rows;
    return found === undefined ? "no number of rows" : `${written(found)} rows`;
  };
  return `A blob would be cheaper than calldata from ${rows((ratio) => ratio < 0.1)} of a batch on with blob gas at its reserve price (1/16 of gas), from ${rows((ratio) => ratio === 1)} on with both at the same price (model).`;
}
