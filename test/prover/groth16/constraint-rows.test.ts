import { expect } from "chai";
import fc from "fast-check";
import { fieldOrder } from "../../../plugin/protocol/field.ts";
import { littleEndian } from "../../../plugin/prover/curve/bn254.ts";
import { concatenate, uint32 } from "../../../plugin/prover/curve/section-file.ts";
import { countTerms, wordsOfPair, writeTerms } from "../../../plugin/prover/groth16/constraint-rows.ts";
import { representations } from "../curve/representations.ts";
import { elements } from "./random-circuit.ts";
import { ScalarInstance } from "./scalar-instance.ts";

const power = 3;
const rows = 2 ** power;

type Entry = readonly [matrix: number, row: number, wire: number, factor: bigint];

describe("Rows of the matrices A and B", () => {
  for (const [name, { make, isThere }] of Object.entries(representations)) {
    it(`give the sums of factors times values, in ${name}`, function () {
      if (!isThere) this.skip();
      const instance = new ScalarInstance(make(fieldOrder), 2 ** 20);
      const { field, call, memory } = instance;
      const plain = instance.allocate(32 * 64);
      const values = instance.allocate(field.elementBytes * 64);
      const factors = instance.allocate(field.elementBytes * 64);
      const terms = instance.allocate(4 * wordsOfPair * 128);
      const counts = instance.allocate(4 * 2 * rows);
      const vectors = [0, 1].map(() => instance.allocate((field.pairBytes * rows) / 2));
      const entry = fc.tuple(fc.nat(1), fc.nat(rows - 1), fc.nat(7), elements);
      fc.assert(
        fc.property(
          fc.array(entry, { maxLength: 40 }),
          fc.array(elements, { minLength: 8, maxLength: 8 }),
          fc.boolean(),
          (entries, wires, aligned) => {
            const rowTerms = countTerms(bytesOf(entries, aligned), power);
            expect(rowTerms.factors.length / 8).to.equal(
              new Set([0n, ...entries.map((each) => each[3])]).size,
            );
            memory.set(concatenate(wires.map(littleEndian)), plain);
            call.unpackPlain(plain, values, 8);
            memory.set(new Uint8Array(rowTerms.factors.buffer), plain);
            call.unpackFactors(plain, factors, 2 * Math.ceil(rowTerms.factors.length / 16));
            const words = new Uint32Array(memory.buffer);
            words.set(rowTerms.pairs, counts / 4);
            const places = { wires: values, factors, elementBytes: field.elementBytes };
            writeTerms(
              rowTerms,
              places,
              words.subarray(terms / 4, terms / 4 + wordsOfPair * rowTerms.totalPairs),
            );
            let pairs = 0;
            for (let part = 0; part < 4; part++) {
              const vector = vectors[part >> 1] as number;
              const first = (part * rows) / 2;
              call.rows(terms + 16 * pairs, counts + 4 * first, vector + 8 * (part % 2), rows / 2);
              for (let row = first; row < first + rows / 2; row++) pairs += rowTerms.pairs[row] as number;
            }
            for (const matrix of [0, 1]) {
              const sums = Array.from({ length: rows }, (_, row) =>
                entries
                  .filter((each) => each[0] === matrix && each[1] === row)
                  .reduce(
                    (sum, [, , wire, factor]) => (sum + factor * (wires[wire] as bigint)) % fieldOrder,
                    0n,
                  ),
              );
              expect(instance.loadVector(vectors[matrix] as number, rows)).to.deep.equal(sums);
            }
          },
        ),
        { numRuns: 300 },
      );
    });
  }

  it("keeps many distinct factors apart", () => {
    const entries = Array.from({ length: 5000 }, (_, index): Entry => [0, 0, 0, BigInt(index) << 200n]);
    const { factors, factorOfEntry } = countTerms(bytesOf(entries, true), power);
    expect(factors.length / 8).to.equal(5000);
    expect(new Set(factorOfEntry).size).to.equal(5000);
  });
});

/** As in a key: factors times 2^512. */
function bytesOf(entries: readonly Entry[], aligned: boolean): Uint8Array {
  const bytes = concatenate(
    entries.flatMap(([matrix, row, wire, factor]) => [
      uint32(matrix),
      uint32(row),
      uint32(wire),
      littleEndian((factor << 512n) % fieldOrder),
    ]),
  );
  const shifted = new Uint8Array(bytes.length + 1);
  shifted.set(bytes, 1);
  return aligned ? bytes : shifted.subarray(1);
}
