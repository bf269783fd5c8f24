// The one contribution of a development .ptau file: section 7 as `snarkjs powersoftau contribute` writes it
// (snarkjs/src/powersoftau_contribute.js, keypair.js), for secrets that are known.

import { createHash, type Hash } from "node:crypto";
import { fieldOrder } from "../../protocol/field.ts";
import { type Bn254, type Group, pointBytes } from "../curve/bn254.ts";
import type { CurveLibrary } from "../curve/ffjavascript.ts";
import { multiples } from "../curve/fixed-base.ts";
import { concatenate, uint32 } from "../curve/section-file.ts";
import type { Groth16Secrets } from "../groth16/secrets.ts";
import type { PtauSize } from "./ptau-layout.ts";

/** `snarkjs powersoftau verify` prints it. At most 64 bytes. */
const contributionName = "INSECURE development powers of tau, secrets were known";

const keyBytes = 6 * 64 + 3 * 128;
const stateBytes = 216;

export const ptauContributionBytes =
  4 + 3 * 64 + 2 * 128 + keyBytes + stateBytes + 64 + 4 + 4 + 2 + contributionName.length;

/**
 * @param hashPoints Puts the sections 2 to 6 into a hash, in order, as uncompressed points.
 */
export function ptauContribution(
  curve: Bn254,
  library: CurveLibrary,
  size: PtauSize,
  secrets: Groth16Secrets,
  hashPoints: (hash: Hash) => void,
): Uint8Array {
  const { tau, alpha, beta, contribution } = secrets;
  const challenge = firstChallenge(curve, size);
  const exponents = [tau, alpha, beta];
  const [s, ...multiplied] = multiples(curve, "g1", [
    contribution,
    ...exponents.map((exponent) => (contribution * exponent) % fieldOrder),
    ...exponents,
  ]) as [Uint8Array, ...Uint8Array[]];
  const sx = multiplied.slice(0, 3);
  const [tau1, alpha1, beta1] = multiplied.slice(3) as [Uint8Array, Uint8Array, Uint8Array];
  const [tau2, beta2] = multiples(curve, "g2", [tau, beta]) as [Uint8Array, Uint8Array];

  const spx = exponents.map((exponent, index) => {
    const transcript = createHash("blake2b512")
      .update(Uint8Array.of(index))
      .update(challenge)
      .update(curve.uncompressed("g1", s))
      .update(curve.uncompressed("g1", sx[index] as Uint8Array));
    return library.multiplyHashedG2(transcript.digest(), exponent);
  });
  const ones = sx.flatMap((point) => [s, point]);
  const response = createHash("blake2b512").update(challenge);
  for (const point of ones) response.update(curve.uncompressed("g1", point));
  for (const point of spx) response.update(curve.uncompressed("g2", point));

  const nextChallenge = createHash("blake2b512").update(response.digest());
  hashPoints(nextChallenge);
  const name = new TextEncoder().encode(contributionName);
  const parameters = Uint8Array.of(1, name.length, ...name);
  return concatenate([
    uint32(1), // contributions
    tau1,
    tau2,
    alpha1,
    beta1,
    beta2,
    ...ones,
    ...spx,
    hashState(challenge),
    nextChallenge.digest(),
    uint32(0), // made by a person, not by a beacon
    uint32(parameters.length),
    parameters,
  ]);
}

/** Hash of the powers before any contribution, when all secrets are 1. */
function firstChallenge(curve: Bn254, { power }: PtauSize): Uint8Array {
  const hash = createHash("blake2b512").update(createHash("blake2b512").digest());
  const generator = (group: Group): Uint8Array =>
    curve.uncompressed(group, curve.generators[group].subarray(0, pointBytes[group]));
  const repeat = (group: Group, count: number): void => {
    const block = Math.min(count, 2 ** 12);
    const points = Buffer.alloc(block * pointBytes[group], generator(group));
    for (let done = 0; done < count; done += block) {
      hash.update(points.subarray(0, Math.min(block, count - done) * pointBytes[group]));
    }
  };
  repeat("g1", 2 ** (power + 1) - 1);
  repeat("g2", 2 ** power);
  repeat("g1", 2 ** power);
  repeat("g1", 2 ** power);
  repeat("g2", 1);
  return hash.digest();
}

/**
 * The state of blake2b after the challenge, from which the response's hash goes on: the block so far, the chaining
 * value (RFC 7693, 64 bytes of output, no key), the number of bytes compressed and the number in the block. snarkjs
 * also absorbs the response, compressed, before it notes the state; nothing that anybody can check depends on it.
 */
function hashState(challenge: Uint8Array): Uint8Array {
  const initial = [
    0x6a09e667f2bdc948n, // with the parameters: 0x6a09e667f3bcc908 xor 0x01010040
    0xbb67ae8584caa73bn,
    0x3c6ef372fe94f82bn,
    0xa54ff53a5f1d36f1n,
    0x510e527fade682d1n,
    0x9b05688c2b3e6c1fn,
    0x1f83d9abfb41bd6bn,
    0x5be0cd19137e2179n,
  ];
  const state = new Uint8Array(stateBytes);
  state.set(challenge);
  const view = new DataView(state.buffer);
  initial.forEach((word, index) => {
    view.setBigUint64(128 + 8 * index, word, true);
  });
  view.setBigUint64(200, BigInt(challenge.length), true);
  return state;
}
