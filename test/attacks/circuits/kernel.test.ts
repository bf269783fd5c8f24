import { invert } from "@noble/curves/abstract/modular.js";
import { expect } from "chai";
import { fieldOrder, toField } from "../../../plugin/protocol/field.ts";
import { Random } from "../../circuits/random-batch.ts";
import { kernelOf, product, type SparseVector, transpose } from "./kernel.ts";

/** Rank by Gauss' elimination of the whole matrix, column by column. */
function naiveRank(rows: readonly SparseVector[], width: number): number {
  const dense = rows.map((row) => Array.from({ length: width }, (_, column) => row.get(column) ?? 0n));
  let rank = 0;
  for (let column = 0; column < width; column++) {
    const found = dense.findIndex((row, position) => position >= rank && row[column] !== 0n);
    if (found === -1) continue;
    const pivot = dense[found] ?? [];
    dense[found] = dense[rank] ?? [];
    dense[rank] = pivot;
    const inverse = invert(pivot[column] ?? 0n, fieldOrder);
    for (let position = rank + 1; position < dense.length; position++) {
      const times = (dense[position]?.[column] ?? 0n) * inverse;
      dense[position] = (dense[position] ?? []).map((value, at) =>
        toField(value - times * (pivot[at] ?? 0n)),
      );
    }
    rank++;
  }
  return rank;
}

/** Rows of small numbers, so that many depend on each other by chance. */
function randomRows(random: Random, height: number, width: number): SparseVector[] {
  const density = 1 + random.below(4);
  return Array.from({ length: height }, () => {
    const row = new Map<number, bigint>();
    for (let term = 0; term < density; term++) {
      const factor = toField(BigInt(random.below(5)) - 2n);
      if (factor !== 0n) row.set(random.below(width), factor);
    }
    return row;
  });
}

describe("The kernel of a sparse matrix", () => {
  it("is what elimination of the dense matrix says, on 300 random systems", () => {
    const random = new Random(4);
    let cores = 0;
    for (let round = 0; round < 300; round++) {
      const height = random.below(14);
      const width = 1 + random.below(14);
      const rows = randomRows(random, height, width);
      const kernel = kernelOf(rows, Array.from({ length: width }).keys());
      expect(kernel.rank).to.equal(naiveRank(rows, width));
      expect(kernel.dimension).to.equal(width - kernel.rank);
      for (const [free, vector] of kernel.basis) {
        for (const row of rows) expect(product(row, vector)).to.equal(0n);
        for (const other of kernel.basis.keys())
          expect(vector.get(other) ?? 0n).to.equal(other === free ? 1n : 0n);
      }
      // Every row has two columns or more and every column two rows or more: nothing peels off.
      const columns = transpose(rows, new Set(Array.from({ length: width }).keys()));
      if ([...rows, ...columns].every(({ size }) => size > 1)) cores++;
    }
    expect(cores).to.be.greaterThan(5);
  });

  it("is that of the columns asked for, the others being held at zero", () => {
    const rows = [new Map([0, 1, 2].map((column) => [column, 1n]))];
    expect(kernelOf(rows, [0, 1, 2]).dimension).to.equal(2);
    expect(kernelOf(rows, [0, 1]).dimension).to.equal(1);
    expect(kernelOf(rows, [0]).dimension).to.equal(0);
    expect(kernelOf(rows, [5]).basis.get(5)).to.deep.equal(new Map([[5, 1n]]));
  });

  it("knows which linear forms are zero on it", () => {
    // x + y = 0, z = 0
    const kernel = kernelOf(
      [
        new Map([
          [0, 1n],
          [1, 1n],
        ]),
        new Map([[2, 7n]]),
      ],
      [0, 1, 2],
    );
    expect([...kernel.support()].sort()).to.deep.equal([0, 1]);
    expect(kernel.moves(new Map([[0, 1n]]))).to.equal(true);
    expect(kernel.moves(new Map([[2, 1n]]))).to.equal(false);
    const twice = new Map([
      [0, 2n],
      [1, 2n],
    ]);
    expect(kernel.moves(twice)).to.equal(false);
  });
});
