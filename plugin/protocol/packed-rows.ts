// The rows of a batch as they are posted (protocol section 9): the cheapest data is what is not there. Rows are sorted,
// so that an index is a small gap; people hold round amounts, so that a balance is a few digits and a power of ten.

import { ProtocolError } from "./errors.ts";
import { fixedHex, HexReader } from "./hex.ts";
import { assertRow, type Row } from "./row.ts";

/** Bytes of the largest row, besides the section's first byte. */
export const maxRowBytes = 24;

/** The largest power of ten in 128 bits. */
const maxExponent = 38;

/**
 * Rows by increasing index: the shortest encoding. First a byte with the widths that all heads have, then each row, its
 * head `gap | nonceIncrease | exponent, 6 bits | mantissa's bytes less one, 4 bits` and its mantissa.
 *
 * @returns `0x` hexadecimal, `0x` for no rows
 * @throws ProtocolError `OUT_OF_RANGE`, `INVALID_BATCH` for rows that are not sorted
 */
export function packRows(rows: readonly Row[]): string {
  if (rows.length === 0) return "0x";
  const gaps = gapsOf(rows);
  const nonceBits = Math.max(1, ...rows.map(({ nonceIncrease }) => bitLength(nonceIncrease)));
  const gapBits = Math.max(...gaps.map(bitLength));
  const headBytes = Math.ceil((gapBits + nonceBits + 10) / 8);
  const packed = rows.map(({ nonceIncrease, balance }, position) => {
    const [mantissa, exponent] = withoutZeros(balance);
    const digits = evenHex(mantissa);
    let head = BigInt(gaps[position] ?? 0);
    head = (head << BigInt(nonceBits)) | BigInt(nonceIncrease);
    head = (head << 10n) | BigInt((exponent << 4) | (digits.length / 2 - 1));
    return fixedHex(head, headBytes) + digits;
  });
  return `0x${fixedHex((headBytes << 4) | (nonceBits - 1), 1)}${packed.join("")}`;
}

/**
 * Reads what the contract reads, longer encodings included: whoever settles may post any of them.
 *
 * @throws ProtocolError `MALFORMED`, with the byte
 */
export function unpackRows(hex: string): Row[] {
  const reader = new HexReader("The rows", hex);
  if (reader.atEnd) return [];
  const widths = reader.number(1);
  const [headBytes, nonceBits] = [widths >> 4, BigInt((widths & 15) + 1)];
  const rows: Row[] = [];
  let next = 0n;
  while (!reader.atEnd) {
    const start = reader.offset;
    const head = headBytes === 0 ? 0n : reader.bigint(headBytes);
    const exponent = (head >> 4n) & 63n;
    const mantissa = reader.bigint(Number(head & 15n) + 1);
    const nonceIncrease = BigInt.asUintN(Number(nonceBits), head >> 10n);
    const index = next + (head >> (10n + nonceBits));
    if (exponent > maxExponent)
      throw reader.error("have too large an exponent", { "row at byte": start, exponent });
    const row = {
      index: Number(index),
      nonceIncrease: Number(nonceIncrease),
      balance: mantissa * 10n ** exponent,
    };
    try {
      assertRow(row);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      throw reader.error(`have a row out of range: ${error.message}`, { "row at byte": start });
    }
    rows.push(row);
    next = index + 1n;
  }
  return rows;
}

/** How many accounts lie between each row's and the one before. */
function gapsOf(rows: readonly Row[]): number[] {
  let next = 0;
  return rows.map((row) => {
    assertRow(row);
    const gap = row.index - next;
    if (gap < 0) {
      throw new ProtocolError("INVALID_BATCH", "The rows are not in the order of their indices.", {
        index: row.index,
        "the one before": next - 1,
      });
    }
    next = row.index + 1;
    return gap;
  });
}

/** 0 for 0. */
function bitLength(value: number): number {
  return value === 0 ? 0 : value.toString(2).length;
}

/** As few whole bytes as hold the value, at least one. */
function evenHex(value: bigint): string {
  const digits = value.toString(16);
  return digits.length % 2 === 0 ? digits : `0${digits}`;
}

/** `value = mantissa · 10^exponent` with as many trailing zeros taken off as there are. */
function withoutZeros(value: bigint): [mantissa: bigint, exponent: number] {
  if (value === 0n) return [0n, 0];
  const digits = value.toString();
  const exponent = digits.length - digits.replace(/0+$/, "").length;
  return [BigInt(digits.slice(0, digits.length - exponent)), exponent];
}
