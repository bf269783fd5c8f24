// Runs circom over a circuit for what it says of it.

import path from "node:path";
import { jobFile, runInBackground } from "../../../plugin/circuits/background.ts";
import type { CircomRequest } from "../../../plugin/circuits/circom-job.ts";
import { readR1csHeader } from "../../../plugin/circuits/r1cs.ts";

export type Inspection = {
  /** What `--inspect` warns of in templates of these sources, not of libraries. */
  readonly warnings: readonly string[];
  readonly size: { readonly constraints: number; readonly wires: number };
};

/**
 * @param folder With the circuits, `circomlib/` and the main component `main.circom`; the r1cs goes there too.
 * @param templates Names of the templates whose warnings count.
 */
export async function inspect(folder: string, templates: ReadonlySet<string>): Promise<Inspection> {
  const lines: string[] = [];
  const args = ["/main.circom", "--inspect", "--O1", "--r1cs", "-o", "/"];
  const request: CircomRequest = { args, preopens: { "/": path.resolve(folder) } };
  const circom = new URL("../../../plugin/circuits/compile.ts", import.meta.url).href;
  const onProgress = (line: string): void => void lines.push(line);
  await runInBackground<undefined>(jobFile(circom, "circom-job"), request, { onProgress });
  const warnings = lines.filter((line) => {
    const template = /^warning.*In template "(\w+)\(/.exec(line)?.[1];
    return line.startsWith("warning") && (template === undefined || templates.has(template));
  });
  const { constraints, wires } = await readR1csHeader(path.join(folder, "main.r1cs"));
  return { warnings, size: { constraints, wires } };
}
