// Proofs of anything, for keys whose delta everybody knows. The verifier checks
// `e(a, b) = e(alpha, beta) · e(IC·inputs, gamma) · e(c, delta)`, and gamma is 1 in every key of snarkjs: with
// `a = alpha`, `b = beta` and `c = -IC·inputs / delta` it holds for all inputs, without any witness.

import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { bn254 } from "@noble/curves/bn254.js";
import type { Groth16Proof } from "../../../plugin/prover/groth16/proof.ts";
import type { VerificationKey } from "../../../plugin/prover/groth16/verification-key.ts";

const { Fr } = bn254.fields;
const { Point } = bn254.G1;

/** @param delta - The logarithm of the key's delta. */
export function forgeProof(key: VerificationKey, inputs: readonly bigint[], delta: bigint): Groth16Proof {
  const [constant, ...ic] = key.ic.map(([x, y]) => Point.fromAffine({ x, y }));
  if (constant === undefined || ic.length !== inputs.length)
    throw new Error("One input for each point of IC.");
  const sum = ic.reduce(
    (total, point, index) => total.add(point.multiply(inputs[index] as bigint)),
    constant,
  );
  const { x, y } = sum.multiply(Fr.inv(delta)).negate().toAffine();
  return { a: key.alpha, b: key.beta, c: [x, y] };
}

/** The number that a beacon multiplies delta by: everybody can compute it (snarkjs/src/misc.js, zkey_beacon.js). */
export function beaconSecret(valueHex: string, iterationsExponent: number): bigint {
  let hash: Buffer = Buffer.from(valueHex, "hex");
  for (let count = 0; count < 2 ** iterationsExponent; count++)
    hash = createHash("sha256").update(hash).digest();
  const seed = Array.from({ length: 8 }, (_, index) => hash.readUInt32BE(4 * index));
  const snarkjs = createRequire(import.meta.url).resolve("snarkjs");
  const { ChaCha } = createRequire(snarkjs)("ffjavascript") as {
    ChaCha: new (seed: readonly number[]) => { nextU64(): bigint };
  };
  const random = new ChaCha(seed);
  // Taken as it is for the number in Montgomery form.
  for (;;) {
    let value = 0n;
    for (let word = 0n; word < 4n; word++) value |= random.nextU64() << (64n * word);
    value &= 2n ** 254n - 1n;
    if (value < Fr.ORDER) return Fr.mul(value, Fr.inv(2n ** 256n % Fr.ORDER));
  }
}
