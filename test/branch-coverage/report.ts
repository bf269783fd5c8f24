import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Table from "cli-table3";
import { HardhatPluginError } from "hardhat/plugins";
import type { Branch } from "./branch-record.ts";

const branches = new Map<string, Branch>();

/** Keeps the branches of a file that is being built, for the report after the tests. */
export function record(found: readonly Branch[]): void {
  for (const branch of found) branches.set(branch.tag, branch);
}

/** Prints how many branches the tests took, file by file, and adds them to `coverage/lcov.info`. */
export async function reportBranches(root: string): Promise<void> {
  const taken = await takenTags(root);
  const table = new Table({ head: ["File", "Branches", "Not taken"], style: { head: [] } });
  for (const [file, all] of Map.groupBy(branches.values(), ({ file }) => file)) {
    const missing = all.filter(({ tag }) => !taken.has(tag));
    const share = `${all.length - missing.length} of ${all.length}`;
    const list = missing.map(({ line, condition, outcome }) => `${line}: ${condition} is ${outcome}`);
    table.push([file, share, list.join("\n")]);
  }
  console.log(table.toString());
  await addToLcov(root, taken);
}

/** Throws unless the tests ran every line and took every branch. */
export async function requireEverything(root: string): Promise<void> {
  const lcov = await readFile(join(root, "coverage", "lcov.info"), "utf8");
  const total = (kind: string) =>
    [...lcov.matchAll(new RegExp(`^${kind}:(\\d+)$`, "gm"))].reduce(
      (sum, [, number]) => sum + Number(number),
      0,
    );
  const [lines, linesHit, found, taken] = [total("LF"), total("LH"), total("BRF"), total("BRH")];
  if (lines === 0 || found === 0 || lines !== linesHit || found !== taken) {
    throw new HardhatPluginError(
      "hardhat-rollup",
      `The tests have to run all of the contracts, but they run ${linesHit} of ${lines} lines and take ${taken} of ` +
        `${found} branches. The tables above name the rest: add a test for it, or take out what cannot be reached.`,
    );
  }
  console.log(`The tests run all ${lines} lines and take all ${found} branches of the contracts.`);
}

async function takenTags(root: string): Promise<ReadonlySet<string>> {
  const folder = join(root, "coverage", "data", "mocha");
  const tags = new Set<string>();
  for (const name of await readdir(folder)) {
    for (const tag of Object.keys(JSON.parse(await readFile(join(folder, name), "utf8")))) tags.add(tag);
  }
  return tags;
}

async function addToLcov(root: string, taken: ReadonlySet<string>): Promise<void> {
  const path = join(root, "coverage", "lcov.info");
  const byFile = Map.groupBy(branches.values(), ({ file }) => file);
  const lines: string[] = [];
  let file = "";
  for (const line of (await readFile(path, "utf8")).split("\n")) {
    if (line.startsWith("SF:")) file = line.slice("SF:".length);
    if (line === "end_of_record") lines.push(...lcovOf(byFile.get(file) ?? [], taken));
    lines.push(line);
  }
  await writeFile(path, lines.join("\n"));
}

/** `BRDA:<line>,<block>,<branch>,<taken>` for each branch, then how many there are and how many were taken. */
function lcovOf(all: readonly Branch[], taken: ReadonlySet<string>): string[] {
  const hits = all.map(({ tag }) => (taken.has(tag) ? 1 : 0));
  return [
    ...all.map(({ line }, number) => `BRDA:${line},${number >> 1},${number & 1},${hits[number]}`),
    `BRF:${all.length}`,
    `BRH:${hits.filter((hit) => hit === 1).length}`,
  ];
}
