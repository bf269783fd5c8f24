// Settlements with real proofs, and of larger batches with proofs that nobody checks.

import { packBatch } from "../../plugin/protocol/batch-data.ts";
import type { SealedRecord } from "../../plugin/sequencer/records.ts";
import type { BatchToSettle } from "../../plugin/settlement/batch-to-settle.ts";
import { calldataGas, transactionGas } from "./intrinsic.ts";
import { type MeasuredRollup, maxTransactionGas, settleData } from "./measured-rollup.ts";
import type { Crowd } from "./people.ts";
import type { Settlement } from "./result.ts";
import { standInBatch } from "./stand-in-batch.ts";

/** How many batches are settled at once. */
export const batchCounts = [1, 2, 4, 8] as const;

/** Nodes refuse larger transactions. */
const maxTransactionBytes = 128 * 1024;
/** Of a transaction besides its calldata: nonce, prices, addresses, signature. */
const envelopeBytes = 200;

/** A batch and how many transfers are in it. */
export type CountedBatch = BatchToSettle & { readonly transfers: number };

export function countedBatch(record: SealedRecord, shapeId: string): CountedBatch {
  return { ...standInBatch(record, shapeId), transfers: record.sealed.transactions.length };
}

/** Whether a settlement is one that a node takes and a block has room for. */
export function fitsTransaction(settlement: Pick<Settlement, "calldataBytes" | "gas">): boolean {
  return (
    settlement.calldataBytes + envelopeBytes <= maxTransactionBytes && settlement.gas <= maxTransactionGas
  );
}

/** What does not depend on the batches' content: measured elsewhere. */
export interface FixedShares {
  /** What the verification of that many proofs takes, if it is not part of what is measured. */
  readonly verification: number;
  readonly storage: number;
}

/**
 * Settles batches and says what it took.
 *
 * @returns Undefined if it would not fit into a transaction.
 */
export async function measureSettlement(
  rollup: MeasuredRollup,
  shape: string,
  { workload, amounts }: Crowd,
  batches: readonly CountedBatch[],
  verifier: Settlement["verifier"],
  { verification, storage }: FixedShares,
): Promise<Settlement | undefined> {
  const calldata = calldataGas(settleData(batches));
  if (!fitsTransaction({ calldataBytes: calldata.bytes, gas: 0 })) return undefined;
  const { gasUsed } = await rollup.undone(() => rollup.settle(batches));
  const { floorGas } = calldata;
  if (gasUsed <= floorGas)
    throw new Error("The floor of EIP-7623 applies: what was executed cannot be told.");
  const gas = verifier === "groth16" ? gasUsed : gasUsed + verification;
  const settlement: Settlement = {
    shape,
    workload,
    amounts,
    batches: batches.length,
    transfers: sum(batches, ({ transfers }) => transfers),
    rows: sum(batches, ({ rows }) => rows.length),
    verifier,
    rowBytes: sum(batches, (batch) => packBatch(batch).rows.length / 2 - 1),
    calldataBytes: calldata.bytes,
    calldataZeroBytes: calldata.zeroBytes,
    gas,
    split: {
      transaction: transactionGas,
      calldata: calldata.gas,
      verification,
      storage,
      execution: gas - transactionGas - calldata.gas - verification - storage,
    },
    floorGas,
    floorApplies: floorGas > gas,
  };
  return fitsTransaction(settlement) ? settlement : undefined;
}

function sum<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((total, one) => total + of(one), 0);
}
