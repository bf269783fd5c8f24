import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect } from "chai";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import rollupPlugin from "../../plugin/index.ts";
import { type VerifierOf, verifierPath } from "../../plugin/prover/verifier-path.ts";
import { buildVerifier, readRollupArtifact } from "../../plugin/settlement/artifacts.ts";
import { rollupCompiler } from "../../plugin/settlement/compiler.ts";

const repository = path.resolve(import.meta.dirname, "../..");

const verifierSource = (keyHash: number) => `// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

contract TinyVerifier {
    uint256 public constant keyHash = ${keyHash};
}
`;

/** A project as a user has it, with this package in node_modules and a contract of its own. */
async function createProject(folder: string): Promise<void> {
  await mkdir(path.join(folder, "node_modules"));
  await symlink(repository, path.join(folder, "node_modules", "hardhat-rollup"), "dir");
  await writeFile(path.join(folder, "package.json"), JSON.stringify({ name: "project", type: "module" }));
  await mkdir(path.join(folder, "contracts"));
  await writeFile(
    path.join(folder, "contracts", "Mine.sol"),
    "// SPDX-License-Identifier: MIT\npragma solidity ^0.8.0;\ncontract Mine {}\n",
  );
}

/** Without an optimizer, as is Hardhat's default, and so with other settings than ours. */
async function openProject(folder: string): Promise<HardhatRuntimeEnvironment> {
  const { version, path: compiler } = rollupCompiler;
  const solidity = { version, path: compiler };
  return await createHardhatRuntimeEnvironment({ plugins: [rollupPlugin], solidity }, {}, folder);
}

async function settingsOf(hre: HardhatRuntimeEnvironment, contract: string) {
  const buildId = await hre.artifacts.getBuildInfoId(contract);
  const file = await hre.artifacts.getBuildInfoPath(buildId ?? "");
  return JSON.parse(await readFile(file ?? "", "utf8")).input.settings;
}

describe("artifacts in a user's project", () => {
  let folder: string;
  let hre: HardhatRuntimeEnvironment;

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "hardhat-rollup-"));
    await createProject(folder);
    hre = await openProject(folder);
  });

  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it("are built without anything else of the project", async () => {
    const [rollup, token] = await Promise.all([
      readRollupArtifact(hre, "Rollup"),
      readRollupArtifact(hre, "SampleToken"),
    ]);
    expect(rollup.bytecode).to.match(/^0x[0-9a-f]{1000}/);
    expect(rollup.abi).to.deep.include.members([
      {
        inputs: [],
        name: "root",
        outputs: [{ internalType: "uint256", name: "", type: "uint256" }],
        stateMutability: "view",
        type: "function",
      },
    ]);
    expect(token.abi).to.not.deep.equal(rollup.abi);
    expect(await hre.artifacts.artifactExists("Mine")).to.equal(false);
  });

  it("include the verifiers that a setup writes, and follow their changes", async () => {
    const file = verifierPath(hre.config.rollup.folder, verifierOf("tiny"));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, verifierSource(1));
    const first = await buildVerifier(hre, file);
    await writeFile(file, verifierSource(2));
    const second = await buildVerifier(hre, file);
    expect(second.abi).to.deep.equal(first.abi);
    expect(second.bytecode).to.not.equal(first.bytecode);
  });

  it("refuse a verifier that does not compile, or is not one contract", async () => {
    const file = verifierPath(hre.config.rollup.folder, verifierOf("dev"));
    await writeFile(file, "// SPDX-License-Identifier: MIT\npragma solidity ^0.8.28;\n");
    await expectRefusal(buildVerifier(hre, file), "one contract");
    await writeFile(file, "// SPDX-License-Identifier: MIT\npragma solidity ^0.7.0;\n");
    await expectRefusal(buildVerifier(hre, file), "cannot be built");
    await rm(file);
  });

  it("are not rebuilt, and survive a build of the project, which keeps its own settings", async () => {
    const rollup = path.join(folder, "artifacts/hardhat-rollup/contracts/Rollup.sol/Rollup.json");
    const verifier = path.join(
      folder,
      "artifacts/cache/rollup/verifiers/tiny.plonk.development.sol/TinyVerifier.json",
    );
    const before = [(await stat(rollup)).mtimeMs, (await stat(verifier)).mtimeMs];

    const later = await openProject(folder);
    await later.tasks.getTask("build").run({ quiet: true });
    await readRollupArtifact(later, "Rollup");
    await buildVerifier(later, verifierPath(later.config.rollup.folder, verifierOf("tiny")));

    expect([(await stat(rollup)).mtimeMs, (await stat(verifier)).mtimeMs]).to.deep.equal(before);
    const ours = await settingsOf(later, "hardhat-rollup/contracts/Rollup.sol:Rollup");
    expect(ours).to.deep.include(rollupCompiler.settings);
    expect(await settingsOf(later, "TinyVerifier")).to.deep.include(rollupCompiler.settings);
    expect(await settingsOf(later, "Mine")).to.not.have.property("optimizer");
  });
});

function verifierOf(name: string): VerifierOf {
  return { name, system: "plonk", development: true };
}

async function expectRefusal(promise: Promise<unknown>, text: string): Promise<void> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(Error);
  expect((error as Error).message).to.include(text);
}
