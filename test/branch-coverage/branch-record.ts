import { createHash } from "node:crypto";
import { conditionsOf, wrapConditions } from "./conditions.ts";

/** A way that execution can take at a condition. */
export type Branch = {
  readonly file: string;
  readonly line: number;
  readonly condition: string;
  readonly outcome: boolean;
  /** What Hardhat's coverage reports if execution takes it: 32 bytes in hexadecimal. */
  readonly tag: string;
};

// The name of the library that Hardhat adds to what it instruments, and the file it comes from.
const library = "__NomicFoundationCoverage";
const tell = "__tellBranch";

/** All branches of a file of contracts as it is written. */
export function branchesOf(file: string, source: string): Branch[] {
  const bytes = Buffer.from(source);
  return conditionsOf(source).flatMap(({ start, end }, number) => {
    const line = bytes.subarray(0, start).toString().split("\n").length;
    const condition = bytes.subarray(start, end).toString().replaceAll(/\s+/g, " ");
    return [true, false].map((outcome) => ({
      file,
      line,
      condition,
      outcome,
      tag: tagOf(file, number, outcome),
    }));
  });
}

/**
 * The same file, as Hardhat has instrumented its statements, so that it tells of its branches as well. Hardhat adds statements
 * but no conditions, so these are the same in the same order.
 */
export function tellBranches(file: string, instrumented: string): string {
  if (!instrumented.includes(library) || conditionsOf(instrumented).length === 0) return instrumented;
  const before = (number: number) => {
    const [taken, other] = [true, false].map((outcome) => `0x${tagOf(file, number, outcome)}`);
    return `${tell}(${taken}, ${other}, `;
  };
  return `${wrapConditions(instrumented, before, ")")}
function ${tell}(uint256 taken, uint256 other, bool condition) pure returns (bool) {
    ${library}.sendHit(condition ? taken : other);
    return condition;
}
`;
}

function tagOf(file: string, number: number, outcome: boolean): string {
  return createHash("sha256").update(`${file} ${number} ${outcome}`).digest("hex");
}
