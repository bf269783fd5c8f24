import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import { chapters } from "../../bench/report/chapters.ts";
import { readMeasurement } from "../../bench/report/measurement.ts";
import { type MeasuredChapter, renderReport } from "../../bench/report/render.ts";
import { runBench } from "../../bench/report/run-bench.ts";

const folder = path.resolve(import.meta.dirname, "../../docs/report");

describe("Report", () => {
  it("says what its measurements say, on every page and plot", async () => {
    const measured: MeasuredChapter[] = [];
    for (const chapter of chapters) {
      const measurement = await readMeasurement(folder, chapter.name);
      if (measurement === undefined) throw new Error(`${chapter.name} was never measured: npm run report`);
      measured.push({ chapter, measurement });
    }
    const files = await renderReport(measured);
    for (const [file, content] of files) {
      const committed = await readFile(path.join(folder, file), "utf8");
      expect(committed === content, `docs/report/${file} is old: npm run report -- --pages`).to.equal(true);
    }
    const plots = (await readdir(path.join(folder, "plots"))).map((plot) => `plots/${plot}`);
    expect(plots).to.have.members([...files.keys()].filter((file) => file.startsWith("plots/")));
  });

  it("shows every plot that it makes, and no other", async () => {
    const shown = new Set<string>();
    for (const file of await readdir(folder)) {
      if (!file.endsWith(".md")) continue;
      const text = await readFile(path.join(folder, file), "utf8");
      for (const [, plot] of text.matchAll(/\]\(plots\/([^)]+)\)/g)) shown.add(plot as string);
    }
    expect([...shown]).to.have.members(await readdir(path.join(folder, "plots")));
  });

  it("passes on what a failing bench said", async () => {
    const lines: string[] = [];
    const failed = await runBench("prove", ["--no-such-flag"], (line) => lines.push(line)).then(
      () => undefined,
      (error: Error) => error.message,
    );
    expect(failed).to.contain("The bench prove ended with 1").and.to.contain("--no-such-flag");
    expect(lines.join("\n")).to.contain("--no-such-flag");
  });
});
