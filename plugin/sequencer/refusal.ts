import { type Facts, withFacts } from "../protocol/facts.ts";

/** Why a transaction is not admitted. */
export type RefusalCode =
  | "MALFORMED"
  | "BAD_SIGNATURE"
  | "UNKNOWN_SENDER"
  | "UNKNOWN_RECIPIENT"
  | "WRONG_RECIPIENT"
  | "WRONG_ASSET"
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

/** A refusal with its facts, one line each. */
export function refuse(code: RefusalCode, sentence: string, facts: Facts): Refusal {
  return { code, reason: withFacts(sentence, facts) };
}
