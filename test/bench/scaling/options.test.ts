import { expect } from "chai";
import { parseOptions } from "../../../bench/scaling/options.ts";

describe("Options of the scaling bench", () => {
  it("are mainnet's and 1 to 10,000 provers, without any", () => {
    expect(parseOptions([])).to.deep.equal({
      parameters: {
        provers: [1, 10, 100, 1_000, 10_000],
        workloads: ["random", "zipf", "merchant"],
        gasLimit: 60_000_000,
        blobs: 14,
        share: 0.1,
        batchesPerSettlement: 8,
        targetTps: 14_000_000,
      },
      from: undefined,
      json: false,
      help: false,
    });
  });

  it("change what the model reckons with", () => {
    const given =
      "--provers 5,50 --workload zipf --gas-limit 36000000 --blobs 6 --share 1 --batches 2 --tps 1000";
    const { parameters, from } = parseOptions([...given.split(" "), "--from", "x.json"]);
    expect(parameters).to.deep.equal({
      provers: [5, 50],
      workloads: ["zipf"],
      gasLimit: 36_000_000,
      blobs: 6,
      share: 1,
      batchesPerSettlement: 2,
      targetTps: 1_000,
    });
    expect(from).to.equal("x.json");
  });

  for (const given of [
    ["--provers", "0"],
    ["--provers", ""],
    ["--provers", "1.5"],
    ["--workload", "uniform"],
    ["--share", "0"],
    ["--share", "1.1"],
    ["--blobs", "many"],
    ["--power", "3"],
    ["12"],
  ]) {
    it(`refuse ${given.join(" ")}`, () => {
      expect(() => parseOptions(given)).to.throw(
        new RegExp(given.at(-1) === "3" ? "--power" : "given|take|nothing"),
      );
    });
  }
});
