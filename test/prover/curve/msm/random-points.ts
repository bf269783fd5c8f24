import { Bn254, type Group, pointBytes } from "../../../../plugin/prover/curve/bn254.ts";
import { loadCurveLibrary } from "../../../../plugin/prover/curve/ffjavascript.ts";
import { FixedBase, taskPoints } from "../../../../plugin/prover/curve/fixed-base.ts";

/** Numbers below the group order, 32 bytes each, that follow from a seed. */
export function randomScalars(count: number, seed: number): Uint8Array {
  const words = new Uint32Array(8 * count);
  let state = seed >>> 0;
  for (let index = 0; index < words.length; index++) {
    // Marsaglia's sequence with Weyl's, and its upper half mixed in: no secrets here.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const mixed = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d);
    words[index] = mixed ^ (mixed >>> 13);
    if (index % 8 === 7) words[index] = (words[index] as number) >>> 3;
  }
  return new Uint8Array(words.buffer);
}

/** Random points as .zkey files have them: affine, coordinates in snarkjs' form. */
export async function randomPoints(group: Group, count: number, seed: number): Promise<Uint8Array> {
  const curve = new Bn254((await loadCurveLibrary()).module);
  const chunk = taskPoints[group];
  const base = new FixedBase(curve, group, 8, chunk);
  const size = pointBytes[group];
  const points = new Uint8Array(count * size);
  for (let first = 0; first < count; first += chunk) {
    const part = Math.min(chunk, count - first);
    const address = base.multiply(randomScalars(part, seed + first));
    points.set(curve.load(address, part * size), first * size);
  }
  return points;
}
