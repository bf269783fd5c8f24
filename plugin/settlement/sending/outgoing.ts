import { z } from "zod";
import type { Codec } from "../../sequencer/codec.ts";
import type { GasPrice } from "./gas-price.ts";

/** Where a transaction was mined. */
export type Inclusion = {
  readonly transactionHash: string;
  readonly blockNumber: number;
  readonly blockHash: string;
  /** Of each batch, its share. */
  readonly gasUsed: readonly bigint[];
};

/** One of the transactions at a nonce, of which at most one is ever mined. */
export type Version = {
  readonly price: GasPrice;
  /** When it was begun and when it was last broadcast, Unix time in milliseconds. */
  readonly begunAt: number;
  readonly sentAt: number;
  /** As the node gave it; undefined if no answer came. */
  readonly hash?: string | undefined;
};

/**
 * A settlement on its way to L1: a nonce, and what is to be settled at it. It is written down before anything is
 * broadcast, and never changes but in what it pays: whatever happens to us or to the node, there is one call at that
 * nonce, and the same batches.
 */
export type Outgoing = {
  readonly from: string;
  readonly nonce: number;
  readonly firstBatch: number;
  readonly lastBatch: number;
  /** The call of `settle`, `0x` hexadecimal. */
  readonly data: string;
  readonly gasLimit: bigint;
  /** All that may have been broadcast, oldest first. */
  readonly versions: readonly Version[];
  /** Whether somebody else has settled the batches, so that the nonce is used up by a transaction that does nothing. */
  readonly isOvertaken?: boolean | undefined;
  /** Undefined as long as the batches are not mined, or no more. */
  readonly included?: Inclusion | undefined;
};

const count = z.number().int().nonnegative();
const hex = z.string().regex(/^0x(?:[0-9a-fA-F]{2})*$/);
const decimal = z
  .string()
  .regex(/^(?:0|[1-9][0-9]*)$/)
  .transform(BigInt);
const price = z.union([
  z.object({ maxFeePerGas: decimal, maxPriorityFeePerGas: decimal }).strict(),
  z.object({ gasPrice: decimal }).strict(),
]);
const type = z
  .object({
    from: hex,
    nonce: count,
    firstBatch: count,
    lastBatch: count,
    data: hex,
    gasLimit: decimal,
    versions: z
      .array(z.object({ price, begunAt: count, sentAt: count, hash: hex.optional() }).strict())
      .nonempty(),
    isOvertaken: z.boolean().optional(),
    included: z
      .object({ transactionHash: hex, blockNumber: count, blockHash: hex, gasUsed: z.array(decimal) })
      .strict()
      .optional(),
  })
  .strict();

/** How the store writes it. */
export const outgoingCodec: Codec<Outgoing> = {
  encode: (outgoing) =>
    JSON.stringify(outgoing, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value)),
  decode: (text) => type.parse(JSON.parse(text)),
};

/** The batches that it settles, in order. */
export function batchNumbersOf({
  firstBatch,
  lastBatch,
}: Pick<Outgoing, "firstBatch" | "lastBatch">): number[] {
  return Array.from({ length: lastBatch - firstBatch + 1 }, (_, i) => firstBatch + i);
}
