import { ProtocolError, type ProtocolErrorCode } from "../../plugin/protocol/errors.ts";

/** The code with which an action is refused, `undefined` if it is not. Other errors pass through. */
export function refusal(action: () => unknown): ProtocolErrorCode | undefined {
  try {
    action();
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
  return undefined;
}
