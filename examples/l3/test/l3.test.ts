import { expect } from "chai";
import { parseEther } from "ethers";
import { network } from "hardhat";
import "hardhat-rollup/testing";

// A rollup on a rollup: batches settle on an OP Stack chain, whose transactions carry a fee for the data that they put on L1.

const { rollup, ethers, networkHelpers } = await network.create({ network: "l2", chainType: "op" });

/** Predeployed on every OP Stack chain. */
const gasPriceOracle = "0x420000000000000000000000000000000000000F";

describe("a rollup on an OP Stack chain", () => {
  async function funded() {
    await rollup.deposit({ to: "alice", amount: parseEther("2") });
    await rollup.settle();
  }
  beforeEach(() => networkHelpers.loadFixture(funded));

  it("settles payments there, and pays out there", async () => {
    const payment = rollup.transfer({ from: "alice", to: "bob", amount: parseEther("0.5") });
    await expect(payment).to.changeL2Balance(rollup, "bob", parseEther("0.5"));
    await rollup.withdraw({ from: "bob", amount: parseEther("0.2") });
    await rollup.settle();
    await expect(payment).to.beSettled(rollup);

    const { owner } = await rollup.wallet("bob");
    await rollup.claim("bob");
    expect(await ethers.provider.getBalance(owner)).to.equal(parseEther("0.2"));
  });

  it("lets an owner leave without the sequencer's consent", async () => {
    const dave = await ethers.provider.getSigner(1);
    await rollup.deposit({ to: dave, amount: parseEther("1") });
    await rollup.settle();
    await rollup.exit({ from: dave });
    const [batch] = await rollup.settle();
    expect(batch).to.include({ operations: 1, exits: 1 });
    expect(await rollup.balance(dave)).to.equal(0n);
  });

  it("is on a chain with the predeployed contracts of the OP Stack", async () => {
    expect(await ethers.provider.getCode(gasPriceOracle)).to.not.equal("0x");
  });
});
