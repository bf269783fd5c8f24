import { expect } from "chai";
import { page } from "../../../bench/report/pages/scaling.ts";
import { plotSvg } from "../../../bench/report/plot.ts";
import { model } from "../../../bench/scaling/model/model.ts";
import { parseOptions } from "../../../bench/scaling/options.ts";
import { constants, exampleResult } from "./example-result.ts";

describe("Page about scaling", () => {
  const result = exampleResult();
  const { text, findings, plots } = page(result);

  it("says of each claim whether it holds", () => {
    expect(findings.filter((finding) => finding.includes("**holds**"))).to.have.length(4);
    const { sequencer } = result.measured;
    const failing = {
      ...result,
      measured: { ...result.measured, sequencer: { ...sequencer, holds: false } },
    };
    expect(page(failing).findings[0]).to.contain("**does not hold**");
    expect(page(failing).text).to.contain("**no**");
  });

  it("names every assumption with its value and source, and what is a model", () => {
    for (const { assumption, value, source } of result.model.assumptions) {
      expect(text).to.contain(`| ${assumption} | ${value} | ${source} |`);
    }
    expect(text.match(/^## .*\(model\)$/gm)).to.have.length(2);
    expect(findings.filter((finding) => finding.startsWith("Model: "))).to.have.length(2);
  });

  it("has no number that is none", () => {
    expect(text + findings.join()).to.not.match(/NaN|undefined|Infinity|∞/);
  });

  it("shows plots that can be drawn, each of which it has", async () => {
    const shown = [...text.matchAll(/\(plots\/(.*?)\.svg\)/g)].map(([, name]) => name);
    expect(shown).to.have.members(Object.keys(plots));
    for (const specification of Object.values(plots)) {
      const svg = await plotSvg(specification);
      expect(svg).to.match(/^<svg/);
      expect(svg).to.not.match(/NaN|undefined/);
    }
  });

  it("is there for one workload and other provers, too", () => {
    const { parameters } = parseOptions(["--workload", "zipf", "--provers", "3"]);
    const small = page({ ...result, model: model(constants, parameters) });
    expect(small.text).to.contain("3 provers").and.not.contain("| merchant |");
  });
});
