// Throughput of one rollup: the least of what its sequencer, its provers, L1's data and L1's verifier can do.

import { timesLogarithm } from "../fit.ts";
import type { SettlementGas } from "../result.ts";
import type { Constants, Load } from "./constants.ts";
import type { Parameters } from "./parameters.ts";
import {
  elementsPerBlob,
  floorGasPerByte,
  gasPerByte,
  gasPerPublicInput,
  pointEvaluationGas,
  publicInputsOfBlob,
  slotSeconds,
  transactionGas,
  transactionGasLimit,
  usableBytesPerBlob,
} from "./published.ts";

export const bottlenecks = ["sequencer", "prover", "data", "verifier"] as const;
export type Bottleneck = (typeof bottlenecks)[number];

/**
 * Where rows go. `calldata`: into calldata, as the contract takes them today. `blob`: a blob for each batch, a field element
 * for each row, docs/protocol.md section 5; not built. `shared blobs`: as many bytes as in calldata, in blobs that batches
 * share and fill; nowhere specified, what is possible at best.
 */
export const dataModes = ["calldata", "blob", "shared blobs"] as const;
export type DataMode = (typeof dataModes)[number];

/** Transfers a second, for each bottleneck as if the others were none. */
export type Limits = Readonly<Record<Bottleneck, number>>;

export interface Throughput {
  readonly workload: Load["workload"];
  readonly shape: string;
  readonly data: DataMode;
  readonly provers: number;
  readonly tps: number;
  readonly bottleneck: Bottleneck;
  readonly limits: Limits;
  /** Of L1, for a transfer: its part of settlement and verification, and its rows if they are in calldata. */
  readonly gasPerTransfer: number;
}

/** @param provers - Machines with as many cores as the measured one, a batch at a time each. */
export function throughput(
  load: Load,
  data: DataMode,
  provers: number,
  { sequencer, prover, settlement }: Constants,
  parameters: Parameters,
): Throughput {
  const gas = gasOfBatch(load, data, settlement, parameters.batchesPerSettlement);
  const gasPerSecond = (parameters.share * parameters.gasLimit) / slotSeconds;
  const blobsPerSecond = (parameters.share * parameters.blobs) / slotSeconds;
  const blobs = {
    calldata: 0,
    blob: Math.ceil(load.rows / elementsPerBlob),
    "shared blobs": sharedBlobs(load),
  };
  const limits: Limits = {
    sequencer: sequencer.tps,
    prover: (provers * load.transfers) / batchSeconds(load.constraints, prover),
    data: load.transfers * (data === "calldata" ? gasPerSecond / gas.data : blobsPerSecond / blobs[data]),
    verifier: (load.transfers * gasPerSecond) / gas.verifier,
  };
  // Rows in calldata and verification share the same gas.
  const settled =
    data === "calldata"
      ? (load.transfers * gasPerSecond) / (gas.data + gas.verifier)
      : Math.min(limits.data, limits.verifier);
  const tps = Math.min(limits.sequencer, limits.prover, settled);
  const ofL1 = limits.data < limits.verifier ? "data" : "verifier";
  return {
    workload: load.workload,
    shape: load.shape,
    data,
    provers,
    tps,
    bottleneck: tps === limits.prover ? "prover" : tps === limits.sequencer ? "sequencer" : ofL1,
    limits,
    gasPerTransfer: (gas.data + gas.verifier) / load.transfers,
  };
}

/** Seconds that a prover takes for a batch: witness and proof. */
export function batchSeconds(constraints: number, prover: Constants["prover"]): number {
  return proofSeconds(constraints, prover) + prover.witnessSecondsPerConstraint * constraints;
}

/** By the clock, key read. */
export function proofSeconds(constraints: number, { proof }: Constants["prover"]): number {
  return proof.intercept + proof.slope * timesLogarithm(constraints);
}

/** A batch's part of a settlement of several: of its rows, and all else. */
export function gasOfBatch(
  load: Pick<Load, "rows" | "rowBytes">,
  data: DataMode,
  settlement: SettlementGas,
  batches: number,
): { readonly data: number; readonly verifier: number } {
  const { firstBatch, furtherBatch, aggregation, row, rowBytes, batchBytes } = settlement;
  // Longer rows pay for their bytes.
  const gasOfRows = load.rows * row + gasPerByte * Math.max(0, load.rowBytes - load.rows * rowBytes);
  const fixed = (count: number): number =>
    (firstBatch + (count - 1) * furtherBatch + (count > 1 ? aggregation : 0)) / count;
  if (data !== "calldata") {
    const evaluation = pointEvaluationGas + publicInputsOfBlob * gasPerPublicInput;
    return { data: 0, verifier: fixed(batches) + evaluation };
  }
  let count = batches;
  while (count > 1 && count * (fixed(count) + gasOfRows) > transactionGasLimit) count--;
  const floor = transactionGas / count + floorGasPerByte * (batchBytes + load.rowBytes);
  return { data: Math.max(gasOfRows, floor - fixed(count)), verifier: fixed(count) };
}

function sharedBlobs({ rowBytes }: Load): number {
  return rowBytes / usableBytesPerBlob;
}

/** From how many provers on something else is the bottleneck. */
export function sufficientProvers({ limits, provers, tps, bottleneck }: Throughput): number {
  if (bottleneck === "prover") throw new RangeError("More provers would help.");
  return Math.ceil((tps / limits.prover) * provers);
}
