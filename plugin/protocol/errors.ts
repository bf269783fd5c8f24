import { type Facts, withFacts } from "./facts.ts";

/** What kind of rule a value broke. Callers branch on the code; the message is for people. */
export type ProtocolErrorCode =
  | "NOT_AN_ELEMENT"
  | "OUT_OF_RANGE"
  | "MALFORMED"
  | "INVALID_SHAPE"
  | "SHAPE_EXCEEDED"
  | "INVALID_ACCOUNT"
  | "INVALID_OPERATION"
  | "INVALID_TRANSACTION"
  | "INVALID_BATCH"
  | "INVALID_AMOUNT";

/**
 * A value that the protocol does not admit. The message is one short sentence, then a line for each fact
 * (what was expected, what was given, what to do).
 */
export class ProtocolError extends Error {
  readonly code: ProtocolErrorCode;

  constructor(code: ProtocolErrorCode, summary: string, facts: Facts = {}) {
    super(withFacts(summary, facts));
    this.name = "ProtocolError";
    this.code = code;
  }
}
