import { expect } from "chai";
import { commandOf, lastLine, ScratchProject } from "./scratch-project.ts";

// Whatever proves, threads and processes included, nothing of it may keep a test runner from ending by itself. The tests
// of the project close nothing, and prove for real.

const body = `
  const { rollup } = await network.create();
  await rollup.deposit({ to: "alice", amount: 5n });
  await expect(rollup.settle()).to.beSettled(rollup);
  const { key } = await (await rollup.client()).setup("tiny");
  console.log("proven with", key.system);
  await expect("alice").to.haveL2Balance(rollup, wanted);
`;
const imports = `
import { expect } from "chai";
import { network } from "hardhat";
import "hardhat-rollup/testing";
const wanted = process.env.WANTED_BALANCE ?? 5n;
`;
const files = {
  "test/mocha.ts": `${imports}
describe("a project", () => {
  it("proves for real", async () => {${body}});
  after(() => console.log("${lastLine}"));
});
`,
  "test/node.ts": `${imports}
import { after, describe, it } from "node:test";
describe("a project", () => {
  it("proves for real", { timeout: 600_000 }, async () => {${body}});
  after(() => console.log("${lastLine}"));
});
`,
};

/** Far less than any pool keeps idle threads, and enough for a machine that has much else to do. */
const secondsToEnd = 20;

describe("A test runner with real proofs ends by itself", () => {
  let project: ScratchProject;
  before(async () => {
    project = await ScratchProject.make("groth16", files);
  });
  after(() => project.remove());

  for (const [runner, args] of [
    ["Hardhat's own", () => [commandOf("hardhat"), "test", "mocha", "--no-compile", "test/mocha.ts"]],
    ["mocha", () => [commandOf("mocha"), "--timeout", "600000", "test/mocha.ts"]],
    ["node:test", () => ["--test", "test/node.ts"]],
  ] as const) {
    it(runner, async () => {
      const { code, output, secondsAfterwards } = await project.run(args());
      expect(output).to.include("proven with groth16");
      expect(code, output).to.equal(0);
      expect(secondsAfterwards, output).to.be.lessThan(secondsToEnd);
    });
  }

  it("with what has failed in its exit code", async () => {
    process.env.WANTED_BALANCE = "6";
    try {
      const { code, output } = await project.run([
        commandOf("mocha"),
        "--timeout",
        "600000",
        "test/mocha.ts",
      ]);
      expect(output).to.include('Expected "alice" to have 6 ETH on L2, in base units, but it has 5');
      expect(code).to.equal(1);
    } finally {
      delete process.env.WANTED_BALANCE;
    }
  });
});
