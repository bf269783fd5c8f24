import { ProtocolError } from "./errors.ts";
import { assertElement, fieldOrder, toField } from "./field.ts";
import { fixedHex, HexReader, wordValue } from "./hex.ts";
import { keccakWords } from "./keccak.ts";
import {
  assertOperation,
  createsAccount,
  elementsPerOperation,
  type Operation,
  operationElements,
  operationKind,
} from "./operation.ts";
import { packRows, unpackRows } from "./packed-rows.ts";
import { assertBits, assertInteger } from "./range.ts";
import { assertRow, type Row } from "./row.ts";
import { assertShape, type Shape } from "./shape.ts";

/** One payment out of the rollup: to an L1 address, in the asset's base unit. */
export type ExitRow = { readonly recipient: bigint; readonly amount: bigint; readonly asset: number };

/** What a batch publishes (protocol section 4.4). */
export type BatchData = {
  readonly domain: bigint;
  readonly oldRoot: bigint;
  readonly newRoot: bigint;
  readonly batchNumber: number;
  readonly operations: readonly Operation[];
  readonly exits: readonly ExitRow[];
  readonly rows: readonly Row[];
};

/** The sections that the sequencer posts. */
export type BatchSections = Pick<BatchData, "operations" | "exits" | "rows">;

/** The same in calldata, each `0x` hexadecimal in the encoding of protocol section 9. */
export type PackedBatch = { readonly operations: string; readonly exits: string; readonly rows: string };

/**
 * The public data `d_0 … d_{K-1}` of a batch: header, operations, exits, rows, each section padded with zeros to
 * the shape's size.
 *
 * @throws ProtocolError `SHAPE_EXCEEDED` when a section has more than the shape has slots; for values out of
 * range `OUT_OF_RANGE`, `NOT_AN_ELEMENT`, `INVALID_OPERATION`; as assertShape
 */
export function batchElements(shape: Shape, data: BatchData): bigint[] {
  assertShape(shape);
  assertFits("operations", data.operations.length, shape.operations);
  assertFits("exits", data.exits.length, shape.exits);
  assertFits("rows", data.rows.length, shape.accounts);
  return [
    ...headerElements(data),
    ...padded(data.operations.flatMap(operationElements), elementsPerOperation * shape.operations),
    ...padded(data.exits.flatMap(exitElements), 2 * shape.exits),
    ...padded(data.rows.map(rowElement), shape.accounts),
  ];
}

/**
 * The challenge `r = keccak256(abi.encode(shapeId, c, keccak256(d_0 | … | d_{K-1}))) mod p`.
 *
 * @param shapeId - `0x` and 64 digits.
 * @param commitment - `c`, the circuit's commitment to the batch.
 * @throws ProtocolError `MALFORMED`, `NOT_AN_ELEMENT`
 */
export function batchChallenge(shapeId: string, commitment: bigint, elements: readonly bigint[]): bigint {
  assertElement("The commitment", commitment);
  for (const element of elements) assertElement("An element of the public data", element);
  return toField(keccakWords([wordValue("The shape's id", shapeId), commitment, keccakWords(elements)]));
}

/** `y = d_0 + d_1·r + … + d_{K-1}·r^(K-1)`. Throws ProtocolError `NOT_AN_ELEMENT`. */
export function evaluateElements(elements: readonly bigint[], r: bigint): bigint {
  assertElement("The challenge", r);
  return elements.reduceRight((sum, element) => {
    assertElement("An element of the public data", element);
    return (sum * r + element) % fieldOrder;
  }, 0n);
}

/**
 * Operations, exits and rows as they are posted.
 *
 * @throws ProtocolError `OUT_OF_RANGE`, `NOT_AN_ELEMENT`, `INVALID_OPERATION`
 */
export function packBatch(data: BatchSections): PackedBatch {
  return {
    operations: `0x${data.operations.map(packOperation).join("")}`,
    exits: `0x${data.exits.map(packExit).join("")}`,
    rows: packRows(data.rows),
  };
}

/**
 * Reads what packBatch writes, and of rows every encoding that the contract takes. Errors say in which section and at
 * which byte.
 *
 * @throws ProtocolError `MALFORMED`
 */
export function unpackBatch(packed: PackedBatch): BatchSections {
  return {
    operations: unpackSection("operations", packed.operations, unpackOperation, assertOperation),
    exits: unpackSection("exits", packed.exits, unpackExit, assertExitRow),
    rows: unpackRows(packed.rows),
  };
}

function headerElements(data: BatchData): bigint[] {
  assertElement("The domain", data.domain);
  assertElement("The old root", data.oldRoot);
  assertElement("The new root", data.newRoot);
  assertInteger("The batch number", data.batchNumber, 32);
  const counts = [
    data.batchNumber,
    data.operations.length,
    data.rows.length,
    data.exits.length,
    data.operations.filter(createsAccount).length,
  ];
  const packed = counts.reduce((sum, count, position) => sum + (BigInt(count) << BigInt(32 * position)), 0n);
  return [data.domain, data.oldRoot, data.newRoot, packed];
}

function exitElements(exit: ExitRow): bigint[] {
  assertExitRow(exit);
  return [exit.recipient, exit.amount + (BigInt(exit.asset) << 128n)];
}

function rowElement(row: Row): bigint {
  assertRow(row);
  return BigInt(row.index) + (BigInt(row.nonceIncrease) << 32n) + (row.balance << 48n);
}

function packOperation(operation: Operation): string {
  assertOperation(operation);
  const kindAndIndex = fixedHex(operation.kind, 1) + fixedHex(operation.index, 4);
  const owner = fixedHex(operation.owner, 20);
  if (operation.kind === operationKind.exit) return kindAndIndex + owner;
  const asset = fixedHex(operation.asset, 4);
  const key = fixedHex(operation.ax, 32) + fixedHex(operation.ay, 32);
  if (operation.kind === operationKind.open) return kindAndIndex + asset + owner + key;
  const creates = fixedHex(operation.creates ? 1 : 0, 1);
  return kindAndIndex + creates + asset + owner + fixedHex(operation.amount, 16) + key;
}

function unpackOperation(reader: HexReader): Operation {
  const kind = reader.number(1);
  if (kind === operationKind.exit) {
    return { kind, index: reader.number(4), owner: reader.bigint(20) };
  }
  if (kind === operationKind.open) {
    return {
      kind,
      index: reader.number(4),
      asset: reader.number(4),
      owner: reader.bigint(20),
      ax: reader.bigint(32),
      ay: reader.bigint(32),
    };
  }
  if (kind === operationKind.deposit) {
    return {
      kind,
      index: reader.number(4),
      creates: unpackBoolean(reader),
      asset: reader.number(4),
      owner: reader.bigint(20),
      amount: reader.bigint(16),
      ax: reader.bigint(32),
      ay: reader.bigint(32),
    };
  }
  throw reader.error("have an operation of no known kind", { kind });
}

function unpackBoolean(reader: HexReader): boolean {
  const value = reader.number(1);
  if (value > 1) throw reader.error("have a flag that is neither 0 nor 1", { flag: value });
  return value === 1;
}

function packExit(exit: ExitRow): string {
  assertExitRow(exit);
  return fixedHex(exit.recipient, 20) + fixedHex(exit.amount, 16) + fixedHex(exit.asset, 4);
}

function unpackExit(reader: HexReader): ExitRow {
  return { recipient: reader.bigint(20), amount: reader.bigint(16), asset: reader.number(4) };
}

function unpackSection<T>(
  name: keyof PackedBatch,
  hex: string,
  unpack: (reader: HexReader) => T,
  assert: (entry: T) => void,
): T[] {
  const reader = new HexReader(`The ${name}`, hex);
  const entries: T[] = [];
  while (!reader.atEnd) {
    const start = reader.offset;
    const entry = unpack(reader);
    try {
      assert(entry);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      throw new ProtocolError("MALFORMED", `The ${name} have an entry that is not valid: ${error.message}`, {
        "entry at byte": start,
      });
    }
    entries.push(entry);
  }
  return entries;
}

/** Refuses an exit row out of range. Throws ProtocolError `OUT_OF_RANGE`. */
export function assertExitRow(exit: ExitRow): void {
  assertBits("An exit's recipient", exit.recipient, 160);
  assertBits("An exit's amount", exit.amount, 128);
  assertInteger("An exit's asset", exit.asset, 32);
}

/** Refuses more of a kind of slot than the shape has. Throws ProtocolError `SHAPE_EXCEEDED`. */
export function assertFits(section: string, given: number, slots: number): void {
  if (given > slots) {
    throw new ProtocolError("SHAPE_EXCEEDED", `The batch has more ${section} than its shape has slots.`, {
      slots,
      given,
    });
  }
}

function padded(elements: bigint[], length: number): bigint[] {
  while (elements.length < length) elements.push(0n);
  return elements;
}
