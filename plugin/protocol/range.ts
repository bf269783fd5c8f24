import { ProtocolError } from "./errors.ts";

/**
 * Refuses a bigint outside `0 … 2^bits - 1`.
 *
 * @param name - What the value is, for the message.
 * @throws ProtocolError `OUT_OF_RANGE`
 */
export function assertBits(name: string, value: bigint, bits: number): void {
  if (typeof value !== "bigint" || value < 0n || value >> BigInt(bits) !== 0n) {
    throw outOfRange(name, value, bits);
  }
}

/**
 * Refuses a number that is not an integer in `0 … 2^bits - 1`.
 *
 * @param name - What the value is, for the message.
 * @param bits - At most 53, beyond which a number is not exact.
 * @throws ProtocolError `OUT_OF_RANGE`
 */
export function assertInteger(name: string, value: number, bits: number): void {
  if (!Number.isSafeInteger(value) || value < 0 || value >= 2 ** bits) {
    throw outOfRange(name, value, bits);
  }
}

function outOfRange(name: string, value: bigint | number, bits: number): ProtocolError {
  return new ProtocolError("OUT_OF_RANGE", `${name} is out of range.`, {
    expected: `an integer of at most ${bits} bits`,
    given: `${value}`,
  });
}
