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

/** The facts of an error, one line each: `name: value`. */
export type ProtocolErrorFacts = Readonly<Record<string, string | number | bigint>>;

/**
 * A value that the protocol does not admit. The message is one short sentence, then a line for each fact
 * (what was expected, what was given, what to do).
 */
export class ProtocolError extends Error {
  readonly code: ProtocolErrorCode;

  constructor(code: ProtocolErrorCode, summary: string, facts: ProtocolErrorFacts = {}) {
    const lines = Object.entries(facts).map(([name, value]) => `\n  ${name}: ${value}`);
    super(summary + lines.join(""));
    this.name = "ProtocolError";
    this.code = code;
  }
}
