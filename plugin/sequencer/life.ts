// What has become of a transaction, as its sender asks for it.

import { decodeTransaction, type SignedTransaction } from "../protocol/transaction.ts";
import type { Refusal } from "./refusal.ts";
import type { Store } from "./store.ts";

/**
 * In the order of a transaction's life: waiting for a transaction with a lower nonce, pending, sealed in a batch that
 * will not change, proven, settled (final: on L1 at the configured depth); or dropped. A batch that is unsealed, since
 * L1 has gone back, makes its transactions pending again.
 */
export type LifeStatus = "waiting" | "pending" | "sealed" | "proven" | "settled" | "dropped";

export type TransactionLife = {
  /** See transactionId. */
  readonly id: string;
  readonly transaction: SignedTransaction;
  readonly status: LifeStatus;
  /** When it was admitted, Unix time in seconds; undefined once it is dropped. */
  readonly admittedAt?: number;
  /** From sealed on. Dropped: the batch that it would have been in. */
  readonly batchNumber?: number;
  /** From sealed on: its place among the batch's transactions, from 0. */
  readonly position?: number;
  /** Dropped only. */
  readonly reason?: Refusal;
};

/** The life of a transaction that was admitted to this store; undefined for one that was not, or was dropped long ago. */
export function lifeOf(store: Store, id: string): TransactionLife | undefined {
  const name = id.toLowerCase();
  const arrival = store.arrivals.get(name);
  if (arrival === undefined) return undefined;
  const pooled = store.transactions.get(arrival);
  if (pooled !== undefined) {
    const { transaction, admittedAt, waits } = pooled;
    return { id: name, transaction, status: waits ? "waiting" : "pending", admittedAt };
  }
  const place = store.places.get(arrival);
  if (place !== undefined) {
    const { batchNumber, position, admittedAt } = place;
    // Whoever asks for many lives must not have as many batches read.
    const encoded = store.encodedTransactions.get(batchNumber)?.[position];
    if (encoded === undefined) return undefined;
    return {
      id: name,
      transaction: decodeTransaction(encoded),
      status: batchStatus(store, batchNumber),
      admittedAt,
      batchNumber,
      position,
    };
  }
  const dropped = store.dropped.get(arrival);
  if (dropped === undefined) return undefined;
  const { transaction, batchNumber, refusal } = dropped;
  return { id: name, transaction, status: "dropped", batchNumber, reason: refusal };
}

/** The lives of a sealed batch's transactions, in order; none of a batch that another store has sealed. */
export function livesOf(store: Store, batchNumber: number): TransactionLife[] {
  const arrivals = store.sources.get(batchNumber)?.transactions ?? [];
  if (arrivals.length === 0) return [];
  const status = batchStatus(store, batchNumber);
  const { transactions } = store.batch(batchNumber).sealed;
  return arrivals.flatMap((arrival, position) => {
    const place = store.places.get(arrival);
    const transaction = transactions[position];
    if (place === undefined || transaction === undefined) return [];
    const { id, admittedAt } = place;
    return [{ id, transaction, status, admittedAt, batchNumber, position }];
  });
}

/** How far a sealed batch has come. */
function batchStatus(store: Store, batchNumber: number): "sealed" | "proven" | "settled" {
  if (batchNumber <= store.settledBatch) return "settled";
  return store.proofs.get(batchNumber) === undefined ? "sealed" : "proven";
}
