import { expect } from "chai";
import { Interface, type InterfaceAbi } from "ethers";
import { artifacts } from "hardhat";
import { rollupAbi, tokenAbi, verifierAbi } from "../../plugin/settlement/abi.ts";
import { contractErrorTexts } from "../../plugin/settlement/contract-error-texts.ts";

async function built(contract: string): Promise<string[]> {
  const { abi } = await artifacts.readArtifact(contract);
  return new Interface(abi as InterfaceAbi).format().filter((line) => !line.startsWith("constructor"));
}

describe("abi", () => {
  it("of the rollup is the contract's, line by line", async () => {
    expect([...rollupAbi].sort()).to.deep.equal((await built("Rollup")).sort());
  });

  it("of verifiers is part of the interface", async () => {
    expect(await built("IVerifier")).to.include.members([...verifierAbi]);
  });

  it("of tokens is part of OpenZeppelin's, but for what some old tokens do not return", async () => {
    const token = (await built("SampleToken")).map((line) =>
      line.replace(/address (from|to|account)/g, "address $1"),
    );
    const lines = tokenAbi.map((line) => line.split("(")[0]);
    expect(token.map((line) => line.split("(")[0])).to.include.members(lines);
    expect(token).to.include.members(tokenAbi.filter((line) => line.startsWith("error")));
  });

  it("has a text for each error, and no other", () => {
    const names = [...rollupAbi, ...tokenAbi]
      .filter((line) => line.startsWith("error "))
      .map((line) => line.slice("error ".length, line.indexOf("(")));
    expect(Object.keys(contractErrorTexts).sort()).to.deep.equal(names.sort());
  });
});
