import { expect } from "chai";
import { fieldOrder } from "../../../../plugin/protocol/field.ts";
import {
  coordinateOrder,
  type Group,
  littleEndian,
  pointBytes,
} from "../../../../plugin/prover/curve/bn254.ts";
import { representations } from "../representations.ts";
import { OneThread, Reference } from "./one-thread.ts";
import { randomPoints, randomScalars } from "./random-points.ts";

const sizes = { g1: [1, 2, 3, 5, 31, 64, 1000, 4097, 2 ** 14], g2: [1, 2, 3, 7, 100, 2049] } as const;
const largest =
  process.env.SOUNDNESS !== "full" ? { g1: 2 ** 14, g2: 2 ** 12 } : { g1: 2 ** 17, g2: 2 ** 17 };

describe("multi-scalar multiplication", () => {
  let reference: Reference;
  let random: Record<Group, Uint8Array>;
  before(async () => {
    reference = await Reference.load();
    random = {
      g1: await randomPoints("g1", largest.g1, 1),
      g2: await randomPoints("g2", largest.g2, 2),
    };
  });

  for (const name of ["doubles", "narrow doubles"] as const) {
    for (const group of ["g1", "g2"] as const) {
      describe(`${group}, ${name}`, () => {
        let thread: OneThread;
        before(function () {
          if (!representations[name].isThere) this.skip();
          else thread = new OneThread(name);
        });

        async function check(points: Uint8Array, scalars: Uint8Array): Promise<void> {
          const expected = await reference.multiply(group, points, scalars);
          expect(thread.prepare(group, points, scalars).multiply()).to.deep.equal(expected);
        }
        const point = (index: number): Uint8Array =>
          random[group].slice(index * pointBytes[group], (index + 1) * pointBytes[group]);
        const first = (count: number): Uint8Array => random[group].slice(0, count * pointBytes[group]);
        const repeated = (bytes: Uint8Array, count: number): Uint8Array =>
          Buffer.concat(Array<Uint8Array>(count).fill(bytes));

        it("is what ffjavascript makes of random points and scalars, of any number", async () => {
          for (const count of new Set([...sizes[group], largest[group]])) {
            await check(first(count), randomScalars(count, count));
          }
        });

        it("is infinity without points, and where all scalars are zero", () => {
          expect(thread.prepare(group, new Uint8Array(), new Uint8Array()).multiply()).to.equal("infinity");
          expect(thread.prepare(group, first(5), new Uint8Array(160)).multiply()).to.equal("infinity");
        });

        for (const [scalar, value] of [
          ["one", 1n],
          ["two", 2n],
          ["r - 1", fieldOrder - 1n],
          ["a half of r", (fieldOrder + 1n) / 2n],
          ["a power of two", 2n ** 253n],
        ] as const) {
          it(`is right where all scalars are ${scalar}`, async () => {
            for (const count of [1, 300, ...(group === "g1" ? [4500] : [])])
              await check(first(count), repeated(littleEndian(value), count));
          });
        }

        it("is right for scalars as witnesses have them: zeros, ones, few bits and r less a few", async () => {
          const values = Array.from(
            { length: 600 },
            (_, index) =>
              [0n, 1n, BigInt(index), fieldOrder - BigInt(index + 1), 2n ** BigInt(index % 254)][index % 5],
          ) as bigint[];
          await check(first(600), Buffer.concat(values.map(littleEndian)));
        });

        it("is right where all points are the same", async () => {
          for (const count of [2, 3, 513]) {
            await check(repeated(point(0), count), randomScalars(count, 7));
            await check(repeated(point(0), count), repeated(littleEndian(12345n), count));
          }
        });

        it("is right for the generator and its double, which doublings are made with", async () => {
          const { points, scalars } = multiplesOfGenerator(group, [1n, 2n, 3n], 20);
          await check(points, scalars);
        });

        it("is infinity where points cancel each other out", () => {
          for (const count of [1, 2, 40]) {
            const pairs = Array.from({ length: count }, (_, index) => [point(index), opposite(point(index))]);
            const scalars = Buffer.concat(
              Array.from({ length: count }, (_, index) => repeated(randomScalars(1, index + 1), 2)),
            );
            expect(thread.prepare(group, Buffer.concat(pairs.flat()), scalars).multiply()).to.equal(
              "infinity",
            );
          }
        });

        it("is right for opposite and equal points in one bucket, in any order", async () => {
          const points = Array.from({ length: 200 }, (_, index) => {
            const chosen = point((index * index) % 5);
            return index % 3 === 0 ? opposite(chosen) : chosen;
          });
          await check(Buffer.concat(points), repeated(littleEndian(987654321987654321n), 200));
          await check(Buffer.concat(points), randomScalars(200, 11));
        });

        it("is right in memory beyond 2 GiB, where addresses have the sign of 32-bit numbers", async () => {
          const points = Buffer.concat([first(300), first(20), opposite(point(3))]);
          const scalars = randomScalars(321, 17);
          const expected = await reference.multiply(group, points, scalars);
          const sum = thread.prepare(group, points, scalars, 2 ** 31 + 2 ** 20).multiply();
          expect(sum).to.deep.equal(expected);
        });

        it("ends with keys whose points are on no curve, whatever it makes of them", () => {
          // (x, 0) is its own opposite.
          const points = Buffer.from(repeated(point(0), 10));
          for (let index = 0; index < 10; index++) {
            const y = index * pointBytes[group] + pointBytes[group] / 2;
            points.fill(0, y, y + pointBytes[group] / 2);
          }
          thread.prepare(group, points, repeated(littleEndian(5n), 10)).multiply();
        });

        it("is right with points at infinity among the others", async () => {
          const points = first(50);
          for (const index of [0, 1, 17, 49]) {
            points.fill(0, index * pointBytes[group], (index + 1) * pointBytes[group]);
          }
          await check(points, randomScalars(50, 13));
        });
      });
    }
  }

  /** −P: the coordinates are in Montgomery form, of which the opposite is that of the number. */
  function opposite(point: Uint8Array): Uint8Array {
    const result = point.slice();
    for (let offset = point.length / 2; offset < point.length; offset += 32) {
      const value = BigInt(
        `0x${Buffer.from(point.slice(offset, offset + 32))
          .reverse()
          .toString("hex")}`,
      );
      result.set(littleEndian(value === 0n ? 0n : coordinateOrder - value), offset);
    }
    return result;
  }

  function multiplesOfGenerator(
    group: Group,
    factors: readonly bigint[],
    times: number,
  ): { points: Uint8Array; scalars: Uint8Array } {
    const list = reference.multiplesOfGenerator(group, factors);
    const points = Buffer.concat(Array<readonly Uint8Array[]>(times).fill(list).flat());
    const count = factors.length * times;
    return { points, scalars: Buffer.concat(Array<Uint8Array>(count).fill(littleEndian(77n))) };
  }
});
