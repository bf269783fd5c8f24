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
  | "UNSUPPORTED_KIND"
  /** It has the nonce of another pending one and does not pay enough more to take its place. */
  | "UNDERPRICED"
  /** Too many transactions are pending, and it does not pay enough more than another one. */
  | "POOL_FULL"
  /** Too many transactions of its account are pending. */
  | "ACCOUNT_LIMIT"
  /** Dropped: another one with its nonce and a higher fee took its place. */
  | "REPLACED"
  /** Dropped: the pool was full, and another one paid more. */
  | "EVICTED"
  /** Dropped: it has waited too long for a transaction with a lower nonce. */
  | "WAITED_TOO_LONG";

/** The code for programs, the reason for people: a sentence, then a fact a line. */
export type Refusal = { readonly code: RefusalCode; readonly reason: string };

/** A refusal with its facts, one line each. */
export function refuse(code: RefusalCode, sentence: string, facts: Facts): Refusal {
  return { code, reason: withFacts(sentence, facts) };
}
