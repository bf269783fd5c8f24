// Constants of the arithmetic in curve-kernel.ts.

import { Point, subgroupOrder } from "../../protocol/babyjubjub.ts";
import { fieldOrder, toField } from "../../protocol/field.ts";

const { Fp } = Point;
const a = 168700n;
const d = 168696n;

/**
 * Points are added in the isomorphic form −X² + y² = 1 + d'·X²·y² with X = x·√(−a), whose addition is the cheapest.
 * It is complete, as is the original: −1 is a square and d' is not.
 */
export const twist = { xFactor: Fp.sqrt(toField(-a)), d: toField(-d * Fp.inv(a)) };

/** Of the curve's equation a·x² + y² = 1 + d·x²·y². */
export const edwards = { a, d };

/**
 * What the pairing test of membership in the subgroup needs: see subgroupResidue. T is a point of order 8, in the
 * Montgomery form B·v² = u³ + A·u² + u with u = (1 + y) / (1 − y), v = u / x.
 */
export const pairing = ((): {
  /** u and v of T, and the slope of the tangent there. */
  readonly u: bigint;
  readonly v: bigint;
  readonly slope: bigint;
  /** u of 2T, and the slope v/u of the tangent there, which goes through 4T = (0, 0). */
  readonly doubledU: bigint;
  readonly doubledSlope: bigint;
  readonly exponent: bigint;
  /** The residue of all points of the subgroup. */
  readonly residue: bigint;
} => {
  const aOfMontgomery = toField(2n * (a + d) * Fp.inv(toField(a - d)));
  const bOfMontgomery = toField(4n * Fp.inv(toField(a - d)));
  const generator = pointOfOrderEight();
  const { u, v } = montgomery(generator);
  const doubled = montgomery(generator.double());
  const slope = toField((3n * u * u + 2n * aOfMontgomery * u + 1n) * Fp.inv(toField(2n * bOfMontgomery * v)));
  const constants = {
    u,
    v,
    slope,
    doubledU: doubled.u,
    doubledSlope: toField(doubled.v * Fp.inv(doubled.u)),
    exponent: (fieldOrder - 1n) / 8n,
  };
  const { x, y } = Point.BASE.toAffine();
  return { ...constants, residue: subgroupResidue(x, y, constants) };
})();

/**
 * The Tate pairing of T with a point P, but for a factor that all points share: f(P)^((p − 1) / 8) where f has an
 * eightfold zero at T and an eightfold pole at infinity. The pairing is not degenerate (the rational points of order
 * 8 are the multiples of T, and 8 divides p − 1), so that P is 8 times another point, that is in the subgroup, if and
 * only if the value is that of any other point of the subgroup (Koshelev, eprint 2022/037).
 *
 * By Miller's algorithm f = l_T⁴ / (u − u_2T)⁴ · l_2T² / u, with the tangents l. Up to eighth powers, which the
 * exponentiation takes away, that is a polynomial in x and y, whose zeros all have small order; there the value is 0.
 */
export function subgroupResidue(x: bigint, y: bigint, constants: Omit<typeof pairing, "residue">): bigint {
  const { u, v, slope, doubledU, doubledSlope, exponent } = constants;
  const plus = 1n + y;
  const minus = 1n - y;
  const tangent = plus - v * minus * x - slope * x * (plus - u * minus);
  const vertical = plus - doubledU * minus;
  const factors = toField(toField(tangent * vertical) ** 2n * toField(x * (1n - doubledSlope * x)));
  return Fp.pow(toField(toField(factors * minus ** 3n) ** 2n * plus * minus), exponent);
}

function montgomery(point: Point): { u: bigint; v: bigint } {
  const { x, y } = point.toAffine();
  const u = toField((1n + y) * Fp.inv(toField(1n - y)));
  return { u, v: toField(u * Fp.inv(x)) };
}

/** A point of full order, times the order of the subgroup. */
function pointOfOrderEight(): Point {
  for (let y = 2n; ; y++) {
    const square = toField((1n - y * y) * Fp.inv(toField(a - d * y * y)));
    let x: bigint;
    try {
      x = Fp.sqrt(square);
    } catch {
      continue;
    }
    const point = multiply(Point.fromAffine({ x, y }), subgroupOrder);
    if (!point.double().double().is0()) return point;
  }
}

/** The library multiplies by scalars below the subgroup's order only. */
function multiply(point: Point, scalar: bigint): Point {
  let result = Point.ZERO;
  for (const bit of scalar.toString(2)) {
    result = result.double();
    if (bit === "1") result = result.add(point);
  }
  return result;
}
