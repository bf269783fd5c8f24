// What a bench printed, with what somebody needs to know to judge it: docs/report/data/<name>.json.

import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Machine } from "../measure/machine.ts";

export interface Measurement {
  readonly command: string;
  /** Day on which it ended, as in ISO 8601. */
  readonly date: string;
  /** Hash of the commit, with "+" behind it if files that matter had been changed since. */
  readonly commit: string;
  readonly seconds: number;
  readonly machine: Machine;
  readonly result: unknown;
}

/** @returns Undefined if there is none. */
export async function readMeasurement(folder: string, name: string): Promise<Measurement | undefined> {
  try {
    return JSON.parse(await readFile(fileOf(folder, name), "utf8")) as Measurement;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Whole or not at all. */
export async function writeMeasurement(
  folder: string,
  name: string,
  measurement: Measurement,
): Promise<void> {
  const file = fileOf(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(`${file}.new`, `${JSON.stringify(measurement, undefined, 2)}\n`);
  await rename(`${file}.new`, file);
}

function fileOf(folder: string, name: string): string {
  return path.join(folder, "data", `${name}.json`);
}
