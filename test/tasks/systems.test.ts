import { expect } from "chai";
import { type Result, Run } from "./command-line.ts";

describe("rollup:systems", () => {
  const run = (...args: readonly string[]): Promise<Result> => new Run(["rollup:systems", ...args], {}).end();

  it("measures on the user's circuit, prints one table, and recommends", async () => {
    const { code, stdout, stderr } = await run("--systems", "groth16,simulated", "--batches", "5");
    expect(code, stderr).to.equal(0);
    expect(stdout).to.match(/system +setup +.*prove s +peak MB +verify gas/);
    expect(stdout).to.match(/\n *groth16 +per circuit .* 256 /);
    expect(stdout).to.match(/\n *simulated +none +everybody: SIMULATED +64 /);
    expect(stdout).to.match(/Recommended: groth16[^\n]*\nAt 5 full batches a day: groth16 [\d,]+ gas a day/);
    expect(stdout).to.include("simulated proves nothing");
  });

  it("gives JSON to programs, and nothing else", async () => {
    const { code, stdout, stderr } = await run("--systems", "simulated", "--json");
    expect(code, stderr).to.equal(0);
    const { shape, outcomes } = JSON.parse(stdout);
    expect(shape).to.equal("tiny");
    expect(outcomes).to.have.length(1);
    expect(BigInt(outcomes[0].settleGas) > BigInt(outcomes[0].verifyGas)).to.equal(true);
  });

  it("refuses what it cannot measure, and says what there is", async () => {
    const unknown = await run("--systems", "groth16,stark");
    expect(unknown.code).to.not.equal(0);
    expect(unknown.stderr)
      .to.include("no such proof system")
      .and.include("groth16, plonk, fflonk, simulated");
    const shape = await run("--shape", "none");
    expect(shape.stderr).to.include("The config has no such shape");
    expect((await run("--batches", "0")).stderr).to.include("--batches");
  });
});
