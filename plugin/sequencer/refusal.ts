/** Why a transaction is not admitted. */
export type RefusalCode =
  | "MALFORMED"
  | "BAD_SIGNATURE"
  | "UNKNOWN_SENDER"
  | "UNKNOWN_RECIPIENT"
  | "WRONG_RECIPIENT"
  | "WRONG_NONCE"
  | "OVERDRAFT"
  | "EXPIRED"
  | "NO_FEE_ACCOUNT"
  | "UNSUPPORTED_KIND";

/** The code for programs, the reason for people: a sentence, then a fact a line. */
export type Refusal = { readonly code: RefusalCode; readonly reason: string };

/** A refusal with its facts, one line each. */
export function refuse(
  code: RefusalCode,
  sentence: string,
  facts: Readonly<Record<string, string | number | bigint>>,
): Refusal {
  const lines = Object.entries(facts).map(([name, value]) => `\n  ${name}: ${value}`);
  return { code, reason: sentence + lines.join("") };
}
