import { ProtocolError } from "./errors.ts";
import { wordHex, wordValue } from "./hex.ts";
import { keccakWords } from "./keccak.ts";
import { maxRowBytes } from "./packed-rows.ts";
import { assertInteger } from "./range.ts";

/** The size of a batch circuit (protocol section 4): the tree's depth, then how many slots there are of each kind. */
export type Shape = {
  /** Levels of the 4-ary state tree, 1 to 16; one value for all shapes of a rollup. */
  readonly depth: number;
  readonly transactions: number;
  readonly accounts: number;
  readonly operations: number;
  readonly exits: number;
  readonly fees: number;
  readonly applications: number;
};

/** In the order in which a shape's id hashes them. */
const sizes = [
  "depth",
  "transactions",
  "accounts",
  "operations",
  "exits",
  "fees",
  "applications",
] as const satisfies readonly (keyof Shape)[];

/** A node refuses a larger transaction, and so a settlement has to fit. */
const maxSettlementBytes = 128 * 1024;

/** The rest of a settlement of one batch: selector, offsets, lengths, padding, proof, envelope; generously. */
const settlementOverheadBytes = 1024;

const packedBytes = { operation: 110, exit: 40, row: maxRowBytes };

/**
 * Refuses sizes for which a batch circuit cannot be made or could not be settled: depth 1 to 16, at least one
 * slot of each kind, `transactions < 2^16` (a row's nonce increase has 16 bits), `operations` at most
 * `accounts` and at most `exits` (or an entry of the queue could be unprovable), and at most 128 KiB to
 * settle. The limit of 2^24 gas is the contract's to measure.
 *
 * @throws ProtocolError `INVALID_SHAPE`, `OUT_OF_RANGE`
 */
export function assertShape(shape: Shape): void {
  for (const name of sizes) assertInteger(`The shape's ${name}`, shape[name], 32);
  const { depth, transactions, accounts, operations, exits, fees, applications } = shape;
  refuse(depth < 1 || depth > 16, "depth has to be from 1 to 16", shape);
  refuse(transactions < 1 || transactions >= 2 ** 16, "transactions has to be from 1 to 65535", shape);
  refuse(operations < 1, "operations has to be at least 1", shape);
  refuse(fees < 1, "fees has to be at least 1", shape);
  refuse(operations > accounts, "operations cannot exceed accounts", shape);
  refuse(operations > exits, "operations cannot exceed exits", shape);
  refuse(applications !== 0, "applications have no circuit yet: use 0", shape);
  const bytes = maxPackedBytes(shape) + settlementOverheadBytes;
  refuse(bytes > maxSettlementBytes, `a full batch takes ${bytes} bytes, over ${maxSettlementBytes}`, shape);
}

/** The bytes of operations, exits and rows of a full batch in calldata, all operations being deposits. */
export function maxPackedBytes(shape: Shape): number {
  return (
    shape.operations * packedBytes.operation +
    shape.exits * packedBytes.exit +
    shape.accounts * packedBytes.row
  );
}

/**
 * `K`, the number of elements of the public data: `4 + 5P + 2E + A` (protocol section 9).
 *
 * @throws ProtocolError as assertShape
 */
export function elementCount(shape: Shape): number {
  assertShape(shape);
  return 4 + 5 * shape.operations + 2 * shape.exits + shape.accounts;
}

/**
 * The name of a shape on chain: `keccak256(abi.encode(depth, …, applications, keyHash))`.
 *
 * @param keyHash - Hash of the verification key, `0x` and 64 digits.
 * @returns `0x` and 64 digits
 * @throws ProtocolError as assertShape, `MALFORMED` for the hash
 */
export function shapeId(shape: Shape, keyHash: string): string {
  assertShape(shape);
  const numbers = sizes.map((name) => BigInt(shape[name]));
  return wordHex(keccakWords([...numbers, wordValue("The verification key's hash", keyHash)]));
}

function refuse(condition: boolean, reason: string, shape: Shape): void {
  if (condition) {
    throw new ProtocolError("INVALID_SHAPE", `The shape is not valid: ${reason}.`, { ...shape });
  }
}
