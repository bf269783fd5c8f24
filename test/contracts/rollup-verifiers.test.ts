import { expect } from "chai";
import { network } from "hardhat";
import { ethers, networkHelpers } from "./connection.ts";
import { defaultArguments, keyHashes, shapes } from "./fixture.ts";

describe("Rollup: verifiers that do not know all of the questions", () => {
  /** Deploys with such a verifier on Ethereum's chain id. */
  async function deployWith(name: string, ...args: unknown[]): Promise<string> {
    const chain = await network.create({ override: { chainId: 1 } });
    try {
      const { configuration } = await networkHelpers.loadFixture(defaultArguments);
      const poseidon = `0x${"99".repeat(20)}`;
      await chain.networkHelpers.setCode(poseidon, await ethers.provider.getCode(configuration.poseidon));
      const verifier = await chain.ethers.deployContract(name, args);
      const factory = await chain.ethers.getContractFactory("Rollup");
      const shape = { ...shapes.small, verifier };
      const deployment = factory.deploy({ ...configuration, poseidon }, [shape]);
      return await deployment.then(
        () => "deployed",
        (error: { message: string }) => error.message,
      );
    } finally {
      await chain.close();
    }
  }

  it("need not know of simulated proofs, and are refused for a development setup all the same", async () => {
    expect(await deployWith("ExpectedInputsVerifier", keyHashes.small)).to.include(
      "RollupVerifierNotForProduction",
    );
    expect(await deployWith("TerseVerifier", false)).to.equal("deployed");
  });

  it("do not make simulated proofs by an answer that is no truth value", async () => {
    expect(await deployWith("TerseVerifier", true)).to.equal("deployed");
  });
});
