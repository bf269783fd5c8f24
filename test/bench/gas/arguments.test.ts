import { expect } from "chai";
import { parseGasArguments, usage } from "../../../bench/gas/arguments.ts";

describe("Bench gas: arguments", () => {
  it("are workloads in any order and --json; none are all", () => {
    expect(parseGasArguments([])).to.deep.equal({ workloads: ["random", "zipf", "merchant"], json: false });
    expect(parseGasArguments(["merchant", "--json", "random"])).to.deep.equal({
      workloads: ["random", "merchant"],
      json: true,
    });
  });

  it("that are unknown are refused with what it takes", () => {
    expect(parseGasArguments(["--fast", "zipf"])).to.equal(`Unknown: --fast\n${usage}`);
    expect(parseGasArguments(["zipf", "--help"])).to.equal(usage);
  });
});
