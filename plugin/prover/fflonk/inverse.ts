// An FFLONK proof brings the inverse of the product of all denominators along, so that the contract need not compute
// it. snarkjs' verifier ignores it: a proof with another number there passes off chain and is refused on L1.

import { fieldOrder } from "../../protocol/field.ts";
import { keccakWords } from "../../protocol/keccak.ts";
import type { FflonkVerificationKey } from "./verification-key.ts";

/**
 * Whether the last word of a proof is that inverse, by the formulas of snarkjs' Solidity verifier.
 *
 * @param words Of the proof, as decodeProof returns them.
 */
export function hasRightInverse(
  key: FflonkVerificationKey,
  publicSignals: readonly bigint[],
  words: readonly bigint[],
): boolean {
  const { w, wr, w3, w4, w8 } = key.scalars;
  const { seed, y } = challenges(key, publicSignals, words);
  const h0 = power(seed, 3n);
  const h1 = power(seed, 6n);
  const h2 = power(seed, 8n);
  const xi = power(seed, 24n);
  const h3 = multiply(h2, wr);
  const xiOmega = multiply(xi, w);
  const s0 = cosetOf(h0, w8, 8);
  const s1 = cosetOf(h1, w4, 4);
  const s2 = [cosetOf(h2, w3, 3), cosetOf(h3, w3, 3)] as const;
  const denominators = [
    power(xi, 2n ** BigInt(key.power)) - 1n,
    ...[...s1, ...s2.flat()].map((root) => y - root),
    ...lagrange(s0, y, multiply(8n, power(h0, 6n))),
    ...lagrange(s1, y, multiply(4n, power(h1, 2n))),
    ...lagrange(s2[0], y, multiply(multiply(3n, h2), xi - xiOmega)),
    ...lagrange(s2[1], y, multiply(multiply(3n, h3), xiOmega - xi)),
    ...publicSignals.map((_, index) => multiply(2n ** BigInt(key.power), xi - power(w, BigInt(index)))),
  ];
  const inverse = words.at(-1) as bigint;
  return modulo(denominators.reduce(multiply, inverse)) === 1n;
}

/** The challenges that denominators depend on: words 0 to 7 are points, 8 to 22 the evaluations before the inverse. */
function challenges(
  key: FflonkVerificationKey,
  publicSignals: readonly bigint[],
  words: readonly bigint[],
): { readonly seed: bigint; readonly y: bigint } {
  const hash = (...parts: readonly bigint[]): bigint => modulo(keccakWords(parts));
  const beta = hash(...key.c0, ...publicSignals, ...words.slice(0, 2));
  const gamma = hash(beta);
  const seed = hash(gamma, ...words.slice(2, 4));
  const alpha = hash(seed, ...words.slice(8, 23));
  return { seed, y: hash(alpha, ...words.slice(4, 6)) };
}

function cosetOf(shift: bigint, root: bigint, order: number): bigint[] {
  return Array.from({ length: order }, (_, index) => multiply(shift, power(root, BigInt(index))));
}

/** Denominators of the Lagrange polynomials over a coset. */
function lagrange(roots: readonly bigint[], y: bigint, factor: bigint): bigint[] {
  return roots.map((root, index) => {
    const other = roots[((roots.length - 1) * index) % roots.length] as bigint;
    return multiply(factor, multiply(other, y - root));
  });
}

function multiply(left: bigint, right: bigint): bigint {
  return modulo(left * right);
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let rest = exponent, square = base; rest > 0n; rest >>= 1n, square = multiply(square, square)) {
    if (rest & 1n) result = multiply(result, square);
  }
  return result;
}

function modulo(value: bigint): bigint {
  const rest = value % fieldOrder;
  return rest < 0n ? rest + fieldOrder : rest;
}
