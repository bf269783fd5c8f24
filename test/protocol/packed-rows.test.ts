import { expect } from "chai";
import fc from "fast-check";
import { maxRowBytes, packRows, unpackRows } from "../../plugin/protocol/packed-rows.ts";
import type { Row } from "../../plugin/protocol/row.ts";
import { sortedRows } from "./arbitraries.ts";
import { refusal } from "./refusal.ts";

const row = (index: number, nonceIncrease: number, balance: bigint): Row => ({
  index,
  nonceIncrease,
  balance,
});
const bytesOf = (hex: string): number => hex.length / 2 - 1;

describe("packRows", () => {
  it("has the layout of protocol section 9", () => {
    const hex = (value: bigint, bytes: number): string => value.toString(16).padStart(2 * bytes, "0");
    /** A head of one bit of nonce increase. */
    const head = (gap: bigint, nonce: bigint, exponent: bigint, mantissaBytes: bigint): bigint =>
      (gap << 11n) | (nonce << 10n) | (exponent << 4n) | (mantissaBytes - 1n);
    const [none, small] = [hex(head(0n, 0n, 0n, 1n), 2), hex(head(5n, 1n, 17n, 1n), 2)];
    const cases: [rows: Row[], expected: string][] = [
      [[], ""],
      [[row(0, 0, 0n)], `20${none}00`],
      [[row(5, 1, 25n * 10n ** 17n)], `20${small}19`],
      [[row(5, 1, 25n * 10n ** 17n), row(6, 0, 0n)], `20${small}19${none}00`],
      [[row(31, 0, 4097n)], `20${hex(head(31n, 0n, 0n, 2n), 2)}1001`],
      [[row(32, 0, 4097n)], `30${hex(head(32n, 0n, 0n, 2n), 3)}1001`],
      [[row(3, 5, 10n ** 38n)], `22${hex((3n << 13n) | (5n << 10n) | (38n << 4n), 2)}01`],
      [
        [row(2 ** 32 - 1, 65_535, 2n ** 128n - 1n)],
        `8f${hex(((2n ** 48n - 1n) << 10n) | 15n, 8)}${"ff".repeat(16)}`,
      ],
    ];
    for (const [rows, expected] of cases) expect(packRows(rows)).to.equal(`0x${expected}`);
  });

  it("takes at most 24 bytes a row, and 3 to 10 for amounts that people hold", () => {
    fc.assert(
      fc.property(sortedRows, (rows) => {
        expect(bytesOf(packRows(rows))).to.be.at.most(maxRowBytes * rows.length + 1);
      }),
    );
    expect(bytesOf(packRows([row(2 ** 32 - 1, 65_535, 2n ** 128n - 1n)]))).to.equal(maxRowBytes + 1);
    const ether = 10n ** 18n;
    for (const [balance, bytes] of [
      [ether, 3],
      [(5n * ether) / 4n, 3],
      [1_234_567_890_123_456_789n, 10],
      [1_234_567n, 5],
    ] as const) {
      expect(bytesOf(packRows([row(7, 1, balance)]))).to.equal(1 + bytes);
    }
  });

  it("is read back by unpackRows", () => {
    fc.assert(
      fc.property(sortedRows, (rows) => {
        expect(unpackRows(packRows(rows))).to.deep.equal(rows);
      }),
    );
  });

  it("refuses rows that are not sorted, repeated ones included, and values that do not fit", () => {
    expect(refusal(() => packRows([row(1, 0, 0n), row(1, 0, 0n)]))).to.equal("INVALID_BATCH");
    expect(refusal(() => packRows([row(2, 0, 0n), row(1, 0, 0n)]))).to.equal("INVALID_BATCH");
    for (const wrong of [row(2 ** 32, 0, 0n), row(0, 2 ** 16, 0n), row(0, 0, 2n ** 128n), row(-1, 0, 0n)]) {
      expect(refusal(() => packRows([wrong]))).to.equal("OUT_OF_RANGE");
    }
  });
});

describe("unpackRows", () => {
  it("takes longer encodings of the same rows, and heads without a byte", () => {
    // A head of 15 bytes, a mantissa with zeros before it and none taken off behind it.
    const head = ((1n << 12n) | (2n << 10n) | 1n).toString(16).padStart(30, "0");
    expect(unpackRows(`0xf1${head}0064`)).to.deep.equal([row(1, 2, 100n)]);
    expect(unpackRows("0x000708")).to.deep.equal([row(0, 0, 7n), row(1, 0, 8n)]);
    expect(unpackRows("0x2f")).to.deep.equal([]);
  });

  it("refuses what is no row: too large an exponent, index or balance, a row cut off", () => {
    const index = (value: bigint): string => (value << 11n).toString(16).padStart(12, "0");
    const wrong = {
      "an exponent of 39": "0x20027001",
      "an index of 2^32": `0x60${index(2n ** 32n)}00`,
      "a second index of 2^32": `0x60${index(2n ** 32n - 1n)}00${index(0n)}00`,
      "a balance of 2^128": `0x20001f${"ff".repeat(16)}`,
      "a head cut off": "0x2000",
      "no mantissa": "0x200000",
      "a mantissa cut off": "0x20000101",
    };
    for (const [what, hex] of Object.entries(wrong))
      expect(
        refusal(() => unpackRows(hex)),
        what,
      ).to.equal("MALFORMED");
  });
});
