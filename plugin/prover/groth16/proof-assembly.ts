// The last step of a proof: the sums of points, blinded with r and s (Groth, eprint 2016/260).

import { bn254 } from "@noble/curves/bn254.js";
import { fieldOrder } from "../../protocol/field.ts";
import { coordinateOrder } from "../curve/bn254.ts";
import { snarkjsRadix } from "../curve/field/conversion.ts";
import { inverse } from "../curve/field/vector-field.ts";
import { combineMsm, type MsmPoint, type MsmResult } from "../curve/msm/combine.ts";
import { readWord, viewOf } from "./binary-file.ts";
import type { KeyPoints, PointSection } from "./key-file.ts";
import type { G1Point, Groth16Proof } from "./proof.ts";
import { Groth16ProverError } from "./prover-error.ts";

const G1 = bn254.G1.Point;
const G2 = bn254.G2.Point;
type PointOfG1 = InstanceType<typeof G1>;
type PointOfG2 = InstanceType<typeof G2>;

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
 * A proof that grows while sums of points become ready, in any order: the arithmetic of each is done while threads still
 * work on the others.
 */
export class ProofAssembly {
  readonly #key: VerifiedKeyPoints;
  readonly #r: bigint;
  readonly #s: bigint;
  #a: PointOfG1 | undefined;
  #b: PointOfG2 | undefined;
  #c: PointOfG1;

  /** @param r - With `s`, what hides the witness: fresh and uniform below the group order, not 0. */
  constructor(key: VerifiedKeyPoints, r: bigint, s: bigint) {
    this.#key = key;
    this.#r = r;
    this.#s = s;
    this.#c = key.delta1.multiply((r * s) % fieldOrder).negate();
  }

  /** Takes in the result of a multiplication's tasks. */
  add(section: PointSection, results: readonly MsmResult[]): void {
    const { alpha1, beta1, beta2, delta1, delta2 } = this.#key;
    if (section === "b2") {
      this.#b = beta2.add(sumOfG2(combineMsm("g2", results))).add(delta2.multiply(this.#s));
      return;
    }
    const sum = sumOfG1(combineMsm("g1", results));
    if (section === "a") {
      this.#a = alpha1.add(sum).add(delta1.multiply(this.#r));
      this.#c = this.#c.add(this.#a.multiply(this.#s));
    } else if (section === "b1") {
      this.#c = this.#c.add(beta1.add(sum).add(delta1.multiply(this.#s)).multiply(this.#r));
    } else {
      this.#c = this.#c.add(sum);
    }
  }

  /** The proof, once all sums are in. */
  finish(): Groth16Proof {
    if (this.#a === undefined || this.#b === undefined) throw new Error("A sum of the proof is missing.");
    const { x, y } = this.#b.toAffine();
    return {
      a: affine(this.#a),
      b: [
        [x.c0, x.c1],
        [y.c0, y.c1],
      ],
      c: affine(this.#c),
    };
  }
}

function affine(point: PointOfG1): G1Point {
  const { x, y } = point.toAffine();
  return [x, y];
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
