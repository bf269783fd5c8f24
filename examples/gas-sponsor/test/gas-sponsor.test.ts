import { expect } from "chai";
import { parseEther } from "ethers";
import { network } from "hardhat";
import "hardhat-rollup/testing";

// Salaries in an ERC-20, for people who never hold ETH: a contract pays into their accounts on L2, their payments carry a fee in
// the token, and the employer has their withdrawals paid out.

const { rollup, ethers, networkHelpers } = await network.create();
const dollars = (amount: number): bigint => parseEther(String(amount));

describe("a payroll that sponsors gas", () => {
  async function paid() {
    const employer = await ethers.provider.getSigner(0);
    const token = await ethers.deployContract("Dollar", [dollars(100_000)]);
    const { symbol } = await rollup.registerToken(await token.getAddress());
    const { address } = await rollup.client();
    const payroll = await ethers.deployContract("Payroll", [address, await token.getAddress()]);
    for (const [name, salary] of [["ann", 3_000] as const, ["ben", 2_000] as const]) {
      const { owner, key } = await rollup.wallet(name);
      const { ax, ay } = key.publicKey;
      await payroll.getFunction("hire")({ owner, ax, ay, salary: dollars(salary) });
    }
    await token.getFunction("approve")(await payroll.getAddress(), dollars(100_000));
    await payroll.getFunction("payday")({ value: parseEther("1") });
    await rollup.settle();
    return { employer, token, payroll, symbol };
  }

  it("pays salaries into accounts on L2", async () => {
    const { payroll, symbol } = await networkHelpers.loadFixture(paid);
    await expect("ann").to.haveL2Balance(rollup, dollars(3_000), { asset: symbol });
    await expect("ben").to.haveL2Balance(rollup, dollars(2_000), { asset: symbol });
    // What the fees did not need has gone back.
    expect(await ethers.provider.getBalance(payroll)).to.equal(0n);
  });

  it("takes fees in the token, so that nobody who is paid needs ETH", async () => {
    const { employer, token, symbol } = await networkHelpers.loadFixture(paid);
    const payment = rollup.transfer({
      from: "ann",
      to: "ben",
      asset: symbol,
      amount: dollars(100),
      fee: dollars(1),
    });
    await expect(payment).to.changeL2Balances(rollup, ["ann", "ben"], [-dollars(101), dollars(100)], {
      asset: symbol,
    });
    await rollup.withdraw({ from: "ben", asset: symbol, amount: dollars(500), fee: dollars(1) });
    await rollup.settle();
    await expect(employer).to.haveL2Balance(rollup, dollars(2), { asset: symbol });

    const { owner } = await rollup.wallet("ben");
    await rollup.claim("ben"); // the employer pays for it, the money can only go to ben
    expect(await token.getFunction("balanceOf")(owner)).to.equal(dollars(500));
    expect(await ethers.provider.getBalance(owner)).to.equal(0n);
  });

  it("is paid by the employer alone", async () => {
    const { payroll } = await networkHelpers.loadFixture(paid);
    const somebody = await ethers.provider.getSigner(1);
    await expect(payroll.connect(somebody).getFunction("payday")()).to.be.revertedWithCustomError(
      payroll,
      "PayrollNotEmployer",
    );
  });
});
