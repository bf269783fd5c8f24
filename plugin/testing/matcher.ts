import { AssertionError } from "chai";

/** What a matcher has found. Messages begin in lower case, after "Expected ". */
export type Finding = {
  readonly holds: boolean;
  /** "… to be settled, but it is pending": what was expected, and what is the case. */
  readonly message: string;
  /** The same for `.not`. */
  readonly negated: string;
  /** Both sides, for who shows them beside each other. */
  readonly actual?: unknown;
  readonly expected?: unknown;
};

/** Hardhat's matchers set the same flag, so that one cannot be chained to the other either. */
const previousMatcher = "previousMatcherName";

/** The methods that chai gives to plugins, as far as we need them. */
type Assertion = { readonly _obj: unknown } & Partial<Pick<Promise<void>, "then" | "catch">>;

/**
 * Adds a matcher that waits for something.
 *
 * @param find Gets what `expect` was given, then the matcher's arguments. Whatever it throws fails the assertion, negated
 * or not.
 */
export function addMatcher<Arguments extends readonly unknown[]>(
  { Assertion }: Chai.ChaiStatic,
  utils: Chai.ChaiUtils,
  name: string,
  find: (subject: unknown, ...args: Arguments) => Promise<Finding>,
): void {
  Assertion.addMethod(name, function (this: Assertion, ...args: unknown[]) {
    // Before anything is awaited: what follows in the chain changes the flags.
    const isNegated = Boolean(utils.flag(this, "negate"));
    const explanation: unknown = utils.flag(this, "message");
    const previous: unknown = utils.flag(this, previousMatcher);
    if (previous !== undefined) {
      throw new AssertionError(
        `The matcher "${name}" cannot be chained after "${String(previous)}": await each of them by itself.`,
      );
    }
    utils.flag(this, previousMatcher, name);
    const finding = find(this._obj, ...(args as unknown as Arguments)).then((found) => {
      const { holds, message, negated, actual, expected } = found;
      if (holds !== isNegated) return;
      const prefix = explanation === undefined ? "" : `${String(explanation)}: `;
      const sides = actual === undefined ? {} : { actual, expected, showDiff: !isNegated };
      throw new AssertionError(`${prefix}Expected ${isNegated ? negated : message}`, sides);
    });
    return Object.assign(this, {
      // biome-ignore lint/suspicious/noThenProperty: an assertion that can be awaited, as Hardhat's are
      then: finding.then.bind(finding),
      catch: finding.catch.bind(finding),
    });
  });
}

/** Runs what is to be observed: a function, or a promise that is under way. */
export async function run(action: unknown): Promise<unknown> {
  return typeof action === "function" ? await (action as () => unknown)() : await action;
}
