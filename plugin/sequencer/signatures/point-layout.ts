// How points of BabyJubJub lie in a kernel's memory.

import type { VectorField } from "../../prover/curve/field/vector-field.ts";

/** Elements of a point that is being added to, (X : Y : Z : T) with T = X·Y/Z … */
const pointElements = 4;
/** … and of one to add, in affine form: y − X, y + X, 2d'·X·y. Its negative follows it. */
const addendElements = 3;

/** Bytes of a point that is added to. */
export function pointBytes(field: VectorField): number {
  return pointElements * field.elementBytes;
}

/** The neutral point, as it lies in memory. */
export function neutralPoint(field: VectorField): Uint8Array {
  const bytes = new Uint8Array(pointBytes(field));
  const one = field.bytesOf(field.radix % field.modulus);
  bytes.set(one, field.elementBytes);
  bytes.set(one, 2 * field.elementBytes);
  return bytes;
}

/** Bytes of an affine point to add; a prepared point is two of them, itself and its negative. */
export function addendBytes(field: VectorField): number {
  return addendElements * field.elementBytes;
}
