// Puts the results of a multiplication's tasks together: a doubling for each bit of the scalars.

import { bn254 } from "@noble/curves/bn254.js";
import type { Group } from "../bn254.ts";
import type { MsmTask } from "./task.ts";

/** Coordinates of an affine point; those of G2 as [c0, c1]. */
export interface MsmPoint<Coordinate> {
  readonly x: Coordinate;
  readonly y: Coordinate;
}

export interface MsmResult {
  readonly task: MsmTask;
  /** What the task wrote. */
  readonly sums: Uint8Array;
}

/** Σ s_i·P_i; undefined for the point at infinity. */
export function combineMsm(group: "g1", results: readonly MsmResult[]): MsmPoint<bigint> | undefined;
export function combineMsm(
  group: "g2",
  results: readonly MsmResult[],
): MsmPoint<readonly [bigint, bigint]> | undefined;
export function combineMsm(
  group: Group,
  results: readonly MsmResult[],
): MsmPoint<bigint | readonly [bigint, bigint]> | undefined {
  return group === "g1" ? combineG1(results) : combineG2(results);
}

function combineG1(results: readonly MsmResult[]): MsmPoint<bigint> | undefined {
  const sum = horner(results, bn254.G1.Point.ZERO, (bytes) =>
    bn254.G1.Point.fromAffine({ x: numberAt(bytes, 0), y: numberAt(bytes, 1) }),
  );
  return sum.is0() ? undefined : sum.toAffine();
}

function combineG2(results: readonly MsmResult[]): MsmPoint<readonly [bigint, bigint]> | undefined {
  const sum = horner(results, bn254.G2.Point.ZERO, (bytes) =>
    bn254.G2.Point.fromAffine({
      x: { c0: numberAt(bytes, 0), c1: numberAt(bytes, 1) },
      y: { c0: numberAt(bytes, 2), c1: numberAt(bytes, 3) },
    }),
  );
  if (sum.is0()) return undefined;
  const { x, y } = sum.toAffine();
  return { x: [x.c0, x.c1], y: [y.c0, y.c1] };
}

interface Sum<Self> {
  add(other: Self): Self;
  double(): Self;
}

/** Sums of the bits' weights 2^b times their points, from the highest bit on. */
function horner<Point extends Sum<Point>>(
  results: readonly MsmResult[],
  zero: Point,
  read: (bytes: Uint8Array) => Point,
): Point {
  const points: Point[][] = [];
  for (const { task, sums } of results) {
    const size = sizeOf(task.group);
    for (let index = 0; size * index < sums.length; index++) {
      const bytes = sums.subarray(size * index, size * (index + 1));
      if (bytes.every((byte) => byte === 0)) continue;
      const bit = task.firstWindow * task.windowBits + index;
      points[bit] ??= [];
      points[bit].push(read(bytes));
    }
  }
  let sum = zero;
  for (let bit = points.length - 1; bit >= 0; bit--) {
    sum = sum.double();
    for (const point of points[bit] ?? []) sum = sum.add(point);
  }
  return sum;
}

function sizeOf(group: Group): number {
  return group === "g1" ? 64 : 128;
}

/** The number at 32-byte position `index`, little-endian. */
function numberAt(bytes: Uint8Array, index: number): bigint {
  let value = 0n;
  for (let byte = 31; byte >= 0; byte--) value = (value << 8n) | BigInt(bytes[32 * index + byte] as number);
  return value;
}
