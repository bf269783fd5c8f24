import { expect } from "chai";
import { parseEther } from "ethers";
import { simulatedEnvironment } from "../testing/simulated-environment.ts";

/** Less than what is offered of itself, twice the base fee and the miners' part; more than the base fee. */
const limit = 1_200_000_000n;

/** What the settlement of a first batch offers for a unit of gas, in wei. */
async function offered(maxFeePerGas: bigint | undefined): Promise<bigint> {
  const node = maxFeePerGas === undefined ? {} : { maxFeePerGas };
  const hre = await simulatedEnvironment({ rollup: { node } });
  const { rollup, ethers, close } = await hre.network.create();
  try {
    await rollup.deposit({ to: "alice", amount: parseEther("1") });
    const [batch] = await rollup.settle();
    const transaction = await ethers.provider.getTransaction(batch?.transactionHash ?? "");
    return transaction?.maxFeePerGas ?? 0n;
  } finally {
    await close();
    await hre.remove();
  }
}

describe("settlements of a project", () => {
  it("cost no more for a unit of gas than the config allows, whatever L1's node says is usual", async () => {
    expect(await offered(undefined)).to.be.above(limit);
    expect(await offered(limit)).to.equal(limit);
  });
});
