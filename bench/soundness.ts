// `npm run soundness`: every attack on the circuits in full, which takes about half an hour, and what came of it.
// `npm run soundness -- <text>`: only the tests whose names have the text.

import { glob } from "node:fs/promises";
import path from "node:path";
import Mocha from "mocha";
import type { Counts } from "../test/attacks/circuits/tally.ts";

process.env.SOUNDNESS = "full";

const root = path.resolve(import.meta.dirname, "..");
/** What a file's tests are of; the first that its name matches. */
const kinds: readonly (readonly [RegExp, string])[] = [
  [/^mutation/, "mutants of constraints"],
  [/necessity|statements/, "attacks without the constraint that stops them"],
  [/jacobian|kernel|absorption|witness-mutation/, "witnesses moved"],
  [/./, "attacks"],
];

const [only] = process.argv.slice(2);
const mocha = new Mocha({ timeout: 600_000, ...(only === undefined ? {} : { fgrep: only }) });
const files: string[] = [];
for await (const file of glob("test/attacks/circuits/**/*.test.ts", { cwd: root })) files.push(file);
for (const file of files.sort()) mocha.addFile(path.join(root, file));
await mocha.loadFilesAsync();
// After SOUNDNESS is set, which the tests read when they are loaded.
const { tally } = await import("../test/attacks/circuits/tally.ts");

const isTerminal = process.stderr.isTTY;
let shown = 0;
tally.onProgress = (line) => {
  const now = Date.now();
  if (now - shown < (isTerminal ? 1_000 : 60_000)) return;
  shown = now;
  process.stderr.write(isTerminal ? `\r\u001b[K    ${line}` : `    ${line}\n`);
};

const results = new Map<string, { passed: number; failed: number }>();
/** A test that says that something is refused is an attack. */
const attacks = { tried: 0, refused: 0 };
const started = Date.now();
const runner = mocha.run((failures) => {
  process.exitCode = failures === 0 ? 0 : 1;
  for (const [kind, { passed, failed }] of results) {
    console.log(`${kind}: ${passed} tests passed, ${failed} failed`);
    const counts = Object.entries(tally.counts.get(kind) ?? {});
    for (const [what, count] of counts) console.log(`    ${what.padEnd(24)}${written(count)}`);
  }
  console.log(`attacks by hand: ${written(attacks.tried)} tried, ${written(attacks.refused)} refused`);
  console.log(score(tally.counts.get("mutants of constraints")));
  console.log(`in ${Math.round((Date.now() - started) / 60_000)} minutes`);
});
const count = (file: string | undefined, result: "passed" | "failed"): void => {
  const name = path.relative(path.join(root, "test/attacks/circuits"), file ?? "");
  const kind = kinds.find(([pattern]) => pattern.test(name))?.[1] ?? "attacks";
  const counts = results.get(kind) ?? { passed: 0, failed: 0 };
  counts[result]++;
  results.set(kind, counts);
};
runner.on("pass", ({ file, title }) => {
  count(file, "passed");
  if (!isAttack(title)) return;
  attacks.tried++;
  attacks.refused++;
});
runner.on("fail", ({ file, title }) => {
  count(file, "failed");
  if (isAttack(title)) attacks.tried++;
});

function isAttack(title: string): boolean {
  return /\bis refused\b/.test(title);
}

function written(count: number): string {
  return count.toLocaleString("en");
}

function score(mutants: Counts | undefined): string {
  if (mutants === undefined) return "mutants of constraints: not all were tried";
  const { tried = 0, killed = 0, survived = 0, equivalent = 0 } = mutants;
  // Rounded down: 100% is all of them.
  const percent = Math.floor((killed / (tried - equivalent)) * 10_000) / 100;
  const counts = `${written(tried)} tried, ${written(killed)} killed, ${written(survived)} survived`;
  return `mutants: ${counts}, ${written(equivalent)} equivalent; score ${percent}% of those that are not equivalent`;
}
