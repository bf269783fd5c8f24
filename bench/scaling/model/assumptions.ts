import { workloadDescriptions } from "../../workload/workload.ts";
import type { Constants } from "./constants.ts";
import { accountsOfAll, l2GasPerSecond } from "./layers.ts";
import type { Parameters } from "./parameters.ts";
import {
  elementsPerBlob,
  floorGasPerByte,
  gasPerPublicInput,
  pointEvaluationGas,
  publicInputsOfBlob,
  slotSeconds,
  sources,
  transactionGasLimit,
  usableBytesPerBlob,
  verificationConstraints,
} from "./published.ts";

/** Something that the model takes for true. */
export interface Assumption {
  readonly assumption: string;
  readonly value: string;
  /** Where it is published, what measured it, or that somebody has chosen it. */
  readonly source: string;
}

export function assumptions(
  { sequencer, prover, settlement, loads }: Constants,
  parameters: Parameters,
): Assumption[] {
  const [load] = loads;
  return [
    row("transactions a second of a sequencer", number(sequencer.tps), sequencer.measuredBy),
    row(
      "seconds of a proof with n constraints, key read",
      `${scientific(prover.proof.intercept)} + ${scientific(prover.proof.slope)}·n·log2 n`,
      `measured here on ${prover.cores} cores up to 2^17; extrapolated beyond`,
    ),
    row(
      "seconds of the witness",
      `${scientific(prover.witnessSecondsPerConstraint)} a constraint`,
      "measured here, batch of the shape busy",
    ),
    row(
      "a prover",
      `${prover.cores} cores like those measured on, a batch at a time`,
      "chosen; a faster machine counts as several",
    ),
    row(
      "who pays whom",
      parameters.workloads.map((name) => `${name}: ${workloadDescriptions[name]}`).join("; "),
      `chosen; among ${number(load?.accounts ?? 0)} accounts, as the sequencer seals them`,
    ),
    row(
      "amounts, of which bytes of a row depend",
      "two significant digits, fee of 0.000001 ETH",
      "chosen; amounts to the last of 18 decimals take about twice the bytes",
    ),
    row(
      "gas of a settlement of k batches with n rows",
      `${number(settlement.firstBatch)} + ${number(settlement.furtherBatch)}·(k − 1) + ${number(settlement.aggregation)} if k > 1 + ${number(settlement.row)}·n`,
      "measured here, shape dev, Groth16; bytes beyond those measured 16 gas each",
    ),
    row("batches in a settlement", number(parameters.batchesPerSettlement), "chosen; `--batches`"),
    row("most gas of a transaction", number(transactionGasLimit), sources.transactionLimit),
    row("gas limit of an L1 block", number(parameters.gasLimit), `${sources.gasLimit}; \`--gas-limit\``),
    row("blobs in an L1 block", number(parameters.blobs), `${sources.blobs}; \`--blobs\``),
    row("seconds between L1 blocks", number(slotSeconds), sources.slot),
    row(
      "share of L1's gas and blobs for one rollup",
      `${100 * parameters.share} %`,
      "chosen; `--share`; layers below take all",
    ),
    row("bytes that fit into a blob", number(usableBytesPerBlob), sources.blob),
    row("rows in a blob of a batch", number(elementsPerBlob), "docs/protocol.md section 5; not built"),
    row(
      "gas of a blob's point evaluation",
      number(pointEvaluationGas + publicInputsOfBlob * gasPerPublicInput),
      sources.pointEvaluation,
    ),
    row("calldata costs at least", `${floorGasPerByte} gas a byte`, sources.floor),
    row(
      "constraints of verifying a proof in a proof, BN254 in BN254",
      number(verificationConstraints.bn254InBn254),
      sources.recursion,
    ),
    row(
      "the same, BLS12-377 in BW6-761, and BW6-761 in BN254",
      `${number(verificationConstraints.bls12377InBw6761)} and ${number(verificationConstraints.bw6761InBn254)}`,
      sources.chain,
    ),
    row(
      "a proof of proofs verifies",
      "8 proofs; of BLS12-377 64, of BW6-761 2",
      "chosen; proven as fast as our circuit with as many constraints, extrapolated, though BW6-761's field is three times as wide",
    ),
    row("accounts of all rollups", number(accountsOfAll), "chosen"),
    row(
      "gas a second of an L2 with the EVM",
      number(l2GasPerSecond),
      "chosen: L1's gas limit each two seconds, the block time of the OP Stack",
    ),
  ];
}

function row(assumption: string, value: string, source: string): Assumption {
  return { assumption, value, source };
}

function number(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: value < 100 ? 2 : 0 });
}

function scientific(value: number): string {
  return value.toPrecision(3);
}
