import type { FileReport } from "../operator/init/initialize.ts";

/** What was done to a project, a line a file, and what is left for its author. */
export function formatInit(files: readonly FileReport[]): string {
  const lines = files.map(({ file, outcome, what }) => `${outcome.padEnd(9)}  ${file}: ${what}`);
  const rest = files.flatMap(({ file, paste }) =>
    paste === undefined ? [] : [`\nBy hand, for ${file}:\n\n${indented(paste)}`],
  );
  return [...lines, ...rest].join("\n");
}

/** Whether nothing is left for the project's author. */
export function isWhole(files: readonly FileReport[]): boolean {
  return files.every(({ outcome }) => outcome !== "by hand");
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, "    ");
}
