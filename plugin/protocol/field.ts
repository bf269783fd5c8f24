import { ProtocolError } from "./errors.ts";

// The scalar field of BN254 (EIP-197's group order), not its base field: it is the field that circuits over
// that curve compute in, and the base field of BabyJubJub. The two primes agree in their upper half, so
// taking one for the other goes unnoticed for a long time.

/** The order `p` of the BN254 scalar field. */
export const fieldOrder: bigint =
  21888242871839275222246405745257275088548364400416034343698204186575808495617n;

/** Whether `value` is a canonical field element: `0 <= value < p`. */
export function isElement(value: bigint): boolean {
  return typeof value === "bigint" && value >= 0n && value < fieldOrder;
}

/**
 * Refuses what is not a canonical field element.
 *
 * @param name - What the value is, for the message.
 * @throws ProtocolError `NOT_AN_ELEMENT`
 */
export function assertElement(name: string, value: bigint): void {
  if (!isElement(value)) {
    throw new ProtocolError("NOT_AN_ELEMENT", `${name} is not a canonical field element.`, {
      expected: `an integer from 0 to ${fieldOrder - 1n}`,
      given: `${value}`,
    });
  }
}

/** The element congruent to `value` modulo `p`, never negative. */
export function toField(value: bigint): bigint {
  const remainder = value % fieldOrder;
  return remainder < 0n ? remainder + fieldOrder : remainder;
}

/** The inverse of an odd number modulo `2^bits`, by Newton's iteration. */
export function inverseModuloPower(value: bigint, bits: number): bigint {
  let inverse = 1n;
  for (let known = 1; known < bits; known *= 2)
    inverse = BigInt.asUintN(bits, inverse * (2n - value * inverse));
  return inverse;
}
