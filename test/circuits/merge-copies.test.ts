import { expect } from "chai";
import { mergeCopies } from "../../plugin/circuits/merge-copies.ts";
import { signed, unsigned } from "../../plugin/circuits/wasm-encoding.ts";

const copyFunction = 300;
const negative = [0x41, 0x7f];

/** circom's copy of the number at `source` to place `index` behind a local variable. */
function copy(index: readonly number[], source: number, local = 7): number[] {
  return [
    ...[0x41, ...index, 0x41, 40, 0x6c, 0x20, local, 0x6a],
    ...[0x41, ...signed(source), 0x10, ...unsigned(copyFunction)],
  ];
}

const body = (...code: readonly (readonly number[])[]): Buffer =>
  Buffer.from([1, 8, 0x7f, ...code.flat(), 0x0b]);

const merged = (index: number, source: number, count: number, local = 7): number[] => [
  ...[0x20, local, 0x41, ...signed(40 * index), 0x6a, 0x41, ...signed(source)],
  ...[0x41, ...signed(40 * count), 0xfc, 10, 0, 0],
];

describe("mergeCopies", () => {
  it("makes one copy of each row of successive ones", () => {
    const row = (from: number, count: number, source: number, local?: number): number[] =>
      Array.from({ length: count }, (_, i) => copy(signed(from + i), source + 40 * i, local)).flat();
    const given = body(row(0, 3, 1_000), row(60, 100, 70_000), [0x20, 5, 0x1a], row(160, 2, 74_000));
    const wanted = body(
      merged(0, 1_000, 3),
      merged(60, 70_000, 100),
      [0x20, 5, 0x1a],
      merged(160, 74_000, 2),
    );
    expect(mergeCopies(given, copyFunction)).to.deep.equal(wanted);
  });

  it("merges nothing that does not follow on: another place, source, variable or function", () => {
    const first = copy([0], 1_000);
    for (const second of [
      copy([2], 1_040),
      copy([1], 1_080),
      copy([1], 1_040, 6),
      copy([0x7f], 1_040),
      [...copy([1], 1_040).slice(0, -2), ...unsigned(copyFunction + 1)],
      [...negative, ...copy([1], 1_040).slice(2)],
    ]) {
      const given = body(first, second);
      expect(mergeCopies(given, copyFunction)).to.deep.equal(given);
    }
  });

  it("looks at instructions, not at what looks like one within another", () => {
    const [start, ...rest] = copy([0], 1_000);
    // A constant of 64 bits that has the first byte of a copy in it.
    const given = body([0x42, 0xc1, start as number], rest.slice(1), copy([1], 1_040));
    expect(mergeCopies(given, copyFunction)).to.deep.equal(given);
  });

  it("leaves a function alone that has instructions which circom does not use", () => {
    const given = body(copy([0], 1_000), copy([1], 1_040), [0xfd, 0x0c, ...new Array(16).fill(0x41)]);
    expect(mergeCopies(given, copyFunction)).to.deep.equal(given);
  });
});
