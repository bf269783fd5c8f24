import { expect } from "chai";
import { network } from "hardhat";
import { poseidon } from "../../plugin/protocol/poseidon.ts";
import { rollupDomain } from "../../plugin/protocol/transaction.ts";
import { StateTree } from "../../plugin/protocol/tree.ts";
import { connection, ethers, networkHelpers } from "./connection.ts";
import {
  assets,
  defaultArguments,
  defaultRollup,
  deploy,
  deployRollup,
  deployVerifier,
  hour,
  idOf,
  keyHashes,
  noAddress,
  shapes,
  times,
} from "./fixture.ts";
import type { RollupContract } from "./rollup-contract.ts";

type Arguments = Awaited<ReturnType<typeof defaultArguments>>;

/** Deploys with one part of the arguments changed. */
async function deployWith(
  configuration: Partial<Arguments["configuration"]>,
  change: (shapes: Arguments["shapes"]) => readonly object[] | Promise<readonly object[]> = (same) => same,
): Promise<RollupContract> {
  const given = await networkHelpers.loadFixture(defaultArguments);
  const all = [{ ...given.configuration, ...configuration }, await change(given.shapes)];
  return deploy<RollupContract>("Rollup", all);
}

/** The contract's interface, for errors of deployments that fail. */
const errors = { interface: (await ethers.getContractFactory("Rollup")).interface };

describe("Rollup: constructor", () => {
  it("starts from the root of the empty tree, batch 0, no accounts and an empty queue", async () => {
    const { rollup } = await networkHelpers.loadFixture(defaultRollup);
    expect(await rollup.root()).to.equal(new StateTree(2).root);
    expect(await rollup.batchCount()).to.equal(0);
    expect(await rollup.accountCount()).to.equal(0);
    expect(await rollup.queueHead()).to.equal(0);
    expect(await rollup.queueTail()).to.equal(0);
    expect(await rollup.queuedDeposits()).to.equal(0);
    expect(await rollup.openToAll()).to.equal(false);
  });

  for (const depth of [1, 3, 16]) {
    it(`computes the empty root of depth ${depth} as the protocol library does`, async () => {
      const { rollup } = await deployRollup({ depth });
      expect(await rollup.root()).to.equal(new StateTree(depth).root);
    });
  }

  it("takes circomlibjs' Poseidon for H_4", async () => {
    const { rollup } = await networkHelpers.loadFixture(defaultRollup);
    const contract = await ethers.getContractAt("IPoseidon", await rollup.poseidon());
    const inputs = [1n, 2n, 3n, 4n];
    expect(await contract.getFunction("poseidon")(inputs)).to.equal(poseidon(inputs));
  });

  it("shows its configuration", async () => {
    const { rollup, sequencer } = await networkHelpers.loadFixture(defaultRollup);
    expect(await rollup.depth()).to.equal(2);
    expect(await rollup.exitTreeDepth()).to.equal(3);
    expect(await rollup.sequencer()).to.equal(sequencer);
    expect(await rollup.sequencerTimeout()).to.equal(times.sequencerTimeout);
    expect(await rollup.provingMargin()).to.equal(times.provingMargin);
    expect(await rollup.forcedInclusionPeriod()).to.equal(times.forcedInclusionPeriod);
    expect(await rollup.deadlineSpacing()).to.equal(times.deadlineSpacing);
    expect(await rollup.maxQueuedDeposits()).to.equal(10);
  });

  it("registers each shape under the protocol's id", async () => {
    const { configuration, shapes: registered } = await networkHelpers.loadFixture(defaultArguments);
    const rollup = await deploy<RollupContract>("Rollup", [configuration, registered]);
    expect(await rollup.shapeIds()).to.deep.equal([idOf("small"), idOf("large")]);
    const { transactions, accounts, operations, exits, fees, applications } = shapes.large;
    const numbers = [transactions, accounts, operations, exits, fees, applications];
    const verifier = await registered[1]?.verifier.getAddress();
    expect(await rollup.shape(idOf("large"))).to.deep.equal([...numbers.map(BigInt), verifier]);
    await expect(rollup.deploymentTransaction())
      .to.emit(rollup, "ShapeRegistered")
      .withArgs(idOf("large"), keyHashes.large, [...numbers, verifier]);
    expect(await rollup.shape(ethers.ZeroHash)).to.deep.equal([0n, 0n, 0n, 0n, 0n, 0n, noAddress]);
  });

  it("knows ETH as asset 1", async () => {
    const { rollup, token } = await networkHelpers.loadFixture(defaultRollup);
    expect(await rollup.assetOf(noAddress)).to.equal(assets.eth);
    expect(await rollup.tokenOf(assets.eth)).to.equal(noAddress);
    expect(await rollup.assetOf(token)).to.equal(assets.token);
  });

  for (const depth of [0, 17]) {
    it(`refuses a tree of depth ${depth}`, async () => {
      await expect(deployWith({ depth }))
        .to.be.revertedWithCustomError(errors, "RollupDepthOutOfRange")
        .withArgs(depth);
    });
  }

  for (const sequencerTimeout of [0, 24 * hour]) {
    it(`refuses a sequencer's timeout of ${sequencerTimeout} s for a period of a day`, async () => {
      await expect(deployWith({ sequencerTimeout }))
        .to.be.revertedWithCustomError(errors, "RollupPeriodsInvalid")
        .withArgs(sequencerTimeout, times.forcedInclusionPeriod);
    });
  }

  it("refuses a period of more than a year, and a spacing of more than an hour", async () => {
    const year = 365 * 24 * hour;
    await expect(deployWith({ forcedInclusionPeriod: year + 1 }))
      .to.be.revertedWithCustomError(errors, "RollupPeriodsInvalid")
      .withArgs(times.sequencerTimeout, year + 1);
    await expect(deployWith({ deadlineSpacing: hour + 1 }))
      .to.be.revertedWithCustomError(errors, "RollupSpacingInvalid")
      .withArgs(hour + 1);
    await deployWith({ forcedInclusionPeriod: year, deadlineSpacing: hour });
  });

  it("refuses a verifier that accepts what is no proof", async () => {
    const { configuration, shapes: registered } = await networkHelpers.loadFixture(defaultArguments);
    const verifier = await ethers.deployContract("AcceptingVerifier");
    const [shape] = registered;
    await expect(deploy("Rollup", [configuration, [{ ...shape, verifier }]]))
      .to.be.revertedWithCustomError(errors, "RollupVerifierInvalid")
      .withArgs(await verifier.getAddress());
  });

  it("refuses a Poseidon that is not a contract", async () => {
    const { configuration, shapes: registered } = await networkHelpers.loadFixture(defaultArguments);
    const wrong = { ...configuration, poseidon: configuration.sequencer };
    const deployment = ethers.deployContract("Rollup", [wrong, registered]);
    await expect(deployment).to.be.revertedWithoutReason(ethers);
  });

  it("refuses to be without a shape", async () => {
    await expect(deployWith({}, () => [])).to.be.revertedWithCustomError(errors, "RollupShapeMissing");
  });

  it("refuses a shape twice, even with another verifier of the same key", async () => {
    const twice = deployWith({}, async (given) => [
      ...given,
      { ...shapes.small, verifier: await deployVerifier(keyHashes.small) },
    ]);
    await expect(twice)
      .to.be.revertedWithCustomError(errors, "RollupShapeDuplicated")
      .withArgs(idOf("small"));
  });

  const invalid = {
    "without operation slots": { operations: 0 },
    "with more operations than accounts": { operations: 5, exits: 5 },
    "with more operations than exits": { operations: 3 },
    "with applications": { applications: 1 },
    "with 2^16 transactions": { transactions: 2 ** 16 },
    "too large for a transaction": { accounts: 6_000 },
  };
  for (const [reason, change] of Object.entries(invalid)) {
    it(`refuses a shape ${reason}`, async () => {
      const changed = deployWith({}, ([small]) => [{ ...small, ...change }]);
      await expect(changed).to.be.revertedWithCustomError(errors, "RollupShapeInvalid");
    });
  }
});

describe("Rollup: domain", () => {
  it("is the protocol's, of this chain and this contract", async () => {
    const { rollup } = await networkHelpers.loadFixture(defaultRollup);
    const { chainId } = await ethers.provider.getNetwork();
    expect(await rollup.domain()).to.equal(rollupDomain(chainId, await rollup.getAddress()));
  });

  it("changes on a fork of the chain with another id", async () => {
    const { rollup } = await networkHelpers.loadFixture(defaultRollup);
    const address = await rollup.getAddress();
    const fork = await network.create({ override: { chainId: 4_242 } });
    await fork.networkHelpers.setCode(address, await connection.ethers.provider.getCode(address));
    const same = await fork.ethers.getContractAt("Rollup", address);
    expect(await same.getFunction("domain")()).to.equal(rollupDomain(4_242n, address));
  });
});
