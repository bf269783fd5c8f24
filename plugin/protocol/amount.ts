import { ProtocolError } from "./errors.ts";
import { assertBits, assertInteger } from "./range.ts";

const amountBits = 128;

/**
 * A decimal amount in the token's base unit: `parseAmount("1.5", 18)` is `1500000000000000000n`.
 *
 * Digits with at most one point between them, nothing else: no sign, exponent, grouping or blanks, since a guess
 * at what was meant would be a guess about money.
 *
 * @param decimals - The token's decimals, 0 to 255.
 * @throws ProtocolError `INVALID_AMOUNT` for other text, for more decimal places than the token has, and for
 * amounts that do not fit in 128 bits; `OUT_OF_RANGE` for decimals
 */
export function parseAmount(text: string, decimals: number): bigint {
  assertInteger("The token's decimals", decimals, 8);
  const match = /^(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) {
    throw new ProtocolError("INVALID_AMOUNT", "Not a decimal amount.", {
      expected: 'digits, or digits "." digits, such as 1.5',
      given: JSON.stringify(text) ?? String(text),
    });
  }
  const [, whole = "", fraction = ""] = match;
  if (fraction.length > decimals) {
    throw new ProtocolError("INVALID_AMOUNT", "The amount has more decimal places than the token.", {
      "at most": decimals,
      given: text,
    });
  }
  const amount = BigInt(whole + fraction.padEnd(decimals, "0"));
  if (amount >> BigInt(amountBits) !== 0n) {
    throw new ProtocolError("INVALID_AMOUNT", "The amount is too large.", {
      "at most": formatAmount((1n << BigInt(amountBits)) - 1n, decimals),
      given: text,
    });
  }
  return amount;
}

/**
 * The shortest decimal text of an amount, which parseAmount reads back: `formatAmount(1500000000000000000n, 18)`
 * is `"1.5"`.
 *
 * @throws ProtocolError `OUT_OF_RANGE`
 */
export function formatAmount(amount: bigint, decimals: number): string {
  assertBits("The amount", amount, amountBits);
  assertInteger("The token's decimals", decimals, 8);
  const digits = amount.toString().padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, "");
  return fraction === "" ? whole : `${whole}.${fraction}`;
}
