// What a given throughput takes: many rollups, each with its sequencer, that settle on L1 through layers in between.

import type { Constants, Load } from "./constants.ts";
import type { Parameters } from "./parameters.ts";
import { slotSeconds, usableBytesPerBlob, verificationConstraints } from "./published.ts";
import { batchSeconds, gasOfBatch } from "./throughput.ts";

/** Proofs of proofs: the levels, the last of them as often as it takes until one proof a block is left. */
export const recursionPlans = {
  "BN254 in BN254": [{ verifies: "bn254InBn254", fanIn: 8 }],
  "BLS12-377 in BW6-761 in BN254": [
    { verifies: "bls12377InBw6761", fanIn: 64 },
    { verifies: "bw6761InBn254", fanIn: 2 },
    { verifies: "bn254InBn254", fanIn: 8 },
  ],
} as const satisfies Readonly<
  Record<string, readonly { verifies: keyof typeof verificationConstraints; fanIn: number }[]>
>;
/** Accounts of all rollups together, one for each of many people. */
export const accountsOfAll = 1_000_000_000;
/** Gas a second of an L2 with the EVM. */
export const l2GasPerSecond = 30_000_000;

export interface Layers {
  readonly targetTps: number;
  /** What the rollups of the lowest layer are: their workload and shape. */
  readonly load: Pick<Load, "workload" | "shape" | "transfers" | "rows" | "rowBytes" | "constraints">;
  /** Rollups, and sequencers: one each. */
  readonly rollups: number;
  readonly provers: number;
  readonly proverSecondsPerTransfer: number;
  readonly proofsPerSecond: number;
  readonly recursion: readonly Recursion[];
  /** If all batches settle without proofs of proofs. */
  readonly gasPerSecond: number;
  /** How many times all of L1's gas that is. */
  readonly timesL1Gas: number;
  /** How many L2s with the EVM take it. */
  readonly l2s: number;
  /** Of rows, all rollups together. */
  readonly bytesPerSecond: number;
  readonly l1BytesPerSecond: number;
  /** If all rows go to L1. */
  readonly mostTpsOnL1: number;
  /** What L1 has for a transfer at the target. */
  readonly bytesPerTransferAvailable: number;
  /** How many transfers have to share a row, so that all rows go to L1. */
  readonly transfersPerRow: number;
  /** How often all accounts can be published, so that all rows go to L1. */
  readonly hoursBetweenDiffs: number;
}

export interface Recursion {
  readonly plan: keyof typeof recursionPlans;
  /** Until one proof a block is left. */
  readonly levels: number;
  /** Spent on proofs of proofs, for each proof of a batch. */
  readonly constraintsPerProof: number;
  /** Besides those that prove batches. */
  readonly provers: number;
}

export function layers(load: Load, constants: Constants, parameters: Parameters): Layers {
  const { targetTps } = parameters;
  const proofsPerSecond = targetTps / load.transfers;
  const seconds = batchSeconds(load.constraints, constants.prover);
  const gas = gasOfBatch(load, "calldata", constants.settlement, parameters.batchesPerSettlement);
  const gasPerSecond = proofsPerSecond * (gas.data + gas.verifier);
  const available = l1BytesPerSecond(parameters.blobs);
  const bytesPerRow = load.rowBytes / load.rows;
  const bytesPerSecond = proofsPerSecond * load.rowBytes;
  return {
    targetTps,
    load,
    rollups: Math.ceil(targetTps / constants.sequencer.tps),
    provers: Math.ceil(proofsPerSecond * seconds),
    proverSecondsPerTransfer: seconds / load.transfers,
    proofsPerSecond,
    recursion: (Object.keys(recursionPlans) as (keyof typeof recursionPlans)[]).map((plan) =>
      recursion(plan, proofsPerSecond, constants),
    ),
    gasPerSecond,
    timesL1Gas: gasPerSecond / (parameters.gasLimit / slotSeconds),
    l2s: Math.ceil(gasPerSecond / l2GasPerSecond),
    bytesPerSecond,
    l1BytesPerSecond: available,
    mostTpsOnL1: (targetTps * available) / bytesPerSecond,
    bytesPerTransferAvailable: available / targetTps,
    transfersPerRow: (targetTps * bytesPerRow) / available,
    hoursBetweenDiffs: (accountsOfAll * bytesPerRow) / available / 3_600,
  };
}

/** Of blobs, all of L1's. */
export function l1BytesPerSecond(blobs: number): number {
  return (blobs * usableBytesPerBlob) / slotSeconds;
}

/** Proofs of proofs have as many constraints as their verifications. */
export function recursion(
  plan: Recursion["plan"],
  proofsPerSecond: number,
  { prover }: Pick<Constants, "prover">,
): Recursion {
  const steps = recursionPlans[plan];
  let proofs = proofsPerSecond;
  let levels = 0;
  let constraints = 0;
  let provers = 0;
  while (proofs * slotSeconds > 1) {
    const { verifies, fanIn } = steps[Math.min(levels, steps.length - 1)] as (typeof steps)[number];
    constraints += proofs * verificationConstraints[verifies];
    proofs /= fanIn;
    provers += proofs * batchSeconds(fanIn * verificationConstraints[verifies], prover);
    levels++;
  }
  return { plan, levels, constraintsPerProof: constraints / proofsPerSecond, provers: Math.ceil(provers) };
}
