// What the methods take and give, as JSON: amounts and elements as decimal strings, since JSON's numbers are exact to 53
// bits only; addresses, hashes, roots and ids as hexadecimal.

import { z } from "zod/v4";
import { fieldOrder } from "../../protocol/field.ts";

const decimalDigits = 78;

/** What comes after a check with it relies on it. */
const stop = { abort: true };

/** An integer of at most `bits` bits as decimal digits, read as a bigint. */
function decimal(bits: number, description: string) {
  return z
    .string()
    .max(decimalDigits, stop)
    .regex(/^(?:0|[1-9][0-9]*)$/, { error: "Expected an integer as a decimal string", ...stop })
    .refine((text) => BigInt(text) >> BigInt(bits) === 0n, `Expected at most ${bits} bits`)
    .meta({ description });
}

/** A field element as decimal digits. */
function element(description: string) {
  return z
    .string()
    .max(decimalDigits, stop)
    .regex(/^(?:0|[1-9][0-9]*)$/, { error: "Expected a field element as a decimal string", ...stop })
    .refine((text) => BigInt(text) < fieldOrder, "Expected an element of the BN254 scalar field")
    .meta({ description });
}

function hex(bytes: number, description: string) {
  return z
    .string()
    .regex(new RegExp(`^0x[0-9a-fA-F]{${2 * bytes}}$`), `Expected 0x and ${2 * bytes} hexadecimal digits`)
    .meta({ description });
}

const bytes = z.string().regex(/^0x(?:[0-9a-f]{2})*$/);
const count = z.number().int().nonnegative();

export const accountIndex = z
  .number()
  .int()
  .min(0)
  .max(2 ** 32 - 1)
  .meta({ description: "Index of an account" });

export const assetNumber = z
  .number()
  .int()
  .min(1)
  .max(2 ** 32 - 1)
  .meta({ description: "1 ETH, from 2 on registered tokens" });

export const batchNumber = z
  .number()
  .int()
  .min(0)
  .max(2 ** 32 - 1)
  .meta({ description: "Number of a batch; 0 is the state before the first" });

export const transactionIdType = hex(32, "A transaction's id: the signed message");

export const l1Address = hex(20, "An L1 address");

export const elementType = element("A field element");

/** A signed transaction as an object, see TransactionJson. What the fields may be, the protocol says. */
const transactionObject = z
  .looseObject({
    kind: z.enum(["transfer", "withdraw", "call"]),
    from: z.number(),
    nonce: z.number(),
    expiry: z.number(),
    to: z.string(),
    amount: z.string(),
    fee: z.string(),
    payload: z.string(),
    signature: z.looseObject({ r8x: z.string(), r8y: z.string(), s: z.string() }),
  })
  .meta({ description: "The same by field; integers beyond 53 bits as decimal strings" });

/** A signed transaction as clients send it. */
export const signedTransaction = z
  .union([
    z.string().meta({ description: "190 bytes, see docs/node.md: 0x and 380 digits" }),
    transactionObject,
  ])
  .meta({ description: "A signed transaction" });

export const refusalJson = z
  .object({ code: z.string(), reason: z.string() })
  .meta({ description: "Why: a code for programs, a sentence and its facts for people" });

export const accountJson = z
  .object({
    index: accountIndex,
    ax: elementType,
    ay: elementType,
    owner: l1Address,
    asset: assetNumber,
    nonce: count.meta({ description: "Transactions that the account has signed" }),
    balance: decimal(128, "In the asset's base unit"),
    data: elementType,
  })
  .meta({ description: "An account" });

export const transactionLifeJson = z
  .object({
    id: transactionIdType,
    status: z.enum(["waiting", "pending", "sealed", "proven", "settled", "dropped"]),
    transaction: transactionObject.optional(),
    batchNumber: batchNumber.optional(),
    position: count.optional().meta({ description: "Among the transactions of the batch" }),
    reason: refusalJson.optional(),
    l1Transaction: hex(32, "The transaction on L1 that settled the batch").optional(),
  })
  .meta({ description: "A transaction's life so far" });

const operationJson = z.object({
  kind: z.enum(["deposit", "exit", "open"]),
  index: accountIndex,
  owner: l1Address,
  asset: z.number().optional(),
  amount: decimal(128, "In the asset's base unit").optional(),
  creates: z.boolean().optional(),
});

export const batchSummaryJson = z
  .object({
    batchNumber,
    status: z.enum(["sealed", "proven", "settled", "unsealed"]),
    shape: z.string().optional().meta({ description: "Name of its shape" }),
    operations: count.optional(),
    transactions: count.optional(),
    exits: count.optional(),
    rows: count.optional(),
    newRoot: hex(32, "The root after it, known once it is proven").optional(),
    l1Transaction: hex(32, "The transaction on L1 that settled it").optional(),
  })
  .meta({ description: "A batch, in numbers" });

export const batchJson = z
  .object({
    batchNumber,
    status: z.enum(["sealed", "proven", "settled"]),
    shape: z.string(),
    shapeId: hex(32, "The shape's id on L1"),
    operations: z.array(operationJson),
    transactions: z.array(transactionIdType),
    feeAccounts: z.array(accountIndex),
    exits: z.array(
      z.object({
        recipient: l1Address,
        amount: decimal(128, "In the asset's base unit"),
        asset: assetNumber,
      }),
    ),
    rows: z.array(
      z.object({ index: accountIndex, nonceIncrease: count, balance: decimal(128, "After the batch") }),
    ),
    newRoot: hex(32, "The root after it, known once it is proven").optional(),
    proof: bytes.optional().meta({ description: "As the verifier contract takes it" }),
    l1Transaction: hex(32, "The transaction on L1 that settled it").optional(),
  })
  .meta({ description: "A batch" });

export const proofJson = z
  .object({
    batchNumber,
    root: hex(32, "The root after the batch"),
    account: accountJson,
    siblings: z.array(z.array(hex(32, "A node"))).meta({
      description: "The three siblings of each level, from the leaves up, in the order of the children",
    }),
  })
  .meta({ description: "An account with its path to a root" });

export const feeJson = z
  .object({
    fee: decimal(128, "In the asset's base unit"),
    accepted: z
      .boolean()
      .meta({ description: "Whether a transaction with it finds room; if not, none does" }),
  })
  .meta({ description: "What a fee has to be" });

export const statusJson = z
  .object({
    chainId: decimal(256, "Of L1"),
    rollup: l1Address,
    domain: element("What signatures are bound to"),
    depth: count,
    following: z
      .boolean()
      .meta({ description: "Whether somebody else sequences, so that the node only reads" }),
    shapes: z.array(
      z.object({ name: z.string(), id: hex(32, "On L1"), transactions: count, accounts: count }),
    ),
    batches: z.object({ sealed: count, proven: count, settled: count }),
    nextBatch: batchNumber,
    accounts: count,
    mempool: z.object({
      pending: count.meta({ description: "Transactions that the next batches take" }),
      waiting: count.meta({ description: "Transactions that wait for a nonce before theirs" }),
      operations: count.meta({ description: "Entries of the L1 queue and opens" }),
      dropped: count,
    }),
    l1: z
      .object({ blockNumber: count, finalBlockNumber: count, observedEntries: count })
      .optional()
      .meta({ description: "What the node has seen of L1" }),
  })
  .meta({ description: "How the rollup stands" });

export type AccountJson = z.output<typeof accountJson>;
export type TransactionLifeJson = z.output<typeof transactionLifeJson>;
export type BatchSummaryJson = z.output<typeof batchSummaryJson>;
export type BatchJson = z.output<typeof batchJson>;
export type ProofJson = z.output<typeof proofJson>;
export type StatusJson = z.output<typeof statusJson>;
