// Points of BN254 as snarkjs keeps them in its files: affine, coordinates little-endian in Montgomery form, those of G2
// as real and imaginary part. snarkjs reads them without a look at whether they are on the curve.

import { bn254 } from "@noble/curves/bn254.js";

const { G1, G2 } = bn254;

export type G1Element = InstanceType<typeof G1.Point>;
export type G2Element = InstanceType<typeof G2.Point>;

export const g1Bytes = 64;
export const g2Bytes = 128;

/** The generators: what snarkjs begins delta with, and what gamma always is. */
export const generator1: G1Element = G1.Point.BASE;
export const generator2: G2Element = G2.Point.BASE;

/** Why 64 or 128 bytes are no point that a key may have. */
export class PointError extends Error {
  override readonly name = "PointError";
}

const { Fp } = bn254.fields;
export const coordinateOrder: bigint = Fp.ORDER;
/** 2^-256: takes a number out of Montgomery form. */
const inverseMontgomery = Fp.inv(2n ** 256n % coordinateOrder);

/** A number of 32 bytes, little-endian. */
export function readNumber(view: DataView, offset: number): bigint {
  let value = 0n;
  for (let word = 3; word >= 0; word--) value = (value << 64n) | view.getBigUint64(offset + 8 * word, true);
  return value;
}

/** @throws PointError if it is not on the curve, not canonical, or the point at infinity. */
export function readG1(view: DataView, offset: number): G1Element {
  return valid(() => G1.Point.fromAffine({ x: coordinate(view, offset), y: coordinate(view, offset + 32) }));
}

/** @throws PointError as readG1, and if it is outside the subgroup of prime order. */
export function readG2(view: DataView, offset: number): G2Element {
  const pair = (at: number) => ({ c0: coordinate(view, at), c1: coordinate(view, at + 32) });
  return valid(() => G2.Point.fromAffine({ x: pair(offset), y: pair(offset + 64) }));
}

/** Big-endian, without a mark, as snarkjs hashes it: x, then y. */
export function uncompressedG1(point: G1Element): Uint8Array {
  const { x, y } = point.toAffine();
  return bigEndian([x, y]);
}

/** As uncompressedG1; the imaginary part goes before the real one. */
export function uncompressedG2(point: G2Element): Uint8Array {
  const { x, y } = point.toAffine();
  return bigEndian([x.c1, x.c0, y.c1, y.c0]);
}

/** Whether two points are the same but for their sign: to know the logarithm of one is to know the other's. */
export function sameUpToSign(left: G1Element, right: G1Element): boolean {
  return left.equals(right) || left.equals(right.negate());
}

function coordinate(view: DataView, offset: number): bigint {
  const stored = readNumber(view, offset);
  if (stored >= coordinateOrder) throw new PointError("a coordinate is not canonical");
  return Fp.mul(stored, inverseMontgomery);
}

function valid<Point extends { assertValidity(): void; is0(): boolean }>(make: () => Point): Point {
  try {
    const point = make();
    point.assertValidity();
    if (point.is0()) throw new PointError("it is the point at infinity"); // a valid point for the library
    return point;
  } catch (error) {
    throw error instanceof PointError ? error : new PointError((error as Error).message);
  }
}

function bigEndian(numbers: readonly bigint[]): Uint8Array {
  return Buffer.from(numbers.map((number) => number.toString(16).padStart(64, "0")).join(""), "hex");
}
