// Where the memory that lists of additions need lies.

import type { Group, Pointer } from "../bn254.ts";
import type { VectorField } from "../field/vector-field.ts";
import { additionPairBytes } from "./addition-functions.ts";
import { inversionScratchPairs } from "./inversion-functions.ts";

/** Additions of one inversion: enough to share it, few enough for the processor's cache to have their points. */
export const listCapacity = { g1: 2048, g2: 1024 } as const;
/** Pairs of differences, or doublings, that are looked at together. */
export const blockPairs = 64;

/** Addresses of what the additions of one thread need. */
export interface AdditionLayout {
  readonly list: Pointer;
  readonly differences: Pointer;
  readonly products: Pointer;
  readonly inverted: Pointer;
  readonly inversion: Pointer;
  readonly words: Pointer;
  readonly spare: Pointer;
  readonly temporary: Pointer;
  readonly end: Pointer;
}

export function additionLayout(field: VectorField, group: Group, scratch: Pointer): AdditionLayout {
  const components = group === "g1" ? 1 : 2;
  const pair = components * field.pairBytes;
  const pairs = listCapacity[group] / 2;
  let next = scratch;
  const take = (bytes: number): Pointer => {
    const address = next;
    next += Math.ceil(bytes / 16) * 16;
    return address;
  };
  return {
    list: take(additionPairBytes * pairs),
    differences: take(pair * pairs),
    products: take(pair * (pairs + 1)),
    inverted: take(pair),
    inversion: take(field.pairBytes * inversionScratchPairs),
    words: take(64 * components * blockPairs),
    spare: take(5 * kernelPointBytes(field, group)),
    temporary: take(2 * blockPairs * kernelPointBytes(field, group)),
    end: next,
  };
}

/** Bytes of a point in the kernels' form. */
export function kernelPointBytes(field: VectorField, group: Group): number {
  return (group === "g1" ? 2 : 4) * field.elementBytes;
}

/** Bytes of scratch memory, from a multiple of 16 on. */
export function additionScratchBytes(field: VectorField, group: Group): number {
  return additionLayout(field, group, 0).end;
}
