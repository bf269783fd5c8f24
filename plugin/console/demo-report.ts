import type { Check } from "../operator/checks.ts";
import type { DemoResult } from "../operator/demo.ts";
import { formatBatches } from "./batch-table.ts";
import { formatTable } from "./table.ts";

/** What a run of the demo did, for people: a row a batch, the checks with their numbers, where the time went. */
export function formatDemo({ batches, checks, steps, seconds }: DemoResult): string {
  const times = [...steps, { title: "total", seconds }];
  return [
    formatBatches(batches),
    checks.map(formatCheck).join("\n"),
    formatTable(
      [{ title: "time" }, { title: "s", align: "right" }],
      times.map(({ title, seconds }) => [title, seconds.toFixed(1)]),
    ),
  ].join("\n\n");
}

function formatCheck({ name, passed, facts }: Check): string {
  return [`${passed ? "✔" : "✘"} ${name}`, ...facts.map((fact) => `    ${fact}`)].join("\n");
}
