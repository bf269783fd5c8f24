import { bn254 } from "@noble/curves/bn254.js";
import { expect } from "chai";
import fc from "fast-check";
import { fieldOrder } from "../../../plugin/protocol/field.ts";
import {
  Bn254,
  type Bn254Module,
  type Group,
  littleEndian,
  pointBytes,
} from "../../../plugin/prover/curve/bn254.ts";
import { loadCurveLibrary } from "../../../plugin/prover/curve/ffjavascript.ts";
import { bestWindow, FixedBase } from "../../../plugin/prover/curve/fixed-base.ts";
import { pointModule } from "../../../plugin/prover/curve/points/point-module.ts";
import { representations } from "./representations.ts";

const edges = [0n, 1n, 2n, 255n, 256n, 2n ** 253n, fieldOrder - 2n, fieldOrder - 1n];

describe("FixedBase", () => {
  let module: Bn254Module;
  before(async () => {
    module = (await loadCurveLibrary()).module;
  });

  const cases = (["doubles", "narrow doubles"] as const).flatMap((arithmetic) =>
    (["g1", "g2"] as const).map((group) => [arithmetic, group] as const),
  );
  for (const [arithmetic, group] of cases) {
    for (const window of [2, 5, 8]) {
      it(`multiplies the generator of ${group} as noble-curves does, ${window} bits a window, in ${arithmetic}`, function () {
        if (!representations[arithmetic].isThere) this.skip();
        const points = pointModule(arithmetic, false);
        const curve = new Bn254({ ...module, points, representation: arithmetic });
        const base = new FixedBase(curve, group, window, 16);
        const scalar = fc.bigInt({ min: 0n, max: fieldOrder - 1n });
        fc.assert(
          fc.property(fc.array(scalar, { maxLength: 8 }), (random) => {
            const scalars = [...edges, ...random];
            const points = base.multiply(Buffer.concat(scalars.map(littleEndian)));
            const size = pointBytes[group];
            const bytes = curve.uncompressed(group, curve.load(points, scalars.length * size));
            scalars.forEach((value, index) => {
              const actual = Buffer.from(bytes.subarray(index * size, (index + 1) * size)).toString("hex");
              expect(actual, `${value}`).to.equal(expected(group, value));
            });
          }),
          { numRuns: group === "g1" ? 10 : 4 },
        );
      });
    }
  }

  it("refuses more scalars than it has room for", () => {
    const base = new FixedBase(new Bn254(module), "g1", 2, 1);
    expect(() => base.multiply(new Uint8Array(64))).to.throw(RangeError);
  });

  it("takes wider windows for more scalars, up to the largest table allowed", () => {
    expect([1, 100, 10_000, 1e6].map((count) => bestWindow(count, 14))).to.deep.equal([2, 5, 10, 14]);
  });
});

/** Coordinates big-endian, the imaginary part of a G2 coordinate first; all zero for the point at infinity. */
function expected(group: Group, scalar: bigint): string {
  if (scalar === 0n) return "00".repeat(pointBytes[group]);
  const words = group === "g1" ? g1Words(scalar) : g2Words(scalar);
  return words.map((word) => word.toString(16).padStart(64, "0")).join("");
}

function g1Words(scalar: bigint): bigint[] {
  const { x, y } = bn254.G1.Point.BASE.multiply(scalar).toAffine();
  return [x, y];
}

function g2Words(scalar: bigint): bigint[] {
  const { x, y } = bn254.G2.Point.BASE.multiply(scalar).toAffine();
  return [x.c1, x.c0, y.c1, y.c0];
}
