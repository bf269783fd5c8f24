import { readFile } from "node:fs/promises";
import type { ScalingResult } from "./result.ts";

/**
 * What this bench printed before.
 *
 * @param file - Of its JSON, or of the report's, which has it as `result`.
 * @throws If it is something else.
 */
export async function earlierResult(file: string): Promise<ScalingResult> {
  const content = JSON.parse(await readFile(file, "utf8")) as Partial<ScalingResult> & {
    readonly result?: Partial<ScalingResult>;
  };
  const { cores, measured, model } = content.result ?? content;
  if (cores === undefined || measured === undefined || model === undefined) {
    throw new Error(`That is no result of the scaling bench: ${file}. It is made by scaling --json.`);
  }
  return { cores, measured, model };
}
