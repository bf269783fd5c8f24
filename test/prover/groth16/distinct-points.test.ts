import { expect } from "chai";
import fc from "fast-check";
import { coordinateOrder, littleEndian } from "../../../plugin/prover/curve/bn254.ts";
import { concatenate } from "../../../plugin/prover/curve/section-file.ts";
import { type DistinctPoints, distinctPoints } from "../../../plugin/prover/groth16/distinct-points.ts";

type Point = readonly [x: bigint, y: bigint];

const infinity: Point = [0n, 0n];
const p: Point = [5n, 7n];
const q: Point = [6n, 9n];

function opposite([x, y]: Point): Point {
  return [x, coordinateOrder - y];
}

/** What matters is which coordinates are equal, so a coordinate in G2 is the same number twice. */
function found(
  points: readonly Point[],
  group: "g1" | "g2" = "g1",
  merge = true,
): DistinctPoints | undefined {
  const times = group === "g1" ? 1 : 2;
  const bytes = concatenate(
    points.flatMap((point) => point.flatMap((number) => Array<Uint8Array>(times).fill(littleEndian(number)))),
  );
  return distinctPoints(bytes, 64 * times, merge);
}

describe("distinctPoints", () => {
  it("takes points that are finite and different as they are", () => {
    expect(found([])).to.equal(undefined);
    expect(found([p, q, [5n, 8n], [7n, 7n]])).to.equal(undefined);
  });

  for (const group of ["g1", "g2"] as const) {
    it(`leaves infinity out, and puts equal and opposite points of ${group} together`, () => {
      const distinct = found([infinity, p, q, opposite(p), infinity, p, q], group);
      expect([...(distinct?.points ?? [])]).to.deep.equal([1, 2]);
      expect(distinct?.groups).to.deep.equal([
        { place: 0, members: [1, 3, 5], opposite: [false, true, false] },
        { place: 1, members: [2, 6], opposite: [false, false] },
      ]);
    });
  }

  it("keeps points apart that share x only, which no two points of a curve do otherwise", () => {
    expect(found([p, [5n, 8n], [5n, 9n]])).to.equal(undefined);
    const mixed = found([[5n, 8n], p, [5n, 8n], opposite(p)]);
    expect([...(mixed?.points ?? [])]).to.deep.equal([0, 1]);
    expect(mixed?.groups.map(({ members }) => members)).to.deep.equal([
      [0, 2],
      [1, 3],
    ]);
  });

  it("only leaves infinity out where points are not to be put together", () => {
    expect(found([p, p, opposite(p)], "g1", false)).to.equal(undefined);
    const distinct = found([p, infinity, p], "g1", false);
    expect([...(distinct?.points ?? [])]).to.deep.equal([0, 2]);
    expect(distinct?.groups).to.deep.equal([]);
  });

  it("keeps the sum of all points for any of them", () => {
    // A point is a number here, its opposite the negative: the sum is what a multiplication by ones would give.
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -6, max: 6 }), { maxLength: 40 }), (numbers) => {
        const points = numbers.map((number): Point => {
          if (number === 0) return infinity;
          const point: Point = [BigInt(Math.abs(number)), 3n];
          return number > 0 ? point : opposite(point);
        });
        const distinct = found(points);
        const sum = numbers.reduce((total, number) => total + number, 0);
        if (distinct === undefined) {
          expect(new Set(points.map(([x]) => x)).size).to.equal(points.length);
          return;
        }
        const scalars = [...distinct.points].map(() => 1);
        for (const { place, opposite: signs } of distinct.groups) {
          scalars[place] = signs.reduce((total, negative) => total + (negative ? -1 : 1), 0);
        }
        const kept = [...distinct.points].reduce(
          (total, point, place) => total + (numbers[point] as number) * (scalars[place] as number),
          0,
        );
        expect(kept).to.equal(sum);
        expect(
          new Set([...distinct.points].map((point) => Math.abs(numbers[point] as number))).size,
        ).to.equal(distinct.points.length);
      }),
    );
  });
});
