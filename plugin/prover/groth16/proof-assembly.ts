// The last step of a proof: the sums of points, blinded with r and s (Groth, eprint 2016/260).

import { bn254 } from "@noble/curves/bn254.js";
import { fieldOrder } from "../../protocol/field.ts";
import { coordinateOrder } from "../curve/bn254.ts";
import { snarkjsRadix } from "../curve/field/conversion.ts";
import { inverse } from "../curve/field/vector-field.ts";
import type { MsmPoint } from "../curve/msm/combine.ts";
import { readWord, viewOf } from "./binary-file.ts";
import type { KeyPoints } from "./key-file.ts";
import type { G1Point, Groth16Proof } from "./proof.ts";
import { Groth16ProverError } from "./prover-error.ts";

const G1 = bn254.G1.Point;
const G2 = bn254.G2.Point;
type PointOfG1 = InstanceType<typeof G1>;
type PointOfG2 = InstanceType<typeof G2>;

/** The sums that threads have computed; undefined is infinity. */
export interface ProofSums {
  readonly a: MsmPoint<bigint> | undefined;
  readonly b1: MsmPoint<bigint> | undefined;
  readonly b2: MsmPoint<readonly [bigint, bigint]> | undefined;
  readonly c: MsmPoint<bigint> | undefined;
  readonly h: MsmPoint<bigint> | undefined;
}

/** The key's single points. */
export interface VerifiedKeyPoints {
  readonly alpha1: PointOfG1;
  readonly beta1: PointOfG1;
  readonly beta2: PointOfG2;
  readonly delta1: PointOfG1;
  readonly delta2: PointOfG2;
}

/** @throws Groth16ProverError if one of them is not on the curve, or not in the group. */
export function verifiedPoints({ alpha1, beta1, beta2, delta1, delta2 }: KeyPoints): VerifiedKeyPoints {
  const points = {
    alpha1: pointOfG1(coordinates(alpha1)),
    beta1: pointOfG1(coordinates(beta1)),
    beta2: pointOfG2(coordinates(beta2)),
    delta1: pointOfG1(coordinates(delta1)),
    delta2: pointOfG2(coordinates(delta2)),
  };
  for (const [name, point] of Object.entries(points)) {
    try {
      point.assertValidity();
    } catch (error) {
      throw new Groth16ProverError(
        "Not a valid .zkey file: a point of its header is none of the group.",
        { point: name, "what to do": "get the key again, from where it was made, and compare its hash" },
        error,
      );
    }
  }
  return points;
}

/**
 * The proof.
 *
 * @param r - With `s`, what hides the witness: fresh and uniform below the group order, not 0.
 */
export function assembleProof(key: VerifiedKeyPoints, sums: ProofSums, r: bigint, s: bigint): Groth16Proof {
  const a = key.alpha1.add(sumOfG1(sums.a)).add(key.delta1.multiply(r));
  const b = key.beta2.add(sumOfG2(sums.b2)).add(key.delta2.multiply(s));
  const b1 = key.beta1.add(sumOfG1(sums.b1)).add(key.delta1.multiply(s));
  const c = sumOfG1(sums.c)
    .add(sumOfG1(sums.h))
    .add(a.multiply(s))
    .add(b1.multiply(r))
    .add(key.delta1.multiply((r * s) % fieldOrder).negate());
  const affineB = b.toAffine();
  const g1 = (point: PointOfG1): G1Point => {
    const { x, y } = point.toAffine();
    return [x, y];
  };
  return {
    a: g1(a),
    b: [
      [affineB.x.c0, affineB.x.c1],
      [affineB.y.c0, affineB.y.c1],
    ],
    c: g1(c),
  };
}

/** A number from 1 to the group order less 1, from the system's generator. */
export function randomScalar(): bigint {
  let value = 0n;
  for (const byte of crypto.getRandomValues(new Uint8Array(64))) value = (value << 8n) | BigInt(byte);
  return (value % (fieldOrder - 1n)) + 1n;
}

const outOfRadix = inverse(snarkjsRadix, coordinateOrder);

function coordinates(point: Uint8Array): bigint[] {
  const view = viewOf(point);
  return Array.from(
    { length: point.length / 32 },
    (_, index) => (readWord(view, 32 * index) * outOfRadix) % coordinateOrder,
  );
}

function pointOfG1([x = 0n, y = 0n]: readonly bigint[]): PointOfG1 {
  return G1.fromAffine({ x, y });
}

function pointOfG2([x0 = 0n, x1 = 0n, y0 = 0n, y1 = 0n]: readonly bigint[]): PointOfG2 {
  return G2.fromAffine({ x: { c0: x0, c1: x1 }, y: { c0: y0, c1: y1 } });
}

function sumOfG1(point: MsmPoint<bigint> | undefined): PointOfG1 {
  return point === undefined ? G1.ZERO : G1.fromAffine(point);
}

function sumOfG2(point: MsmPoint<readonly [bigint, bigint]> | undefined): PointOfG2 {
  return point === undefined ? G2.ZERO : pointOfG2([...point.x, ...point.y]);
}
