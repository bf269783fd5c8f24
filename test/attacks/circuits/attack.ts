// An attack is a malicious batch and the constraint that stops it.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Forgery } from "./forgery.ts";

export const circuitsFolder = fileURLToPath(new URL("../../../circuits", import.meta.url));

/** Statements of one file of circuits/, each as it stands there on a line of its own. */
export type Constraint = {
  readonly file: string;
  readonly statements: readonly string[];
  /** Statements of other files that would refuse the same if these did not. */
  readonly others?: readonly Constraint[];
};

export type Attack = {
  readonly name: string;
  /** Without these statements the batch would be accepted; the first one that is evaluated refuses it. */
  readonly stoppedBy: Constraint;
  readonly build: () => Forgery;
};

export function constraint(file: string, ...statements: string[]): Constraint {
  return { file, statements };
}

/** A constraint that has others behind it. */
export function backedBy(first: Constraint, ...others: readonly Constraint[]): Constraint {
  return { ...first, others };
}

/** Where a constraint stands, as the witness program's messages say it. */
export function placesOf({ file, statements }: Constraint): { template: string; line: number }[] {
  const lines = sourceOf(file).split("\n");
  return statements.map((statement) => {
    const matches = [...lines.keys()].filter((position) => lines[position]?.trim() === statement);
    const [position] = matches;
    if (position === undefined || matches.length > 1) {
      throw new Error(`${file} has ${matches.length} lines "${statement}"; an attack names one.`);
    }
    const head = lines.slice(0, position).findLast((line) => line.startsWith("template "));
    return { template: /^template (\w+)/.exec(head ?? "")?.[1] ?? "", line: position + 1 };
  });
}

export function sourceOf(file: string): string {
  return readFileSync(`${circuitsFolder}/${file}`, "utf8");
}
