// Measures everything and writes docs/report: Markdown, plots, and what each bench printed:
//
//   npm run report [-- name …] [-- --pages]
//
// With names, only these benches run and the other pages stay as measured before; with `--pages`, none. What has been
// measured is written at once, so a stop loses no more than the bench under way.

import { execFileSync } from "node:child_process";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { Listr } from "listr2";
import { thisMachine } from "../measure/machine.ts";
import { seconds } from "../measure/seconds.ts";
import { type Chapter, chapters } from "./chapters.ts";
import { readMeasurement, writeMeasurement } from "./measurement.ts";
import { type MeasuredChapter, renderReport } from "./render.ts";
import { runBench } from "./run-bench.ts";

const folder = path.resolve(import.meta.dirname, "..", "..", "docs", "report");

const chosen = chosenChapters(process.argv.slice(2));
const tasks = new Listr<object, "default" | "verbose">(
  chosen.map((chapter) => ({
    title: commandOf(chapter),
    task: async (_, task) => {
      task.output = "started";
      await measure(chapter, (line) => {
        task.output = line;
      });
    },
  })),
  { exitOnError: false, renderer: process.stderr.isTTY ? "default" : "verbose" },
);
await tasks.run();
if (tasks.errors.length > 0) process.exitCode = 1;
await writePages();

function chosenChapters(given: readonly string[]): readonly Chapter[] {
  const names = given.filter((argument) => argument !== "--pages");
  const unknown = names.find((name) => !chapters.some((chapter) => chapter.name === name));
  if (unknown !== undefined) {
    const known = chapters.map(({ name }) => name).join(", ");
    throw new Error(
      `There is no bench "${unknown}" in the report. Give any of ${known}, or --pages, or nothing.`,
    );
  }
  if (names.length > 0) return chapters.filter(({ name }) => names.includes(name));
  return given.length > 0 ? [] : chapters;
}

async function measure(chapter: Chapter, onProgress: (line: string) => void): Promise<void> {
  const commit = presentCommit();
  const [time, result] = await seconds(() => runBench(chapter.name, [], onProgress));
  await writeMeasurement(folder, chapter.name, {
    command: commandOf(chapter),
    date: new Date().toISOString().slice(0, 10),
    commit,
    seconds: Math.round(time),
    machine: thisMachine(),
    result,
  });
}

function commandOf(chapter: Chapter): string {
  return `npm run bench -- ${chapter.name}`;
}

function presentCommit(): string {
  const git = (...of: string[]): string => execFileSync("git", of, { encoding: "utf8" }).trim();
  const changed = git("status", "--porcelain", "--", ":!docs") !== "";
  return git("rev-parse", "--short", "HEAD") + (changed ? "+" : "");
}

async function writePages(): Promise<void> {
  const measured: MeasuredChapter[] = [];
  for (const chapter of chapters) {
    const measurement = await readMeasurement(folder, chapter.name);
    if (measurement !== undefined) measured.push({ chapter, measurement });
  }
  const files = await renderReport(measured);
  await mkdir(path.join(folder, "plots"), { recursive: true });
  for (const plot of await readdir(path.join(folder, "plots"))) {
    if (!files.has(`plots/${plot}`)) await rm(path.join(folder, "plots", plot));
  }
  for (const [file, content] of files) await writeFile(path.join(folder, file), content);
}
