import { expect } from "chai";
import type { ProveRow } from "../../../bench/prove/result.ts";
import { page } from "../../../bench/report/pages/prove.ts";
import { plotSvg } from "../../../bench/report/plot.ts";

function row(given: Partial<ProveRow>): ProveRow {
  return {
    circuit: "tiny",
    step: "proof",
    system: "groth16",
    power: 15,
    constraints: 29_067,
    threads: 2,
    rounds: 3,
    run: "ready",
    seconds: 2,
    snarkjsSeconds: 8,
    ratio: 4,
    processorSeconds: 3,
    snarkjsProcessorSeconds: 9,
    processorRatio: 3,
    megabytes: 250,
    snarkjsMegabytes: 400,
    ...given,
  };
}

describe("bench prove: page", () => {
  const rows = [
    row({ step: "witness", threads: 1, ratio: 1.5 }),
    row({}),
    row({ run: "first after start", seconds: 4 }),
    row({ circuit: "busy", constraints: 258_675, ratio: 0.5, processorRatio: 0.75 }),
    row({ system: "plonk", run: "first after start", seconds: 40, ratio: 0.9 }),
  ];
  const { findings, text, plots } = page({ narrow: false, cores: 2, rows });

  it("finds the range of ratios, whichever way they are", () => {
    expect(findings[0]).to.contain("0.5 to 4 times as fast as snarkjs").and.contain("0.75 to 3 times");
    expect(findings.join("\n")).to.contain("1.5 times as fast as by snarkjs (tiny)");
  });

  it("compares systems on the same shape and run", () => {
    expect(findings.at(-1)).to.contain("PLONK takes 10 times as long").and.contain("ratio 0.9");
  });

  it("shows every proof and witness, and plots that can be drawn", async () => {
    expect(text).to.contain("| tiny | PLONK | 29,067 | 2^15 | 2 | 3 | first | 40 |");
    expect(text).to.contain("| busy | Groth16 | 258,675 |");
    for (const [name, plot] of Object.entries(plots)) {
      expect(text).to.contain(`plots/${name}.svg`);
      expect(await plotSvg(plot)).to.contain("snarkjs");
    }
  });

  it("says nothing of what was not measured", () => {
    const [only] = rows.slice(1);
    const { findings: few } = page({ narrow: false, cores: 2, rows: [only as ProveRow] });
    expect(few.join("\n")).to.not.match(/witness|PLONK/i);
  });
});
