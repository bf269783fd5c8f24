/**
 * Writes a number in digits of so many bits from −2^(bits − 1) to 2^(bits − 1) − 1, the lowest first: half as many
 * buckets do for them.
 *
 * @param bytes - The number, little-endian; its topmost bit has to be 0 if the digits are to hold all of it in as many
 * as there are bits for, otherwise one more digit is written.
 * @param bits - 4 or 8.
 * @param digits - From `at` on, all digits are set.
 */
export function writeSignedDigits(bytes: Uint8Array, bits: 4 | 8, digits: Int8Array, at: number): void {
  const half = 2 ** (bits - 1);
  const perByte = 8 / bits;
  let carry = 0;
  let position = at;
  for (const byte of bytes) {
    for (let part = 0; part < perByte; part++) {
      const digit = ((byte >> (part * bits)) & (2 * half - 1)) + carry;
      carry = digit >= half ? 1 : 0;
      digits[position++] = carry === 1 ? digit - 2 * half : digit;
    }
  }
  if (carry === 1) digits[position] = 1;
}
