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
  /** A withdrawal to an address from which nobody could ever take the money. */
  | "UNPAYABLE_ADDRESS"
  /** It needs more accounts than a batch of any shape has. */
  | "TOO_LARGE"
  | "UNSUPPORTED_KIND";

/** The code for programs, the reason for people: a sentence, then a fact a line. */
export type Refusal = { readonly code: RefusalCode; readonly reason: string };

/** What an error or refusal is about, by name. */
export type Facts = Readonly<Record<string, string | number | bigint>>;

/** One line a fact, each with a line break before it. */
export function factLines(facts: Facts): string {
  return Object.entries(facts)
    .map(([name, value]) => `\n  ${name}: ${value}`)
    .join("");
}

/** A refusal with its facts, one line each. */
export function refuse(code: RefusalCode, sentence: string, facts: Facts): Refusal {
  return { code, reason: sentence + factLines(facts) };
}
