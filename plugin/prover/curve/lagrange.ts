import { type Bn254, type Pointer, rootOfUnity } from "./bn254.ts";

export interface BasisOptions {
  /** log2 of the domain. */
  readonly power: number;
  /** Points `root^(first + step·i)`. */
  readonly first: number;
  readonly step: number;
  readonly count: number;
  readonly tau: Pointer;
  /** Factor of every value. */
  readonly factor: Pointer;
}

/** `L_j(tau) = x_j · (tau^N − 1) / (N · (tau − x_j))` with `x_j = root^j`, for some of the j; in Montgomery form. */
export function lagrangeBasis(curve: Bn254, output: Pointer, options: BasisOptions): void {
  const { frm_mul, frm_sub, frm_copy, frm_inverse } = curve.functions;
  const { power, first, count, tau } = options;
  const root = curve.storeElement(rootOfUnity(power));
  const point = curve.storeElement(1n);
  for (let index = 0; index < first; index++) frm_mul(point, root, point);
  const step = curve.storeElement(1n);
  for (let index = 0; index < options.step; index++) frm_mul(step, root, step);

  const scale = tauToThe(curve, tau, power);
  frm_sub(scale, curve.storeElement(1n), scale);
  if (curve.load(scale, 32).every((byte) => byte === 0)) throw new RangeError("tau is a root of unity.");
  const size = curve.storeElement(2n ** BigInt(power));
  frm_inverse(size, size);
  frm_mul(scale, size, scale);
  frm_mul(scale, options.factor, scale);

  // One inversion for all differences: prefixes[i] is the product of the first i + 1.
  const points = curve.allocate(32 * count);
  const differences = curve.allocate(32 * count);
  const prefixes = curve.allocate(32 * (count + 1));
  frm_copy(curve.storeElement(1n), prefixes);
  for (let index = 0; index < count; index++) {
    const offset = 32 * index;
    frm_copy(point, points + offset);
    frm_sub(tau, point, differences + offset);
    frm_mul(prefixes + offset, differences + offset, prefixes + offset + 32);
    frm_mul(point, step, point);
  }
  const inverse = curve.allocate(32);
  frm_inverse(prefixes + 32 * count, inverse);
  frm_mul(inverse, scale, inverse);
  for (let index = count - 1; index >= 0; index--) {
    const offset = 32 * index;
    frm_mul(inverse, prefixes + offset, output + offset);
    frm_mul(output + offset, points + offset, output + offset);
    frm_mul(inverse, differences + offset, inverse);
  }
}

/** `tau^(2^power)` in new memory. */
export function tauToThe(curve: Bn254, tau: Pointer, power: number): Pointer {
  const result = curve.store(curve.load(tau, 32));
  for (let index = 0; index < power; index++) curve.functions.frm_mul(result, result, result);
  return result;
}
