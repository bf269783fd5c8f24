import type { Finding } from "./matcher.ts";
import { run } from "./matcher.ts";

/** What an error is called by programs: a refusal's code, a contract's error, or the error's own name. */
function codesOf(error: unknown): string[] {
  const { refusal, code, errorName, name } = (error ?? {}) as {
    readonly refusal?: { readonly code?: unknown };
    readonly code?: unknown;
    readonly errorName?: unknown;
    readonly name?: unknown;
  };
  return [refusal?.code, code, errorName, name].filter((text): text is string => typeof text === "string");
}

/**
 * Whether an action is refused for a reason: a code such as `OVERDRAFT`, a contract's error such as
 * `RollupProofInvalid`, or part of the message.
 */
export async function rejectionFinding(
  action: unknown,
  reason: string | RegExp | undefined,
): Promise<Finding> {
  const wanted = reason === undefined ? "" : ` with ${reason instanceof RegExp ? reason : `"${reason}"`}`;
  let error: unknown;
  try {
    const outcome = await run(action);
    return {
      holds: false,
      message: `the call to be rejected${wanted}, but it succeeded with ${shown(outcome)}`,
      negated: "",
    };
  } catch (thrown) {
    error = thrown;
  }
  const message = error instanceof Error ? error.message : String(error);
  const [code = "Error"] = codesOf(error);
  const holds =
    reason === undefined ||
    (reason instanceof RegExp
      ? reason.test(message)
      : codesOf(error).includes(reason) || message.includes(reason));
  return {
    holds,
    message: `the call to be rejected${wanted}, but it was rejected with ${code}:\n${message}`,
    negated: `the call NOT to be rejected${wanted}, but it was:\n${message}`,
    actual: message,
    expected: reason instanceof RegExp ? String(reason) : reason,
  };
}

function shown(value: unknown): string {
  if (typeof value === "object" && value !== null) {
    return JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? `${inner}n` : inner));
  }
  return String(value);
}
