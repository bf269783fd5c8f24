// Another implementation than snarkjs' (noble-curves), so that a proof which both accept is not accepted by one
// mistake; and it needs no threads.

import { bn254 } from "@noble/curves/bn254.js";
import { fieldOrder } from "../../protocol/field.ts";
import type { G1Point, G2Point, Groth16Proof } from "./proof.ts";
import type { VerificationKey } from "./verification-key.ts";

const { G1, G2 } = bn254;
const Fp12 = bn254.fields.Fp12;

/**
 * Whether `proof` is valid for these public signals: `e(a, b) = e(alpha, beta) · e(IC·signals, gamma) · e(c, delta)`
 * (Groth, eprint 2016/260). Malformed points, points off the curve or outside the subgroup, and signals that are not
 * canonical make it false.
 */
export function verifyProof(
  key: VerificationKey,
  publicSignals: readonly bigint[],
  proof: Groth16Proof,
): boolean {
  if (publicSignals.length !== key.ic.length - 1) return false;
  if (publicSignals.some((signal) => signal < 0n || signal >= fieldOrder)) return false;
  try {
    let inputs = g1(key.ic[0] as G1Point);
    publicSignals.forEach((signal, index) => {
      const point = g1(key.ic[index + 1] as G1Point);
      if (signal !== 0n) inputs = inputs.add(point.multiply(signal));
    });
    const pairs = [
      { g1: g1(proof.a).negate(), g2: g2(proof.b) },
      { g1: g1(key.alpha), g2: g2(key.beta) },
      { g1: inputs, g2: g2(key.gamma) },
      { g1: g1(proof.c), g2: g2(key.delta) },
    ].filter((pair) => !pair.g1.is0());
    return Fp12.eql(bn254.pairingBatch(pairs), Fp12.ONE);
  } catch {
    return false; // Not a point.
  }
}

type NobleG1 = InstanceType<typeof G1.Point>;
type NobleG2 = InstanceType<typeof G2.Point>;

function g1([x, y]: G1Point): NobleG1 {
  const point = G1.Point.fromAffine({ x, y });
  point.assertValidity();
  return point;
}

function g2([x, y]: G2Point): NobleG2 {
  const point = G2.Point.fromAffine({ x: { c0: x[0], c1: x[1] }, y: { c0: y[0], c1: y[1] } });
  point.assertValidity();
  return point;
}
