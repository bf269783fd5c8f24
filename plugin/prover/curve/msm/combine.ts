// Puts the results of a multiplication's tasks together.

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
  let sum = bn254.G1.Point.ZERO;
  for (const { sums } of results) {
    if (isInfinity(sums)) continue;
    sum = sum.add(bn254.G1.Point.fromAffine({ x: numberAt(sums, 0), y: numberAt(sums, 1) }));
  }
  return sum.is0() ? undefined : sum.toAffine();
}

function combineG2(results: readonly MsmResult[]): MsmPoint<readonly [bigint, bigint]> | undefined {
  let sum = bn254.G2.Point.ZERO;
  for (const { sums } of results) {
    if (isInfinity(sums)) continue;
    const x = { c0: numberAt(sums, 0), c1: numberAt(sums, 1) };
    const y = { c0: numberAt(sums, 2), c1: numberAt(sums, 3) };
    sum = sum.add(bn254.G2.Point.fromAffine({ x, y }));
  }
  if (sum.is0()) return undefined;
  const { x, y } = sum.toAffine();
  return { x: [x.c0, x.c1], y: [y.c0, y.c1] };
}

function isInfinity(point: Uint8Array): boolean {
  return point.every((byte) => byte === 0);
}

/** The number at 32-byte position `index`, little-endian. */
function numberAt(bytes: Uint8Array, index: number): bigint {
  let value = 0n;
  for (let byte = 31; byte >= 0; byte--) value = (value << 8n) | BigInt(bytes[32 * index + byte] as number);
  return value;
}
