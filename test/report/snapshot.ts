// What is exact (constraints, gas, bytes) and must not grow unnoticed: the tests compare what they measure with
// snapshots.json, which `npm run snapshots` writes.

import { readFileSync, writeFileSync } from "node:fs";
import { differences, type Figures } from "./differences.ts";

const file = new URL("snapshots.json", import.meta.url);
const writes = process.env.WRITE_SNAPSHOTS === "1";

/**
 * Throws unless the figures are those of `name`'s section in snapshots.json. Writes the section instead, whole, if the
 * environment has `WRITE_SNAPSHOTS=1`.
 *
 * @param name - Of the section: what the figures are of, with their unit, e.g. `gas`. One call a section.
 * @param figures - Whole numbers by what they are of.
 */
export function expectSnapshot(name: string, figures: Figures): void {
  const sections = JSON.parse(readFileSync(file, "utf8")) as Record<string, Figures>;
  if (writes) {
    const all = sorted({ ...sections, [name]: sorted(figures) });
    writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`);
    return;
  }
  const found = differences(name, sections[name] ?? {}, figures);
  if (found.length > 0) throw new Error(`Not as in test/report/snapshots.json:\n${found.join("\n")}`);
}

function sorted<T>(values: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
}
