import { expect } from "chai";
import { parseOptions } from "../../../bench/prove/options.ts";

describe("bench prove: options", () => {
  const casesOf = (...given: string[]): string[] =>
    parseOptions(given).cases.map(({ target, system }) => `${target} ${system}`);

  it("measure every system without arguments, the slow ones on the smallest circuit alone", () => {
    expect(casesOf()).to.deep.equal([
      "smallest groth16",
      "smallest plonk",
      "smallest fflonk",
      "tiny groth16",
      "dev groth16",
      "busy groth16",
    ]);
    const { rounds, narrow, json, help } = parseOptions([]);
    expect({ rounds, narrow, json, help }).to.deep.equal({
      rounds: undefined,
      narrow: false,
      json: false,
      help: false,
    });
  });

  it("take powers and shapes side by side, with Groth16", () => {
    const { cases, rounds } = parseOptions(["16", "busy", "--rounds=1"]);
    expect(cases).to.deep.equal([
      { target: 16, system: "groth16" },
      { target: "busy", system: "groth16" },
    ]);
    expect(rounds).to.equal(1);
  });

  it("take systems for what is named", () => {
    expect(casesOf("tiny", "12", "--systems=plonk,groth16")).to.deep.equal([
      "tiny plonk",
      "tiny groth16",
      "12 plonk",
      "12 groth16",
    ]);
  });

  it("narrow the standard ones to systems where nothing is named", () => {
    expect(casesOf("--systems", "plonk,fflonk")).to.deep.equal(["smallest plonk", "smallest fflonk"]);
  });

  it("take --narrow for Groth16", () => {
    expect(parseOptions(["14", "--narrow"]).narrow).to.equal(true);
    expect(() => parseOptions(["14", "--narrow", "--systems=plonk"])).to.throw("Groth16 alone");
  });

  for (const [given, message] of [
    [["huge"], "smallest, tiny, dev, busy, standard"],
    [["40"], "A power from 10 to 20"],
    [["1e1"], "A power from 10 to 20"],
    [["--systems=stark"], "groth16, plonk, fflonk"],
    [["--rounds=0"], "at least 1"],
    [["--quick"], "--rounds"],
  ] as const) {
    it(`refuse ${given.join(" ")} and say what is taken`, () => {
      expect(() => parseOptions(given)).to.throw(message);
    });
  }
});
