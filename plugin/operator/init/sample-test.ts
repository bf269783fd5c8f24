import { packageName } from "../../circuits/package-folder.ts";

/** What runs a project's tests: Hardhat with mocha, Hardhat with node:test, or Node.js alone. */
export type Runner = "mocha" | "hardhat-node" | "node";

/** A first test of an app on the rollup. It works with whatever shape and proof system are configured. */
export function sampleTest(runner: Runner): string {
  return runner === "mocha" ? withMocha : withNode;
}

/** How it is run. */
export function testCommand(runner: Runner, file: string): string {
  const commands = {
    mocha: "hardhat test mocha",
    "hardhat-node": "hardhat test nodejs",
    node: "node --test",
  };
  return `${commands[runner]} ${file}`;
}

const withMocha = `import { expect } from "chai";
import { parseEther } from "ethers";
import { network } from "hardhat";
import "${packageName}/testing";

const { rollup, ethers } = await network.create();

describe("payments on the rollup", function () {
  // The first run compiles the circuit and makes its keys, which are cached.
  this.timeout(600_000);

  it("settles a payment with a proof, and pays out on L1", async () => {
    await rollup.deposit({ to: "alice", amount: parseEther("2") });
    const payment = rollup.transfer({ from: "alice", to: "bob", amount: parseEther("0.5") });
    await expect(payment).to.changeL2Balances(
      rollup,
      ["alice", "bob"],
      [-parseEther("0.5"), parseEther("0.5")],
    );
    await rollup.withdraw({ from: "bob", amount: parseEther("0.2") });
    await rollup.settle();
    await expect(payment).to.beSettled(rollup);

    const { owner } = await rollup.wallet("bob");
    await rollup.claim("bob");
    expect(await ethers.provider.getBalance(owner)).to.equal(parseEther("0.2"));
  });
});
`;

const withNode = `import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseEther } from "ethers";
import { network } from "hardhat";

// The first run compiles the circuit and makes its keys, which are cached.
describe("payments on the rollup", () => {
  it("settles a payment with a proof, and pays out on L1", async () => {
    const { rollup, ethers } = await network.create();
    await rollup.deposit({ to: "alice", amount: parseEther("2") });
    await rollup.transfer({ from: "alice", to: "bob", amount: parseEther("0.5") });
    await rollup.withdraw({ from: "bob", amount: parseEther("0.2") });
    await rollup.settle();
    assert.equal(await rollup.balance("alice"), parseEther("1.5"));
    assert.equal(await rollup.balance("bob"), parseEther("0.3"));

    const { owner } = await rollup.wallet("bob");
    await rollup.claim("bob");
    assert.equal(await ethers.provider.getBalance(owner), parseEther("0.2"));
  });
});
`;
