import { mkdtemp, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect } from "chai";
import hre from "hardhat";
import { contractBuilder } from "../../plugin/hardhat2/contract-builder.ts";
import { readRollupArtifact } from "../../plugin/settlement/artifacts.ts";
import { sameCode } from "../../plugin/settlement/contract-code.ts";

describe("contractBuilder", () => {
  let root: string;
  before(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), "hardhat-rollup-builder-"));
  });
  after(() => rm(root, { recursive: true, force: true }));

  it("builds a contract of the package, its imports from npm included, into the code that Hardhat 3 does", async () => {
    const config = {
      ...hre.config,
      paths: { ...hre.config.paths, root },
      rollup: { ...hre.config.rollup, folder: path.join(root, "cache/rollup") },
    };
    const built = await readRollupArtifact({ config, solidity: contractBuilder(config) }, "SampleToken");
    const reference = await readRollupArtifact(hre, "SampleToken");
    expect(built.abi).to.deep.equal(reference.abi);
    expect(sameCode(built.bytecode, reference.bytecode)).to.equal(true);
    // Nothing unfinished stays.
    expect(
      await readdir(path.join(root, "cache/rollup/artifacts/hardhat-rollup/contracts/samples")),
    ).to.have.length(1);
  });
});
