import { expect } from "chai";
import { network } from "hardhat";
import { StateTree } from "../../plugin/protocol/tree.ts";
import { ContractError } from "../../plugin/settlement/contract-error.ts";
import { type DeploymentStep, deployRollup } from "../../plugin/settlement/deploy.ts";
import { L1Rollup } from "../../plugin/settlement/l1.ts";
import { LiveNetworkError } from "../../plugin/settlement/live-network.ts";
import { ethers } from "./connection.ts";
import { account, circuit, deploymentRequest, parameters, shapes } from "./fixture.ts";
import { rejection } from "./rejection.ts";

describe("deployRollup", () => {
  it("deploys Poseidon, a verifier for each circuit, and the rollup, and says so", async () => {
    const steps: DeploymentStep[] = [];
    const request = await deploymentRequest({ onStep: (step) => steps.push(step) });
    const deployment = await deployRollup(request);
    const names = ["Poseidon", "verifier of small", "verifier of large", "Rollup"];
    expect(steps.map(({ contract }) => contract)).to.deep.equal(names);
    const addresses = [
      deployment.poseidon,
      ...deployment.shapes.map(({ verifier }) => verifier),
      deployment.rollup,
    ];
    expect(steps.map(({ address }) => address)).to.deep.equal(addresses);
    for (const { gasUsed } of steps) expect(gasUsed).to.be.greaterThan(100_000n);
    expect(deployment.blockHash).to.equal((await ethers.provider.getBlock(deployment.blockNumber))?.hash);
    expect(deployment.deployer).to.equal((await account(0)).address);
  });

  it("gives the contract what was asked for", async () => {
    const sequencer = (await account(5)).address;
    const deployment = await deployRollup(
      await deploymentRequest({ parameters: { ...parameters, sequencer } }),
    );
    const { contract } = new L1Rollup(deployment, ethers.provider);
    const read = (view: string, ...args: unknown[]) => contract.getFunction(view).staticCall(...args);
    expect(await read("sequencer")).to.equal(sequencer);
    expect(await read("sequencerTimeout")).to.equal(3_600n);
    expect(await read("forcedInclusionPeriod")).to.equal(86_400n);
    expect(await read("deadlineSpacing")).to.equal(60n);
    expect(await read("maxQueuedDeposits")).to.equal(100n);
    expect(await read("admin")).to.equal(ethers.ZeroAddress);
    expect(await read("upgradeDelay")).to.equal(0n);
    expect(await read("depth")).to.equal(3n);
    expect(await read("root")).to.equal(new StateTree(3).root);
    expect(await read("shapeIds")).to.deep.equal(deployment.shapes.map(({ id }) => id));
    for (const { id, verifier, shape } of deployment.shapes) {
      const stored = await read("shape", id);
      expect(stored.verifier).to.equal(verifier);
      expect(stored.transactions).to.equal(BigInt(shape.transactions));
    }
  });

  it("gives the contract an admin on demand", async () => {
    const admin = (await account(6)).address;
    const change = { parameters: { ...parameters, admin, upgradeDelay: 31 * 86_400 } };
    const { contract } = new L1Rollup(await deployRollup(await deploymentRequest(change)), ethers.provider);
    expect(await contract.getFunction("admin").staticCall()).to.equal(admin);
    expect(await contract.getFunction("upgradeDelay").staticCall()).to.equal(31n * 86_400n);
  });

  it("makes the deploying account the sequencer by default", async () => {
    const signer = await account(3);
    const deployment = await deployRollup(await deploymentRequest({ signer }));
    expect(await new L1Rollup(deployment, ethers.provider).sequencer()).to.equal(signer.address);
  });

  it("waits for confirmations", async () => {
    const request = await deploymentRequest({ confirmations: 2 });
    const deploying = deployRollup(request);
    const mining = setInterval(() => ethers.provider.send("hardhat_mine", []), 20);
    const deployment = await deploying.finally(() => clearInterval(mining));
    expect(await ethers.provider.getBlockNumber()).to.be.at.least(deployment.blockNumber + 2);
  });

  describe("off development chains", () => {
    const on = async (chainId: number, simulated: boolean) => {
      const chain = await network.create({ override: { chainId } });
      const signer = await chain.ethers.provider.getSigner(0);
      const request = await deploymentRequest({ signer, simulated });
      return { chain, request };
    };

    it("refuses development keys before anything is sent", async () => {
      const { chain, request } = await on(10, false);
      const error = await rejection(deployRollup(request));
      expect(error.message).to.include("Development keys").and.to.include("10");
      expect(await chain.ethers.provider.getBlockNumber()).to.equal(0);
      await chain.close();
    });

    it("refuses keys that call themselves something else, but were not verified", async () => {
      const { chain, request } = await on(10, false);
      const circuits = request.circuits.map((entry) => ({ ...entry, development: false }));
      const error = await rejection(deployRollup({ ...request, circuits }));
      expect(error).to.be.instanceOf(LiveNetworkError).and.to.have.property("code", "UNVERIFIED_KEY");
      expect(await chain.ethers.provider.getBlockNumber()).to.equal(0);
      await chain.close();
    });

    it("refuses them on a simulated network with another chain's id too, as the contract would", async () => {
      const { chain, request } = await on(10, true);
      const error = await rejection(deployRollup(request));
      expect(error.message).to.include("Development keys").and.to.include("31337");
      await chain.close();
    });
  });

  it("refuses circuits of several depths, none at all, and one twice", async () => {
    const [small, large] = [await circuit("small"), await circuit("large")];
    const deeper = { ...large, shape: { ...shapes.large, depth: 4 } };
    const before = await ethers.provider.getBlockNumber();
    for (const [circuits, text] of [
      [[small, deeper], "small 3, large 4"],
      [[], "none"],
      [[small, { ...small, name: "again" }], "small, again"],
    ] as const) {
      const error = await rejection(deployRollup(await deploymentRequest({ circuits })));
      expect(error.message).to.include(text);
    }
    expect(await ethers.provider.getBlockNumber()).to.equal(before);
  });

  it("refuses a verifier for another key", async () => {
    const small = await circuit("small");
    const { verifierArtifact } = await circuit("large");
    const request = await deploymentRequest({ circuits: [{ ...small, verifierArtifact }] });
    const error = await rejection(deployRollup(request));
    expect(error.message).to.include(ethers.id("small")).and.to.include(ethers.id("large"));
    expect(error.message).to.include("rollup:setup");
  });

  it("says what the rollup's constructor refuses", async () => {
    const wrong = { ...parameters, sequencerTimeout: 86_400 };
    const error = await rejection(deployRollup(await deploymentRequest({ parameters: wrong })));
    expect(error).to.be.instanceOf(ContractError).and.to.have.property("errorName", "RollupPeriodsInvalid");
    expect(error.message).to.include("forcedInclusionPeriod: 86400").and.to.include("create Rollup");
  });
});
