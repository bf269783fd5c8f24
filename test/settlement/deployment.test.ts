import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect } from "chai";
import { network } from "hardhat";
import { deployRollup } from "../../plugin/settlement/deploy.ts";
import {
  checkDeployment,
  type Deployment,
  DeploymentError,
  deploymentPath,
  readDeployment,
  writeDeployment,
} from "../../plugin/settlement/deployment.ts";
import { altered } from "./altered-provider.ts";
import { ethers, networkHelpers } from "./connection.ts";
import { deployed, deploymentRequest } from "./fixture.ts";
import { rejection } from "./rejection.ts";

/** The code of the error that a promise is rejected with, and its text. */
async function refusal(promise: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error = await rejection(promise);
  if (!(error instanceof DeploymentError)) throw error;
  return { code: error.code, message: error.message };
}

describe("deployment file", () => {
  let folder: string;
  let file: string;
  let deployment: Deployment;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "hardhat-rollup-"));
    file = deploymentPath(folder, "default", 31_337n);
    ({ deployment } = await networkHelpers.loadFixture(deployed));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  /** Writes the file with something changed in its JSON. */
  async function damage(change: (content: Record<string, unknown>) => void): Promise<void> {
    await writeDeployment(file, deployment);
    const content = JSON.parse(await readFile(file, "utf8"));
    change(content);
    await writeFile(file, JSON.stringify(content));
  }

  it("is read as it was written, folder and all", async () => {
    const nested = path.join(folder, "a", "b", "file.json");
    await writeDeployment(nested, deployment);
    expect(await readDeployment(nested)).to.deep.equal(deployment);
    expect(await readdir(path.dirname(nested))).to.deep.equal(["file.json"]);
  });

  it("from before there was a choice of proof systems is one of Groth16", async () => {
    await damage((content) => {
      for (const shape of content.shapes as { system?: string }[]) delete shape.system;
    });
    expect((await readDeployment(file)).shapes.map(({ system }) => system)).to.deep.equal([
      "groth16",
      "groth16",
    ]);
  });

  it("has large numbers as decimals, for other programs", async () => {
    await writeDeployment(file, deployment);
    const content = JSON.parse(await readFile(file, "utf8"));
    expect(content.chainId).to.equal("31337");
    expect(content.domain).to.equal(String(deployment.domain));
  });

  it("has a path of its own for each network and chain", () => {
    const paths = [
      deploymentPath("f", "a", 1n),
      deploymentPath("f", "a", 11n),
      deploymentPath("f", "a-1", 1n),
      deploymentPath("f", "../a", 1n),
    ];
    expect(new Set(paths)).to.have.length(4);
    for (const found of paths) expect(path.dirname(found)).to.equal("f");
  });

  it("that is missing: says which and how to make one", async () => {
    const { code, message } = await refusal(readDeployment(file));
    expect(code).to.equal("MISSING");
    expect(message).to.include(file).and.to.include("npx hardhat rollup:deploy --network default");
  });

  it("that is no JSON is damaged", async () => {
    await writeDeployment(file, deployment);
    const text = await readFile(file, "utf8");
    await writeFile(file, text.slice(0, text.length / 2));
    const { code, message } = await refusal(readDeployment(file));
    expect(code).to.equal("DAMAGED");
    expect(message).to.include(file).and.to.include("rollup:deploy");
  });

  const damages: Record<string, [string, (content: Record<string, unknown>) => void]> = {
    "a field too few": ["rollup", (content) => delete content.rollup],
    "a field too many": ["more", (content) => (content.more = 1)],
    "another version": ["version", (content) => (content.version = 2)],
    "a number where decimals belong": ["chainId", (content) => (content.chainId = 31_337)],
    "no shape": ["shapes", (content) => (content.shapes = [])],
    "a cut address": ["rollup", (content) => (content.rollup = String(content.rollup).slice(0, -2))],
    "an address with a typing error": [
      "checksum",
      (content) =>
        (content.poseidon = String(content.poseidon).replace(/[a-f]/, (letter) => letter.toUpperCase())),
    ],
    "a proof system that there is not": [
      "system",
      (content) => {
        const [first] = content.shapes as { system: string }[];
        if (first !== undefined) first.system = "stark";
      },
    ],
    "another rollup's domain": ["domain", (content) => (content.domain = "5")],
    "another depth": ["depth", (content) => (content.depth = 4)],
    "a shape with another size": [
      "shapes",
      (content) => {
        const [first] = content.shapes as { shape: { fees: number } }[];
        if (first !== undefined) first.shape.fees = 2;
      },
    ],
  };
  for (const [name, [field, change]] of Object.entries(damages)) {
    it(`with ${name} is damaged`, async () => {
      await damage(change);
      const { code, message } = await refusal(readDeployment(file));
      expect(code).to.equal("DAMAGED");
      expect(message).to.include(field);
    });
  }
});

describe("checkDeployment", () => {
  it("accepts the deployment on its chain", async () => {
    const { deployment } = await networkHelpers.loadFixture(deployed);
    await checkDeployment(deployment, ethers.provider);
  });

  it("refuses a chain with another id", async () => {
    const { deployment } = await networkHelpers.loadFixture(deployed);
    const other = await network.create({ override: { chainId: 10 } });
    const { code, message } = await refusal(checkDeployment(deployment, other.ethers.provider));
    expect(code).to.equal("WRONG_CHAIN");
    expect(message).to.include("31337").and.to.include("10").and.to.include("--network");
    await other.close();
  });

  it("refuses a chain that was started anew", async () => {
    const { deployment } = await networkHelpers.loadFixture(deployed);
    const fresh = await network.create();
    const { code, message } = await refusal(checkDeployment(deployment, fresh.ethers.provider));
    expect(code).to.equal("STALE");
    expect(message).to.include(deployment.rollup).and.to.include("default-31337.json");
    await fresh.close();
  });

  it("refuses a chain that was started anew and has the same rollup at the same address", async () => {
    const chains = [await network.create(), await network.create()] as const;
    await chains[1].networkHelpers.mine(3);
    const deploy = async ({ ethers }: (typeof chains)[number]) =>
      deployRollup(await deploymentRequest({ signer: await ethers.provider.getSigner(0) }));
    const [before, after] = [await deploy(chains[0]), await deploy(chains[1])];
    // The address comes from account and nonce alone.
    expect(after.rollup).to.equal(before.rollup);
    const { code, message } = await refusal(checkDeployment(before, chains[1].ethers.provider));
    expect(code).to.equal("STALE");
    expect(message).to.include(before.blockHash);
    await Promise.all(chains.map((chain) => chain.close()));
  });

  it("refuses a file that describes another rollup than there is", async () => {
    const { deployment, token } = await networkHelpers.loadFixture(deployed);
    const [first] = deployment.shapes;
    if (first === undefined) throw new Error("The deployment has no shapes.");
    for (const other of [
      { ...deployment, shapes: [first] },
      { ...deployment, poseidon: deployment.rollup },
      { ...deployment, rollup: await token.getAddress() },
    ]) {
      expect((await refusal(checkDeployment(other, ethers.provider))).code).to.equal("STALE");
    }
  });

  it("lets errors of the connection through", async () => {
    const { deployment } = await networkHelpers.loadFixture(deployed);
    const call = () => Promise.reject(new Error("connection lost"));
    const broken = altered(ethers.provider, { call });
    let caught: unknown;
    await checkDeployment(deployment, broken).catch((error: unknown) => (caught = error));
    expect(caught).to.have.property("message", "connection lost");
  });
});
