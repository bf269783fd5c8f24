import { packageName } from "../../circuits/package-folder.ts";

/** A first test of an app on the rollup for Hardhat 2, whose tests run in mocha and have chai. */
export function sampleTestOfTwo(isCommonJs: boolean): string {
  return `${isCommonJs ? requires : imports}
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

    // All tests of a run have the same rollup.
    const { owner } = await rollup.wallet("bob");
    const before = await ethers.provider.getBalance(owner);
    await rollup.claim("bob");
    expect((await ethers.provider.getBalance(owner)) - before).to.equal(parseEther("0.2"));
  });
});
`;
}

const imports = `import { expect } from "chai";
import { parseEther } from "ethers";
import { ethers, rollup } from "hardhat";
import "${packageName}/testing";
`;

const requires = `const { expect } = require("chai");
const { parseEther } = require("ethers");
const { ethers, rollup } = require("hardhat");
require("${packageName}/testing");
`;
