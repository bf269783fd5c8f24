// Limbs as integers: of constants, and in 64-bit variables on the way to words.

import type { FunctionWriter, Value } from "../webassembly/function-writer.ts";

/** Limbs of `bits` bits from −2^(bits − 1) to 2^(bits − 1) − 1, but for the topmost. */
export function signedLimbs(value: bigint, limbs: number, bits: number): bigint[] {
  let rest = value;
  return Array.from({ length: limbs }, (_, index) => {
    if (index === limbs - 1) return rest;
    const limb = BigInt.asIntN(bits, rest);
    rest = (rest - limb) >> BigInt(bits);
    return limb;
  });
}

/**
 * The four words of a number whose limbs, of `bits` bits, are in 64-bit variables, signed and larger than m in no
 * case; m is added to negative ones.
 */
export function wordsOf(
  code: FunctionWriter,
  limbs: readonly Value[],
  bits: number,
  modulus: readonly bigint[],
): Value[] {
  const { i64 } = code;
  // The topmost limb has the sign, once the others are not negative.
  const signed = carried(code, limbs, bits);
  const negative = code.keep(i64.shiftRight(signed.at(-1) as Value, 63), "i64");
  const corrected = signed.map((limb, index) =>
    i64.add(limb, i64.and(negative, code.long(modulus[index] as bigint))),
  );
  const plain = carried(code, corrected, bits);
  return [0, 1, 2, 3].map((word) => {
    const parts = plain.flatMap((limb, index) => {
      const shift = bits * index - 64 * word;
      if (shift >= 64 || shift <= -bits) return [];
      return [shift >= 0 ? i64.shiftLeft(limb, shift) : i64.shiftRight(limb, -shift)];
    });
    return parts.reduce((left, right) => i64.or(left, right));
  });
}

/** Limbs below 2^bits and not negative, but for the topmost. */
function carried(code: FunctionWriter, limbs: readonly Value[], bits: number): Value[] {
  const { i64 } = code;
  let carry: Value | undefined;
  return limbs.map((limb, index) => {
    const sum = code.keep(carry === undefined ? limb : i64.add(limb, carry), "i64");
    if (index === limbs.length - 1) return sum;
    carry = i64.shiftRight(sum, bits);
    return code.keep(i64.and(sum, code.long((1n << BigInt(bits)) - 1n)), "i64");
  });
}
