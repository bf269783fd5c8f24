// How the store writes values that there are few of: JSON, with what the protocol has a layout for in hexadecimal and
// integers beyond 53 bits as decimal strings (see compact-codecs.ts for the others). Reading takes back exactly that and throws on anything else.

import { z } from "zod";
import { packBatch, unpackBatch } from "../protocol/batch-data.ts";
import { type Deposit, type Exit, type Open, type Operation, operationKind } from "../protocol/operation.ts";
import { decodeTransaction, encodeTransaction } from "../protocol/transaction.ts";
import type {
  DroppedTransaction,
  Progress,
  ProofRecord,
  SealedRecord,
  SettlementRecord,
  StoreIdentity,
} from "./records.ts";
import type { RefusalCode } from "./refusal.ts";

/** Values to text and back. `decode` throws on text that `encode` does not make. */
export type Codec<V> = { encode(value: V): string; decode(text: string): V };

/** The same for bytes, which are only good until `fromBytes` returns. */
export type BytesCodec<V> = { toBytes(value: V): Uint8Array; fromBytes(bytes: Uint8Array): V };

/** What a codec writes, as bytes. */
export function bytesOf<V>(codec: Codec<V> | BytesCodec<V>, value: V): Uint8Array {
  return "toBytes" in codec ? codec.toBytes(value) : Buffer.from(codec.encode(value));
}

/** Reads what `bytesOf` returns. */
export function valueFrom<V>(codec: Codec<V> | BytesCodec<V>, bytes: Uint8Array): V {
  if ("toBytes" in codec) return codec.fromBytes(bytes);
  return codec.decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
}

/** An entry of the L1 queue as the operation that it becomes. */
export type StoredEntry = { readonly operation: Deposit | Exit; readonly deadline: number };

/** One operation as it is posted (protocol section 9). */
const operationCodec: Codec<Operation> = {
  encode: (operation) => packBatch({ operations: [operation], exits: [], rows: [] }).operations,
  decode(text) {
    const [operation, ...others] = unpackBatch({ operations: text, exits: "0x", rows: "0x" }).operations;
    if (operation === undefined || others.length > 0) throw new Error("Expected exactly one operation.");
    return operation;
  },
};

export const openCodec: Codec<Open> = {
  encode: operationCodec.encode,
  decode(text) {
    const operation = operationCodec.decode(text);
    if (operation.kind !== operationKind.open) throw new Error("Expected an open.");
    return operation;
  },
};

const count = z.number().int().nonnegative();
const hex = z.string().regex(/^0x(?:[0-9a-f]{2})*$/);
const decimal = z
  .string()
  .regex(/^(?:0|[1-9][0-9]*)$/)
  .transform(BigInt);

/**
 * A codec of JSON: what is written comes from `toJson`, which names every field, since a caller's object may have more
 * than its type says; what is read goes through `type` and `fromJson`. `encode` throws on what `decode` would not read.
 */
function jsonCodec<T extends z.ZodTypeAny, V>(
  type: T,
  toJson: (value: V) => z.input<T>,
  fromJson: (value: z.output<T>) => V,
): Codec<V> {
  return {
    encode(value) {
      const json = toJson(value);
      type.parse(json);
      return JSON.stringify(json);
    },
    decode: (text) => fromJson(type.parse(JSON.parse(text))),
  };
}

export const indexCodec: Codec<number> = jsonCodec(
  count,
  (value) => value,
  (value) => value,
);

export const progressCodec: Codec<Progress> = jsonCodec(
  z
    .object({
      revision: count,
      sealed: count,
      observed: count,
      sealedEntries: count,
      arrivals: count,
      upheavals: count,
    })
    .strict(),
  (progress) => progress,
  (progress) => progress,
);

export const entryCodec: Codec<StoredEntry> = jsonCodec(
  z.object({ operation: hex, deadline: count }).strict(),
  ({ operation, deadline }) => ({ operation: operationCodec.encode(operation), deadline }),
  ({ operation: text, deadline }) => {
    const operation = operationCodec.decode(text);
    if (operation.kind === operationKind.open) throw new Error("An open does not come from L1.");
    return { operation, deadline };
  },
);

export const batchCodec: Codec<SealedRecord> = jsonCodec(
  z
    .object({
      batchNumber: count,
      shapeName: z.string(),
      shapeId: hex,
      operations: hex,
      transactions: z.array(hex),
      feeAccounts: z.array(count),
      exits: hex,
      rows: hex,
    })
    .strict(),
  ({ sealed, shapeName, shapeId, exits, rows }) => ({
    batchNumber: sealed.batchNumber,
    shapeName,
    shapeId,
    transactions: sealed.transactions.map(encodeTransaction),
    feeAccounts: [...sealed.feeAccounts],
    ...packBatch({ operations: sealed.operations, exits, rows }),
  }),
  ({ batchNumber, shapeName, shapeId, transactions, feeAccounts, ...packed }) => {
    const { operations, exits, rows } = unpackBatch(packed);
    const sealed = {
      batchNumber,
      operations,
      transactions: transactions.map(decodeTransaction),
      feeAccounts,
    };
    return { sealed, shapeName, shapeId, exits, rows };
  },
);

/** Of a batch's record the transactions, still encoded: to read one of them that way takes a fraction of the time. */
export const encodedTransactionsCodec: Codec<readonly string[]> = {
  encode() {
    throw new Error("Batches are written as a whole.");
  },
  decode: (text) => z.object({ transactions: z.array(z.string()) }).parse(JSON.parse(text)).transactions,
};

export const proofCodec: Codec<ProofRecord> = jsonCodec(
  z
    .object({
      commitment: decimal,
      newRoot: decimal,
      proof: hex,
      witnessSeconds: z.number().nonnegative(),
      proofSeconds: z.number().nonnegative(),
      constraints: count,
      peakMemoryBytes: count,
    })
    .strict(),
  ({ commitment, newRoot, proof, witnessSeconds, proofSeconds, constraints, peakMemoryBytes }) => ({
    commitment: commitment.toString(),
    newRoot: newRoot.toString(),
    proof: proof.toLowerCase(),
    witnessSeconds,
    proofSeconds,
    constraints,
    peakMemoryBytes,
  }),
  (proof) => proof,
);

export const settlementCodec: Codec<SettlementRecord> = jsonCodec(
  z
    .object({
      transactionHash: hex,
      gasUsed: decimal,
      blockNumber: count.optional(),
      blockHash: hex.optional(),
    })
    .strict(),
  ({ transactionHash, gasUsed, blockNumber, blockHash }) => ({
    transactionHash: transactionHash.toLowerCase(),
    gasUsed: gasUsed.toString(),
    blockNumber,
    blockHash: blockHash?.toLowerCase(),
  }),
  (settlement) => settlement,
);

export const droppedCodec: Codec<DroppedTransaction> = jsonCodec(
  z.object({ id: hex, transaction: hex, batchNumber: count, code: z.string(), reason: z.string() }).strict(),
  ({ id, transaction, batchNumber, refusal }) => ({
    id,
    transaction: encodeTransaction(transaction),
    batchNumber,
    code: refusal.code,
    reason: refusal.reason,
  }),
  ({ id, transaction, batchNumber, code, reason }) => ({
    id,
    transaction: decodeTransaction(transaction),
    batchNumber,
    // Whatever code was written: a list to check it against would be one more thing to keep in step.
    refusal: { code: code as RefusalCode, reason },
  }),
);

/** What stands at the start of a store: what it is, its version and whose it is. */
export type StoreHeader = { readonly version: number; readonly identity: StoreIdentity };

const storeFormat = "hardhat-rollup store";

/** Later versions may say more about themselves, so that what is not known is left out. */
export const headerCodec: Codec<StoreHeader> = jsonCodec(
  z.object({
    format: z.literal(storeFormat),
    version: z.number().int().positive(),
    chainId: decimal,
    rollup: hex,
    blockHash: hex,
    depth: count,
  }),
  ({ version, identity }) => ({
    format: storeFormat as typeof storeFormat,
    version,
    chainId: identity.chainId.toString(),
    rollup: identity.rollup.toLowerCase(),
    blockHash: identity.blockHash.toLowerCase(),
    depth: identity.depth,
  }),
  ({ version, chainId, rollup, blockHash, depth }) => ({
    version,
    identity: { chainId, rollup, blockHash, depth },
  }),
);
