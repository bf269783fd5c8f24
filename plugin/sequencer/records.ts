// What the sequencer keeps, as its callers see it.

import type { ExitRow } from "../protocol/batch-data.ts";
import type { Row } from "../protocol/row.ts";
import type { SealedBatch } from "../protocol/sealed-batch.ts";
import type { Shape } from "../protocol/shape.ts";
import type { SignedTransaction } from "../protocol/transaction.ts";
import type { Refusal } from "./refusal.ts";

/** Which deployment a store belongs to. */
export type StoreIdentity = {
  readonly chainId: bigint;
  /** The contract's L1 address. */
  readonly rollup: string;
  /** Hash of the block that deployed it: development chains start again and use the same addresses. */
  readonly blockHash: string;
  /** Levels of the state tree. */
  readonly depth: number;
};

/** A shape that the rollup has registered. */
export type RegisteredShape = {
  readonly name: string;
  readonly shape: Shape;
  /** `0x` and 64 digits, the shape's name on chain. */
  readonly id: string;
};

/** A batch that does not change any more, unless it is unsealed, with what it publishes besides its operations. */
export type SealedRecord = {
  readonly sealed: SealedBatch;
  readonly shapeName: string;
  readonly shapeId: string;
  readonly exits: readonly ExitRow[];
  readonly rows: readonly Row[];
};

export type ProofRecord = {
  readonly commitment: bigint;
  readonly newRoot: bigint;
  /** `0x` hexadecimal, as the verifier contract takes it. */
  readonly proof: string;
  readonly witnessSeconds: number;
  readonly proofSeconds: number;
  readonly constraints: number;
  /** Largest resident size of the proof's process. */
  readonly peakMemoryBytes: number;
};

/** The transaction that settled a batch, and where it is. */
export type SettlementRecord = {
  readonly transactionHash: string;
  readonly gasUsed: bigint;
  /** Undefined in stores from before it was written down, as the block's hash. */
  readonly blockNumber?: number | undefined;
  readonly blockHash?: string | undefined;
};

/** A transaction that was admitted and cannot be sealed any more. */
export type DroppedTransaction = {
  /** See transactionId. */
  readonly id: string;
  readonly transaction: SignedTransaction;
  /** The batch that it would have been in. */
  readonly batchNumber: number;
  readonly refusal: Refusal;
};

/** How far the sequencer has come. */
export type Progress = {
  /** Goes up with every change to what is pending or sealed. */
  readonly revision: number;
  /** The last batch that is sealed, 0 if none is. */
  readonly sealed: number;
  /** Entries of the L1 queue that have been observed. */
  readonly observed: number;
  /** Entries of the L1 queue that are in sealed batches. */
  readonly sealedEntries: number;
  /** Numbers given so far to what has been admitted, transactions and opens, in the order in which it is executed. */
  readonly arrivals: number;
  /** Goes up with every change that is more than an arrival: who has seen all before needs only what has arrived. */
  readonly upheavals: number;
};

/** An admitted transaction that is not sealed yet. */
export type PooledRecord = {
  /** See transactionId. */
  readonly id: string;
  readonly transaction: SignedTransaction;
  /** Unix time in seconds. */
  readonly admittedAt: number;
  /** Whether it waits for one with a lower nonce. */
  readonly waits: boolean;
};

/** Where a sealed transaction is. */
export type Place = {
  readonly batchNumber: number;
  /** Among the batch's transactions, from 0. */
  readonly position: number;
  readonly admittedAt: number;
  /** See transactionId. */
  readonly id: string;
};

/** By which arrivals a batch's opens and transactions are known, in the batch's order: what unsealing needs. */
export type BatchSources = {
  /** Unix time in seconds. */
  readonly sealedAt: number;
  readonly opens: readonly number[];
  readonly transactions: readonly number[];
};
