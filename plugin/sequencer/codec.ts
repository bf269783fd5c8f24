// How the store writes values: fixed-width hexadecimal for what the protocol has a layout for, else JSON with integers
// beyond 53 bits as decimal strings. Reading takes back exactly that and throws on anything else.

import { z } from "zod";
import { type Account, assertAccount, isAbsent } from "../protocol/account.ts";
import { packBatch, unpackBatch } from "../protocol/batch-data.ts";
import { fixedHex, HexReader, hexDigits } from "../protocol/hex.ts";
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

/** An entry of the L1 queue as the operation that it becomes. */
export type StoredEntry = { readonly operation: Deposit | Exit; readonly deadline: number };

const accountBytes = 141;

/** `ax 32 bytes | ay 32 bytes | owner 20 bytes | asset u32 | nonce u40 | balance u128 | data 32 bytes`. */
export const accountCodec: Codec<Account> = {
  encode({ ax, ay, owner, asset, nonce, balance, data }) {
    const fields: [value: bigint | number, bytes: number][] = [
      [ax, 32],
      [ay, 32],
      [owner, 20],
      [asset, 4],
      [nonce, 5],
      [balance, 16],
      [data, 32],
    ];
    return `0x${fields.map(([value, bytes]) => fixedHex(value, bytes)).join("")}`;
  },
  decode(text) {
    hexDigits("An account", text, accountBytes);
    const reader = new HexReader("An account", text);
    const account = {
      ax: reader.bigint(32),
      ay: reader.bigint(32),
      owner: reader.bigint(20),
      asset: reader.number(4),
      nonce: reader.number(5),
      balance: reader.bigint(16),
      data: reader.bigint(32),
    };
    assertAccount(account);
    if (isAbsent(account)) throw new Error("An account that is stored cannot be the absent one.");
    return account;
  },
};

export const transactionCodec: Codec<ReturnType<typeof decodeTransaction>> = {
  encode: encodeTransaction,
  decode: decodeTransaction,
};

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
