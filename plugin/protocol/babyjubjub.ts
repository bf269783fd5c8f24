import { babyjubjub } from "@noble/curves/misc.js";
import { fieldOrder, isElement } from "./field.ts";

// BabyJubJub in the form of EIP-2494 and circomlib: a·x² + y² = 1 + d·x²·y² over the BN254 scalar field with
// a = 168700, d = 168696. Libraries that use the isomorphic a = -1 form have other x coordinates for the same
// key. The library's base point is EIP-2494's B = 8·G, of prime order, which circomlib calls Base8.

const a = 168700n;
const d = 168696n;

/** A point of BabyJubJub in affine coordinates, as a public key. */
export type PublicKey = { readonly ax: bigint; readonly ay: bigint };

/** The curve's points, in the library's representation. For modules of the protocol that do curve arithmetic. */
export const Point = babyjubjub.Point;
export type Point = InstanceType<typeof babyjubjub.Point>;

/** The order of the base point: signatures' `s` is below it. The curve has 8 times as many points. */
export const subgroupOrder: bigint = Point.Fn.ORDER;

/** Whether both coordinates are canonical and satisfy the curve's equation. */
export function isOnCurve({ ax, ay }: PublicKey): boolean {
  if (!isElement(ax) || !isElement(ay)) return false;
  const x2 = (ax * ax) % fieldOrder;
  const y2 = (ay * ay) % fieldOrder;
  return (a * x2 + y2 - 1n - d * x2 * y2) % fieldOrder === 0n;
}

/**
 * Whether 8 times the point is the identity: such a key has no secret, anyone signs for it. The point must be
 * on the curve.
 */
export function isSmallOrder(key: PublicKey): boolean {
  return timesCofactor(toPoint(key)).is0();
}

/** Whether a key may own an account: on the curve and not of small order (protocol section 3). */
export function isUsableKey(key: PublicKey): boolean {
  return isOnCurve(key) && !isSmallOrder(key);
}

/** 8 times a point, which lies in the subgroup of prime order whatever the point. */
export function timesCofactor(point: Point): Point {
  return point.double().double().double();
}

/** The library's representation of a point that is on the curve. */
export function toPoint({ ax, ay }: PublicKey): Point {
  return Point.fromAffine({ x: ax, y: ay });
}
