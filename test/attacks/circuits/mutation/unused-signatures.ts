// Batches whose transaction slots are not used and have signatures of nothing: any point for R8, any number for S. What
// the circuit computes with is then as random as the hash of it.

import { Point, subgroupOrder } from "../../../../plugin/protocol/babyjubjub.ts";
import { fieldOrder } from "../../../../plugin/protocol/field.ts";
import { poseidon } from "../../../../plugin/protocol/poseidon.ts";
import type { Random } from "../../../circuits/random-batch.ts";
import { messageOf } from "../commitment.ts";
import type { Forgery } from "../forgery.ts";
import { batch, domain } from "../scenarios.ts";

/** @param below - A bit of h; those below it are 0, down to the next one that p - 1 has. */
export function unusedSignatures(random: Random, below?: number): Forgery {
  const forgery = batch({});
  const zeros = below === undefined ? 0n : mask(below);
  for (const slot of forgery.transactions) {
    const { x: r8x, y: r8y } = Point.BASE.multiply(BigInt(1 + random.below(2 ** 31))).toAffine();
    const s = BigInt(1 + random.below(2 ** 31)) ** 9n % subgroupOrder;
    Object.assign(slot, { r8x, r8y, s });
    const h = (): bigint => poseidon([r8x, r8y, slot.ax, slot.ay, messageOf(domain, slot)]);
    do slot.payload = BigInt(random.below(2 ** 31));
    while ((h() & zeros) !== 0n);
  }
  return forgery;
}

/** The places below a bit of p - 1 down to its next one. */
function mask(bit: number): bigint {
  let places = 0n;
  for (let place = BigInt(bit) - 1n; place >= 0n; place--) {
    places |= 1n << place;
    if ((((fieldOrder - 1n) >> place) & 1n) === 1n) break;
  }
  return places;
}
