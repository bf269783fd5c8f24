// What a task's bits add up to: Σ 2^b·S_b, over the bits' places in the whole scalars.

import type { Group, Pointer } from "../bn254.ts";
import type { VectorField } from "../field/vector-field.ts";
import type { CurveFunctions } from "../points/curve-functions.ts";
import { projectivePairs } from "../points/horner-functions.ts";
import { inversionScratchPairs } from "../points/inversion-functions.ts";
import type { MsmTask } from "./task.ts";

/** Bits of the scalars, and of the highest window beyond them. */
const mostBits = 272;

interface Layout {
  readonly list: Pointer;
  readonly sum: Pointer;
  readonly inverted: Pointer;
  readonly inversion: Pointer;
  readonly canonical: Pointer;
  readonly end: Pointer;
}

function layoutOf(field: VectorField, group: Group, scratch: Pointer): Layout {
  const pair = (group === "g1" ? 1 : 2) * field.pairBytes;
  const sum = scratch + 4 * mostBits;
  const inverted = sum + projectivePairs * pair;
  const inversion = inverted + pair;
  const canonical = inversion + inversionScratchPairs * field.pairBytes;
  return { list: scratch, sum, inverted, inversion, canonical, end: canonical + 128 };
}

/** Bytes of scratch memory, from a multiple of 16 on. */
export function weightedSumBytes(field: VectorField, group: Group): number {
  return layoutOf(field, group, 0).end;
}

/** Where a sum is made, and where it goes. */
interface Place {
  readonly weighted: Pointer;
  readonly result: Pointer;
}

/**
 * Leaves the affine sum at `result`, in the kernels' form.
 *
 * @param points For each bit of the task's windows, the lowest first, the address of the points' sum, one more for the
 * opposite point; 0 for infinity.
 * @returns Whether the sum is finite.
 */
export function weightedSum(
  functions: CurveFunctions,
  memory: WebAssembly.Memory,
  field: VectorField,
  { group, firstWindow, windowBits }: MsmTask,
  { weighted, result }: Place,
  points: Uint32Array,
): boolean {
  const { list, sum, inverted, inversion, canonical } = layoutOf(field, group, weighted);
  const one = group === "g1";
  const components = one ? 1 : 2;
  const count = firstWindow * windowBits + points.length;
  new Uint32Array(memory.buffer, list, count).fill(0).set(points.toReversed());
  (one ? functions.horner1 : functions.horner2)(list, count, sum);
  const z = sum + 2 * components * field.pairBytes;
  functions.canonical(z, canonical, components);
  const words = new Uint32Array(memory.buffer, canonical, 16 * components);
  if (words.every((word) => word === 0)) return false;
  (one ? functions.invert1 : functions.invert2)(z, inverted, inversion);
  (one ? functions.affine1 : functions.affine2)(sum, inverted, result);
  return true;
}
