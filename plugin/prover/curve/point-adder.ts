import type { Pointer } from "./bn254.ts";

/**
 * Adds many pairs of affine points at once. The additions of one call share their inversions (Montgomery's trick):
 * 5 multiplications and a square each, half of a projective one. Points are in a form of the adder's own; the one
 * at infinity is all zero.
 *
 * The affine formula fails for P + P, P − P and infinity: none of them may occur.
 */
export interface PointAdder {
  /** Bytes of a point in the adder's form. */
  readonly pointBytes: number;
  /** Addresses of the points that are added to, each once at most, and of the points to add. */
  lists(): { readonly targets: Uint32Array; readonly addends: Uint32Array };
  /** Does the first `count` additions of the lists. */
  addAll(count: number): void;
  /** Takes in one affine point of the curve's form. */
  unpack(point: Pointer, output: Pointer): void;
  /** Address of successive points in the curve's form, valid until the next call. */
  pack(points: Pointer, count: number): Pointer;
}
