import { type BabyJub, buildEddsa, buildPoseidonReference } from "circomlibjs";
import type { PublicKey } from "../../plugin/protocol/babyjubjub.ts";
import type { Signature } from "../../plugin/protocol/eddsa.ts";

// circomlibjs, which circomlib's own circuits are tested against, with integers at its border. Its Poseidon here is
// the textbook version, without the optimisations that fast ones share.

const eddsa = await buildEddsa();
const hash = await buildPoseidonReference();
const { F, babyJub } = eddsa;

type CurvePoint = BabyJub["Base8"];

function fromPoint([x, y]: CurvePoint): PublicKey {
  return { ax: F.toObject(x), ay: F.toObject(y) };
}

function toPoint({ ax, ay }: PublicKey): CurvePoint {
  return [F.e(ax), F.e(ay)];
}

/** What an independent implementation says. */
export const reference = {
  base: fromPoint(babyJub.Base8),
  /** A point of the full order, 8 times the base point's. */
  generator: fromPoint(babyJub.Generator),
  subgroupOrder: babyJub.subOrder,

  poseidon(inputs: readonly bigint[]): bigint {
    return hash.F.toObject(hash(inputs));
  },
  add(left: PublicKey, right: PublicKey): PublicKey {
    return fromPoint(babyJub.addPoint(toPoint(left), toPoint(right)));
  },
  multiply(point: PublicKey, scalar: bigint): PublicKey {
    return fromPoint(babyJub.mulPointEscalar(toPoint(point), scalar));
  },
  isOnCurve(point: PublicKey): boolean {
    return babyJub.inCurve(toPoint(point));
  },
  publicKey(seed: Uint8Array): PublicKey {
    return fromPoint(eddsa.prv2pub(seed));
  },
  sign(seed: Uint8Array, message: bigint): Signature {
    const { R8, S } = eddsa.signPoseidon(seed, F.e(message));
    const { ax: r8x, ay: r8y } = fromPoint(R8);
    return { r8x, r8y, s: S };
  },
  verify(key: PublicKey, message: bigint, { r8x, r8y, s }: Signature): boolean {
    return eddsa.verifyPoseidon(F.e(message), { R8: toPoint({ ax: r8x, ay: r8y }), S: s }, toPoint(key));
  },
};
