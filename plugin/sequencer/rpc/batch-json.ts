import { formatAddress } from "../../protocol/address.ts";
import { wordHex } from "../../protocol/hex.ts";
import { type Operation, operationKind } from "../../protocol/operation.ts";
import { transactionIds } from "../hashing/transaction-ids.ts";
import type { SealedRecord } from "../records.ts";
import type { Store } from "../store.ts";
import type { BatchJson, BatchSummaryJson } from "./wire.ts";

type BatchStore = Pick<Store, "batches" | "proofs" | "settlements" | "settledBatch">;

/** A batch as rollup_getBatch gives it; undefined if there is none. */
export function batchToJson(store: BatchStore, domain: bigint, batchNumber: number): BatchJson | undefined {
  const batch = store.batches.get(batchNumber);
  if (batch === undefined) return undefined;
  const { sealed, shapeName, shapeId, exits, rows } = batch;
  const proof = store.proofs.get(batchNumber)?.proof;
  return {
    batchNumber,
    shape: shapeName,
    shapeId,
    operations: sealed.operations.map(operationToJson),
    transactions: transactionIds(domain, sealed.transactions),
    feeAccounts: [...sealed.feeAccounts],
    exits: exits.map(({ recipient, amount, asset }) => ({
      recipient: formatAddress(recipient),
      amount: amount.toString(),
      asset,
    })),
    rows: rows.map(({ index, nonceIncrease, balance }) => ({
      index,
      nonceIncrease,
      balance: balance.toString(),
    })),
    ...lifeOf(store, batchNumber),
    ...(proof === undefined ? {} : { proof }),
  };
}

/** A batch in numbers, as subscriptions give it. */
export function batchToSummary(store: BatchStore, batchNumber: number): BatchSummaryJson {
  const batch = store.batches.get(batchNumber);
  if (batch === undefined) return { batchNumber, status: "unsealed" };
  return { batchNumber, ...countsOf(batch), ...lifeOf(store, batchNumber) };
}

function countsOf({ sealed, shapeName, exits, rows }: SealedRecord) {
  return {
    shape: shapeName,
    operations: sealed.operations.length,
    transactions: sealed.transactions.length,
    exits: exits.length,
    rows: rows.length,
  };
}

/** How far a sealed batch has come. */
function lifeOf({ proofs, settlements, settledBatch }: BatchStore, batchNumber: number) {
  const proof = proofs.get(batchNumber);
  const settlement = settlements.get(batchNumber);
  const isSettled = batchNumber <= settledBatch;
  const status = isSettled
    ? ("settled" as const)
    : proof === undefined
      ? ("sealed" as const)
      : ("proven" as const);
  return {
    status,
    ...(proof === undefined ? {} : { newRoot: wordHex(proof.newRoot) }),
    ...(settlement === undefined ? {} : { l1Transaction: settlement.transactionHash }),
  };
}

function operationToJson(operation: Operation): BatchJson["operations"][number] {
  const { index, owner } = operation;
  const common = { index, owner: formatAddress(owner) };
  if (operation.kind === operationKind.exit) return { kind: "exit", ...common };
  if (operation.kind === operationKind.open) return { kind: "open", ...common, asset: operation.asset };
  const { asset, amount, creates } = operation;
  return { kind: "deposit", ...common, asset, amount: amount.toString(), creates };
}
