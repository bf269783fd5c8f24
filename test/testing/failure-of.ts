import { AssertionError } from "chai";

/** The message that an assertion fails with. */
export async function failureOf(assertion: PromiseLike<unknown>): Promise<string> {
  try {
    await assertion;
  } catch (error) {
    if (error instanceof AssertionError) return error.message;
    throw error;
  }
  throw new Error("The assertion holds.");
}
