import { expect } from "chai";
import { parseOptions } from "../../../bench/constraints/options.ts";

describe("Options of the bench of constraints", () => {
  it("are every workload, population, tree and domain by default", () => {
    const { shapes, workloads, populations, depths, powers, json } = parseOptions([]);
    expect(shapes).to.deep.equal(["tiny", "dev"]);
    expect(workloads).to.deep.equal(["random", "zipf", "merchant"]);
    expect(populations).to.deep.equal([1_000, 100_000, 1_000_000]);
    expect(depths).to.deep.equal([12, 16]);
    expect(powers).to.deep.equal([16, 17, 18, 19, 20, 21, 22]);
    expect(json).to.equal(false);
  });

  it("take lists", () => {
    const { shapes, populations } = parseOptions(["--shapes", "tiny,busy", "--accounts=50,60"]);
    expect(shapes).to.deep.equal(["tiny", "busy"]);
    expect(populations).to.deep.equal([50, 60]);
  });

  for (const [given, message] of [
    [["--colour"], "--colour"],
    [["16"], "--powers"],
    [["--powers", "23"], 'from 16 to 22 is expected, "23" given'],
    [["--accounts", "4"], "from 5 to"],
    [["--workload", "zipf,normal"], 'random, zipf, merchant is expected, "normal" given'],
    [["--shapes", "huge"], 'tiny, dev, busy, standard is expected, "huge" given'],
  ] as const) {
    it(`refuse ${given.join(" ")} and say what is taken`, () => {
      expect(() => parseOptions(given)).to.throw(message);
    });
  }
});
