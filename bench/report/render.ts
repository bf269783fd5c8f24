// The files of the report, made of measurements alone.

import type { Chapter } from "./chapters.ts";
import type { Measurement } from "./measurement.ts";
import type { Page } from "./page.ts";
import { plotSvg } from "./plot.ts";
import { table } from "./table.ts";

export interface MeasuredChapter {
  readonly chapter: Chapter;
  readonly measurement: Measurement;
}

const madeBy = "<!-- Made by `npm run report` of the files in data/: do not edit. -->";

/** @returns Contents by path, relative to the report's folder. */
export async function renderReport(measured: readonly MeasuredChapter[]): Promise<Map<string, string>> {
  const pages = measured.map(({ chapter, measurement }) => ({
    name: chapter.name,
    measurement,
    page: chapter.page(measurement.result as never),
  }));
  const files = new Map([["README.md", overview(pages)]]);
  for (const { name, measurement, page } of pages) {
    files.set(`${name}.md`, chapterText(measurement, page));
    for (const [plot, specification] of Object.entries(page.plots)) {
      files.set(`plots/${plot}.svg`, await plotSvg(specification));
    }
  }
  return files;
}

interface RenderedPage {
  readonly name: string;
  readonly measurement: Measurement;
  readonly page: Page;
}

function overview(pages: readonly RenderedPage[]): string {
  const sections = pages.map(({ name, page }) =>
    [`## [${page.title}](${name}.md)`, list(page.findings)].join("\n\n"),
  );
  const provenance = table(
    ["page", "command", "minutes", "date", "commit"],
    pages.map(({ name, measurement }) => [
      `[${name}](${name}.md)`,
      `\`${measurement.command}\``,
      Number((measurement.seconds / 60).toFixed(1)),
      measurement.date,
      measurement.commit,
    ]),
  );
  return `${[
    madeBy,
    "# Report",
    "What the rollup costs and how far it goes, measured by the commands named here; `npm run report` runs them all and writes these pages, `npm run report -- gas` one of them, `npm run report -- --pages` makes the pages again of what was measured. Constraints, gas and bytes are exact and held by tests; times depend on the machine, so compare the ratios.",
    ...sections,
    "## Where the figures come from",
    provenance,
    machines(pages),
  ].join("\n\n")}\n`;
}

function machines(pages: readonly RenderedPage[]): string {
  const lines = new Set(pages.map(({ measurement: { machine } }) => machineLine(machine)));
  return `Measured on: ${[...lines].join("; ")}.`;
}

function machineLine({ processor, cores, gibibytes, system, node, snarkjs }: Measurement["machine"]): string {
  return `${cores} cores of ${processor}, ${gibibytes} GiB, ${system}, Node.js ${node}, snarkjs ${snarkjs}`;
}

function chapterText({ command, date, commit, machine, seconds }: Measurement, page: Page): string {
  const minutes = Math.max(1, Math.round(seconds / 60));
  return `${[
    madeBy,
    `# ${page.title}`,
    list(page.findings),
    `\`${command}\`, ${minutes} min, ${date}, commit ${commit}. ${machineLine(machine)}.`,
    page.text.trim(),
    "[Overview](README.md)",
  ].join("\n\n")}\n`;
}

function list(findings: readonly string[]): string {
  return findings.map((finding) => `- ${finding}`).join("\n");
}
