import { expect } from "chai";
import { formatSystems } from "../../../plugin/console/systems-table.ts";
import { advise, parseSystems } from "../../../plugin/operator/systems/advice.ts";
import type { SystemMeasurement } from "../../../plugin/operator/systems/measurement.ts";
import { proofSystemNames } from "../../../plugin/prover/proof-system.ts";

function measured(change: Partial<SystemMeasurement>): SystemMeasurement {
  return {
    system: "groth16",
    proofBytes: 256,
    constraints: 10_000,
    keyBytes: 5_000_000,
    setupSeconds: 2.25,
    witnessSeconds: 0.5,
    proofSeconds: 2,
    peakMemoryBytes: 300_000_000,
    verifyGas: 220_000n,
    settleGas: 400_000n,
    ...change,
  };
}

const groth16 = measured({});
const plonk = measured({ system: "plonk", proofBytes: 768, proofSeconds: 40, settleGas: 500_000n });
const fflonk = measured({ system: "fflonk", proofBytes: 768, proofSeconds: 100, settleGas: 420_000n });

describe("The recommendation of a proof system", () => {
  it("is the cheapest to settle, with what the others cost a day", () => {
    const [first, second, third] = advise([fflonk, groth16, plonk], 10);
    expect(first).to.match(/^Recommended: groth16, the cheapest to settle/);
    expect(second).to.equal(
      "At 10 full batches a day: groth16 4,000,000 gas a day; fflonk 4,200,000 gas a day (5 % more); plonk 5,000,000 gas a day (25 % more).",
    );
    expect(third).to.include("asks for a ceremony").and.include("fflonk needs none");
    expect(third).to.include("50 times as long");
  });

  it("is not one that saves little and proves far longer", () => {
    const cheap = { ...fflonk, settleGas: 380_000n };
    const [first] = advise([cheap, groth16], 10);
    expect(first).to.equal(
      "Recommended: groth16. fflonk is cheaper to settle, but by 5 % only, and takes 50 times as long to prove.",
    );
    const much = { ...fflonk, settleGas: 300_000n };
    expect(advise([much, groth16], 10).at(0)).to.match(/^Recommended: fflonk, the cheapest/);
  });

  it("asks for no ceremony where the setup is universal", () => {
    const lines = advise([plonk, fflonk], 10);
    expect(lines.at(0)).to.match(/^Recommended: fflonk,/);
    expect(lines.at(2)).to.include("no ceremony");
  });

  it("passes over a system that this machine cannot keep up with, and says so", () => {
    const cheap = { ...fflonk, settleGas: 300_000n };
    expect(advise([cheap, groth16], 800).at(0)).to.match(/^Recommended: fflonk/);
    const busy = advise([cheap, groth16], 1_000);
    expect(busy.at(0)).to.match(/^Recommended: groth16/);
    expect(busy.at(1)).to.include("fflonk 300,000,000 gas a day (25 % less)");
    expect(busy).to.include("fflonk falls behind: this machine proves 859 batches a day with it.");
  });

  it("says what to do if no system keeps up, and if none was measured", () => {
    expect(advise([groth16, plonk], 1e6).at(0)).to.match(
      /No measured system proves 1,000,000 batches a day .*groth16, the fastest, proves 34,560/,
    );
    const refused = { system: "plonk", reason: "too large" } as const;
    expect(advise([refused], 10)).to.deep.equal([
      "No system with proofs was measured, so there is nothing to recommend.",
    ]);
  });

  it("is never simulated, whatever that costs", () => {
    const simulated = measured({ system: "simulated", settleGas: 1n, proofSeconds: 0 });
    const advice = advise([simulated, groth16], 10);
    expect(advice.at(0)).to.match(/^Recommended: groth16/);
    expect(advice.at(-1)).to.include("simulated proves nothing");
  });
});

describe("The table of proof systems", () => {
  it("has a row for each that was measured, and the reason of each that was not", () => {
    const text = formatSystems([groth16, { system: "fflonk", reason: "not done within 60 s" }]);
    const [titles = "", row = ""] = text.split("\n");
    const titled = titles.trim().split(/ {2,}/);
    const values = row.trim().split(/ {2,}/);
    const of = (title: string): string | undefined => values[titled.indexOf(title)];
    expect(titled).to.have.length(13);
    expect([of("system"), of("setup"), of("proof bytes")]).to.deep.equal(["groth16", "per circuit", "256"]);
    expect([of("key MB"), of("setup s"), of("prove s"), of("peak MB")]).to.deep.equal([
      "5",
      "2.3",
      "2.0",
      "300",
    ]);
    expect([of("verify gas"), of("settle gas")]).to.deep.equal(["220,000", "400,000"]);
    expect([of("post-quantum"), of("transparent")]).to.deep.equal(["no", "no"]);
    expect(text).to.include("fflonk does not fit: not done within 60 s");
  });
});

describe("A list of proof systems", () => {
  it("is names separated by commas, each once", () => {
    expect(parseSystems("plonk, groth16,plonk", proofSystemNames)).to.deep.equal(["plonk", "groth16"]);
    expect(parseSystems("plonk,stark", proofSystemNames)).to.equal(undefined);
    expect(parseSystems("", proofSystemNames)).to.equal(undefined);
  });
});
