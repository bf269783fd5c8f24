import { provingClaim } from "../../../bench/scaling/claims/proving-work.ts";
import { publishedBytesClaim } from "../../../bench/scaling/claims/published-bytes.ts";
import { sequencerClaim } from "../../../bench/scaling/claims/sequencer-work.ts";
import { verificationClaim } from "../../../bench/scaling/claims/verification-cost.ts";
import { timesLogarithm } from "../../../bench/scaling/fit.ts";
import type { Constants, Load } from "../../../bench/scaling/model/constants.ts";
import { model } from "../../../bench/scaling/model/model.ts";
import { parseOptions } from "../../../bench/scaling/options.ts";
import type { ScalingResult, SettlementGas, SettlementPoint } from "../../../bench/scaling/result.ts";
import { workloadNames } from "../../../bench/workload/workload.ts";

export const settlement: SettlementGas = {
  firstBatch: 270_000,
  furtherBatch: 70_000,
  aggregation: 30_000,
  row: 500,
  rowBytes: 5,
  batchBytes: 700,
};

/** Proofs take a second for every 2^16 · 16 and an eighth of one besides; witnesses take nothing. */
export const constants: Constants = {
  sequencer: { tps: 5_000, measuredBy: "chosen for a test" },
  prover: {
    proof: { slope: 1 / timesLogarithm(2 ** 16), intercept: 0.125 },
    witnessSecondsPerConstraint: 0,
    cores: 2,
  },
  settlement,
  loads: workloadNames.flatMap((workload) =>
    ["2^20", "2^22"].map((shape) => exampleLoad({ workload, shape })),
  ),
};

export function exampleLoad(fields: Partial<Load> = {}): Load {
  return {
    workload: "random",
    shape: "2^20",
    transactionSlots: 50,
    accountSlots: 100,
    depth: 12,
    accounts: 100_000,
    constraints: 2 ** 20,
    transfers: 50,
    rows: 100,
    rowBytes: 500,
    ...fields,
  };
}

/** As settlements with the gas above. */
export function exampleSettlement(batches: number, rows: number): SettlementPoint {
  const { firstBatch, furtherBatch, aggregation, row, rowBytes, batchBytes } = settlement;
  return {
    batches,
    rows,
    rowBytes: rowBytes * rows,
    calldataBytes: rowBytes * rows + batchBytes * batches,
    gas: firstBatch + (batches - 1) * furtherBatch + (batches > 1 ? aggregation : 0) + row * rows,
    verifierGas: 205_000 + 48_000 * (batches - 1),
  };
}

export const exampleSettlements: readonly SettlementPoint[] = [
  exampleSettlement(1, 2),
  exampleSettlement(2, 4),
  exampleSettlement(4, 8),
  exampleSettlement(1, 6),
];

/** Numbers made up, each as it should be. */
export function exampleResult(): ScalingResult {
  const sizes = [2_000, 8_000, 32_000];
  const points = [2, 8, 43].map((transfers) => ({
    shape: `of ${transfers}`,
    transfers,
    rows: transfers,
    constraints: 6_000 * transfers,
    verifierGas: 203_000,
    gasInSettle: 205_000,
    verificationSeconds: 0.03,
    witnessSeconds: 0.1,
    proofSeconds: 1,
  }));
  return {
    cores: 2,
    measured: {
      sequencer: sequencerClaim(
        100_000,
        sizes.map((transactions) => ({
          transactions,
          processorSeconds: 2e-4 * transactions,
          seconds: 2e-4 * transactions,
          batches: 1,
        })),
      ),
      proving: provingClaim(
        [10, 12, 14, 15, 16, 17].map((power) => ({
          constraints: 2 ** power,
          processorSeconds: 0.05 + 1e-6 * timesLogarithm(2 ** power),
          seconds: 0.03 + 6e-7 * timesLogarithm(2 ** power),
        })),
      ),
      verification: verificationClaim({ points, settlements: exampleSettlements }),
      bytes: publishedBytesClaim(
        workloadNames.flatMap((workload) =>
          sizes.map((rows) => ({ workload, transfers: rows / 2, rows, bytes: 6 * rows })),
        ),
      ),
    },
    model: model(constants, parseOptions([]).parameters),
  };
}
