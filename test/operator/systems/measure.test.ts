import path from "node:path";
import hardhatEthers from "@nomicfoundation/hardhat-ethers";
import { expect } from "chai";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import rollupPlugin from "../../../plugin/index.ts";
import { measureSystem } from "../../../plugin/operator/systems/measure.ts";
import { isMeasured } from "../../../plugin/operator/systems/measurement.ts";
import { expectedMemory } from "../../../plugin/operator/systems/memory.ts";
import type { Shape } from "../../../plugin/protocol/shape.ts";
import { rollupCompiler } from "../../../plugin/settlement/compiler.ts";

const least: Shape = {
  depth: 2,
  transactions: 1,
  accounts: 2,
  operations: 1,
  exits: 1,
  fees: 1,
  applications: 0,
};
const limitSeconds = 300;

describe("Measuring a proof system", () => {
  let hre: HardhatRuntimeEnvironment;

  before(async () => {
    hre = await createHardhatRuntimeEnvironment(
      {
        plugins: [hardhatEthers, rollupPlugin],
        solidity: { profiles: { default: rollupCompiler } },
        rollup: { shapes: { least }, register: ["least"] },
      },
      {},
      path.resolve(import.meta.dirname, "../../.."),
    );
  });

  it("proves and settles a full batch, and tells what that took", async () => {
    const steps: string[] = [];
    const options = { limitSeconds, onProgress: (step: string) => steps.push(step) };
    const outcome = await measureSystem(hre, "least", "groth16", options);
    if (!isMeasured(outcome)) throw new Error(outcome.reason);
    expect(outcome).to.include({ system: "groth16", proofBytes: 256 });
    expect(outcome.verifyGas > 150_000n && outcome.verifyGas < 300_000n, `${outcome.verifyGas}`).to.equal(
      true,
    );
    expect(outcome.settleGas > outcome.verifyGas + 50_000n, `${outcome.settleGas}`).to.equal(true);
    for (const field of [
      "constraints",
      "keyBytes",
      "setupSeconds",
      "proofSeconds",
      "peakMemoryBytes",
    ] as const) {
      expect(outcome[field], field).to.be.above(0);
    }
    expect(steps).to.include.members(["deploying", "filling a batch", "verifying and settling"]);
  });

  it("measures what simulates, too, which has no key and hardly a verifier", async () => {
    const outcome = await measureSystem(hre, "least", "simulated", { limitSeconds });
    if (!isMeasured(outcome)) throw new Error(outcome.reason);
    expect(outcome).to.include({ system: "simulated", proofBytes: 64, keyBytes: 0 });
    expect(outcome.verifyGas < 20_000n, `${outcome.verifyGas}`).to.equal(true);
  });

  it("gives up in time, and says so instead of failing", async () => {
    const outcome = await measureSystem(hre, "least", "fflonk", { limitSeconds: 0.01 });
    expect(outcome).to.deep.equal({ system: "fflonk", reason: "not done within 0.01 s" });
  });

  it("expects the memory that was measured, which grows with the domain", () => {
    expect(expectedMemory("plonk", 2 ** 16)).to.be.within(700e6, 750e6);
    expect(expectedMemory("fflonk", 2 ** 16)).to.equal(2 * expectedMemory("fflonk", 2 ** 16 - 2));
  });

  it("stops when it is aborted, and refuses a shape that there is not", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    const failure = (promise: Promise<unknown>): Promise<string> =>
      promise.then(
        () => "it did not fail",
        (error: Error) => error.message,
      );
    expect(await failure(measureSystem(hre, "least", "groth16", { limitSeconds, signal }))).to.equal(
      "enough",
    );
    expect(await failure(measureSystem(hre, "nothing", "groth16", { limitSeconds }))).to.match(
      /The config has no such shape/,
    );
  });
});
