import { expect } from "chai";
import type { Signer } from "ethers";
import { network } from "hardhat";
import { exitLeaf, exitPath } from "../../plugin/protocol/exit-tree.ts";
import { shapeId } from "../../plugin/protocol/shape.ts";
import { State } from "../../plugin/protocol/state.ts";
import { ethers, networkHelpers } from "./connection.ts";
import {
  defaultArguments,
  defaultRollup,
  deploy,
  deployRollup,
  deployVerifier,
  hour,
  idOf,
  key,
  keyHashes,
  noAddress,
  shapes,
  spare,
  times,
} from "./fixture.ts";
import {
  depositOperation,
  exitOperation,
  exitRow,
  postedBatch,
  settle,
  settleBatch,
} from "./posted-batch.ts";
import { as, type RollupContract } from "./rollup-contract.ts";

const { upgradeDelay, forcedInclusionPeriod } = times;
const claimPeriod = 7 * 24 * hour;
const never = 2n ** 48n - 1n;

/** As large as the exit tree allows: 8 exits. */
const further = { ...shapes.large, exits: 8 };
const furtherKey = ethers.id("further");
const furtherId = shapeId(further, furtherKey);

/** A rollup with an admin, Bob, and a further shape with an honest verifier that is not announced yet. */
async function withAdmin() {
  const { bob } = await deployRollup();
  const setting = await deployRollup({ admin: bob.address });
  const shape = { ...further, verifier: await deployVerifier(furtherKey) };
  return { ...setting, admin: as(setting.rollup, bob), shape };
}

const deployed = () => networkHelpers.loadFixture(withAdmin);
const schedule = (rollup: RollupContract) => rollup.shapeSchedule(furtherId);

describe("Rollup: deployment with an admin", () => {
  async function deployWith(change: object) {
    const { configuration, shapes: registered } = await networkHelpers.loadFixture(defaultArguments);
    return deploy<RollupContract>("Rollup", [{ ...configuration, ...change }, registered]);
  }
  const errors = async () => ({ interface: (await ethers.getContractFactory("Rollup")).interface });

  it("wants 30 days and the period of forced inclusion as notice, and no delay without an admin", async () => {
    const admin = `0x${"11".repeat(20)}`;
    const least = 30 * 24 * hour + forcedInclusionPeriod;
    for (const [configuration, valid] of [
      [{ admin, upgradeDelay: least - 1 }, false],
      [{ admin, upgradeDelay: 0 }, false],
      [{ admin: noAddress, upgradeDelay: least }, false],
      [{ admin, upgradeDelay: least }, true],
      [{ admin: noAddress, upgradeDelay: 0 }, true],
    ] as const) {
      if (valid) {
        const rollup = await deployWith(configuration);
        expect(await rollup.upgradeDelay()).to.equal(configuration.upgradeDelay);
        expect(await rollup.admin()).to.equal(configuration.admin);
      } else {
        await expect(deployWith(configuration))
          .to.be.revertedWithCustomError(await errors(), "RollupUpgradeDelayInvalid")
          .withArgs(configuration.admin, configuration.upgradeDelay);
      }
    }
  });
});

describe("Rollup: further shapes", () => {
  it("are announced, activated, released and used, each in its time", async () => {
    const { rollup, admin, shape, racer } = await deployed();
    const announced = admin.announceShape(shape);
    await announced;
    const activatableFrom = BigInt((await networkHelpers.time.latest()) + upgradeDelay);
    const slots = [4n, 12n, 6n, 8n, 1n, 0n, await shape.verifier.getAddress()];
    await expect(announced)
      .to.emit(rollup, "ShapeAnnounced")
      .withArgs(furtherId, furtherKey, slots, activatableFrom);
    expect(await schedule(rollup)).to.deep.equal([never, activatableFrom, false, 0n]);
    expect(await rollup.shapeIds()).to.deep.equal([idOf("small"), idOf("large"), furtherId]);
    expect(await rollup.shape(furtherId)).to.deep.equal(slots);

    await networkHelpers.time.setNextBlockTimestamp(activatableFrom - 1n);
    await expect(admin.activateShape(furtherId))
      .to.be.revertedWithCustomError(rollup, "RollupShapeNotActivatable")
      .withArgs(furtherId, activatableFrom);
    await networkHelpers.time.setNextBlockTimestamp(activatableFrom);
    await expect(admin.activateShape(furtherId)).to.emit(rollup, "ShapeActivated").withArgs(furtherId, 0);
    expect(await schedule(rollup)).to.deep.equal([never, activatableFrom, true, 0n]);

    const released = as(rollup, racer).releaseShape(furtherId);
    await released;
    const usableFrom = BigInt((await networkHelpers.time.latest()) + claimPeriod);
    await expect(released).to.emit(rollup, "ShapeReleased").withArgs(furtherId, usableFrom);
    expect(await schedule(rollup)).to.deep.equal([usableFrom, activatableFrom, true, 0n]);

    const batch = await furtherBatch(rollup);
    await networkHelpers.time.setNextBlockTimestamp(usableFrom - 1n);
    await expect(settle(rollup, batch))
      .to.be.revertedWithCustomError(rollup, "RollupShapeNotUsable")
      .withArgs(furtherId, usableFrom);
    await networkHelpers.time.setNextBlockTimestamp(usableFrom);
    await settle(rollup, batch);
    expect(await rollup.batchCount()).to.equal(1);
    await settleBatch(rollup);
  });

  /** An empty batch of the further shape, with an honest proof. */
  async function furtherBatch(rollup: RollupContract) {
    return postedBatch(rollup, { registered: { shape: further, id: furtherId } });
  }

  it("cannot be used at any time before", async () => {
    const { rollup, admin, shape } = await deployed();
    const batch = await furtherBatch(rollup);
    const expectUnusable = () =>
      expect(settle(rollup, batch))
        .to.be.revertedWithCustomError(rollup, "RollupShapeNotUsable")
        .withArgs(furtherId, never);
    await expect(settle(rollup, batch)).to.be.revertedWithCustomError(rollup, "RollupShapeUnknown");
    await admin.announceShape(shape);
    await expectUnusable();
    await networkHelpers.time.increase(2 * upgradeDelay);
    await expectUnusable();
    await admin.activateShape(furtherId);
    await networkHelpers.time.increase(2 * upgradeDelay);
    await expectUnusable();
  });

  it("are not released before the head has passed their gate", async () => {
    const { rollup, admin, shape, alice } = await deployed();
    await admin.announceShape(shape);
    await networkHelpers.time.increase(upgradeDelay);
    for (const index of [0, 1]) await as(rollup, alice).requestExit(index, { value: spare });
    await admin.activateShape(furtherId);
    await as(rollup, alice).requestExit(2, { value: spare });
    const exits = [0, 1].map((index) => exitOperation(alice.address, index));
    for (const head of [0, 1]) {
      await expect(rollup.releaseShape(furtherId))
        .to.be.revertedWithCustomError(rollup, "RollupShapeGated")
        .withArgs(furtherId, head, 2);
      await settleBatch(rollup, { operations: exits.slice(head, head + 1) });
    }
    await rollup.releaseShape(furtherId);
  });

  it("go through each stage once, in order", async () => {
    const { rollup, admin, shape } = await deployed();
    const expectNotAnnounced = (id: string) =>
      expect(admin.activateShape(id))
        .to.be.revertedWithCustomError(rollup, "RollupShapeNotAnnounced")
        .withArgs(id);
    const expectNotActivated = (id: string) =>
      expect(rollup.releaseShape(id))
        .to.be.revertedWithCustomError(rollup, "RollupShapeNotActivated")
        .withArgs(id);
    for (const id of [furtherId, idOf("small")]) {
      await expectNotAnnounced(id);
      await expectNotActivated(id);
    }
    await admin.announceShape(shape);
    await expectNotActivated(furtherId);
    await expect(admin.announceShape(shape))
      .to.be.revertedWithCustomError(rollup, "RollupShapeDuplicated")
      .withArgs(furtherId);
    await networkHelpers.time.increase(upgradeDelay);
    await admin.activateShape(furtherId);
    await expectNotAnnounced(furtherId);
    await rollup.releaseShape(furtherId);
    await expectNotActivated(furtherId);
  });

  it("are the admin's business, and nobody's where there is none", async () => {
    const { rollup, alice, shape, sequencer } = await deployed();
    for (const signer of [alice, sequencer] as Signer[]) {
      const calls = [
        () => as(rollup, signer).announceShape(shape),
        () => as(rollup, signer).activateShape(furtherId),
      ];
      for (const call of calls) {
        await expect(call()).to.be.revertedWithCustomError(rollup, "RollupNotAdmin").withArgs(signer);
      }
    }
    const without = await networkHelpers.loadFixture(defaultRollup);
    for (const signer of [without.sequencer, without.bob]) {
      const { verifier } = await without.rollup.shape(idOf("small"));
      await expect(as(without.rollup, signer).announceShape({ ...further, verifier }))
        .to.be.revertedWithCustomError(without.rollup, "RollupNotAdmin")
        .withArgs(signer);
    }
  });

  it("have to be valid, with exits that fit into the exit trees there are", async () => {
    const { rollup, admin, shape } = await deployed();
    for (const change of [{ exits: 9 }, { operations: 0 }, { applications: 1 }, { accounts: 6_000 }]) {
      await expect(admin.announceShape({ ...shape, ...change })).to.be.revertedWithCustomError(
        rollup,
        "RollupShapeInvalid",
      );
    }
    const accepting = await ethers.deployContract("AcceptingVerifier");
    await expect(admin.announceShape({ ...shape, verifier: accepting })).to.be.revertedWithCustomError(
      rollup,
      "RollupVerifierInvalid",
    );
  });

  it("have no future in a frozen rollup", async () => {
    const { rollup, admin, shape, alice } = await deployed();
    await admin.announceShape(shape);
    await networkHelpers.time.increase(upgradeDelay);
    await as(rollup, alice).requestExit(0, { value: spare });
    await networkHelpers.time.increase(forcedInclusionPeriod + 1);
    await rollup.freeze();
    const calls = [
      () => admin.activateShape(furtherId),
      () => admin.announceShape({ ...shape, fees: 2 }),
      () => rollup.releaseShape(furtherId),
    ];
    for (const call of calls) {
      await expect(call()).to.be.revertedWithCustomError(rollup, "RollupIsFrozen");
    }
  });
});

describe("Rollup: a malicious shape", () => {
  const trapKey = ethers.id("trap");
  const trap = shapes.small;
  const trapId = shapeId(trap, trapKey);

  /**
   * Admin and sequencer are one, who has announced a shape that proves everything. Alice has 100 wei in account 1, others
   * have 900. Alice asks for her exit at the last moment, and is censored.
   */
  async function threatened() {
    const { sequencer } = await deployRollup();
    const setting = await deployRollup({ admin: sequencer.address });
    const { rollup, alice, bob } = setting;
    const { ax, ay } = key(1);
    await as(rollup, alice).deposit(noAddress, 100n, ax, ay, alice, { value: 100n + spare });
    await as(rollup, bob).deposit(noAddress, 900n, ax, ay, bob, { value: 900n + spare });
    const state = new State(2);
    const holder = { ax, ay, asset: 1, nonce: 0, data: 0n };
    state.set(1, { ...holder, owner: BigInt(alice.address), balance: 100n });
    state.set(2, { ...holder, owner: BigInt(bob.address), balance: 900n });
    const operations = [
      depositOperation(alice.address, 100n),
      depositOperation(bob.address, 900n, { index: 2 }),
    ];
    await settleBatch(rollup, { operations, newRoot: state.root });
    const verifier = await ethers.deployContract("ScriptedVerifier", [trapKey, true, false]);
    await rollup.announceShape({ ...trap, verifier });
    await networkHelpers.time.increase(upgradeDelay - 60);
    await as(rollup, alice).requestExit(1, { value: spare });
    await networkHelpers.time.increase(60);
    await rollup.activateShape(trapId);
    /** Pays the sequencer `amount` out of nothing. */
    const theft = async (amount: bigint) => {
      const exits = [exitRow(sequencer.address, amount)];
      const { batch } = await postedBatch(rollup, { exits });
      return { batch: { ...batch, shape: trapId }, proof: "0x" };
    };
    return { ...setting, sequencer, state, theft };
  }

  it("cannot be used before a censored user's exit is settled and had a week to be claimed", async () => {
    const { rollup, sequencer, alice, theft } = await networkHelpers.loadFixture(threatened);
    await expect(settle(rollup, await theft(1_000n)))
      .to.be.revertedWithCustomError(rollup, "RollupShapeNotUsable")
      .withArgs(trapId, never);
    await expect(rollup.releaseShape(trapId)).to.be.revertedWithCustomError(rollup, "RollupShapeGated");
    // At the last moment Alice's exit is settled, by a batch of an old shape: there is no other.
    const exit = exitRow(alice.address, 100n);
    const [, deadline] = await rollup.queueEntry(2);
    await networkHelpers.time.setNextBlockTimestamp(deadline);
    await settleBatch(rollup, { operations: [exitOperation(alice.address, 1)], exits: [exit] });
    await rollup.releaseShape(trapId);
    const usableFrom = (await rollup.shapeSchedule(trapId))[0];
    await networkHelpers.time.setNextBlockTimestamp(usableFrom - 2n);
    await expect(settle(rollup, await theft(1_000n))).to.be.revertedWithCustomError(
      rollup,
      "RollupShapeNotUsable",
    );
    const claim = rollup.claim(
      2,
      0,
      [alice.address, 100n, 1],
      exitPath(3, [exitLeaf(2, 0, exit)], 0),
      noAddress,
    );
    await expect(claim).to.changeEtherBalance(ethers, alice, 100n);
    // From then on the thief has what others have left behind, and no more.
    await networkHelpers.time.setNextBlockTimestamp(usableFrom);
    await settle(rollup, await theft(900n));
    const path = exitPath(3, [exitLeaf(3, 0, exitRow(sequencer.address, 900n))], 0);
    await rollup.claim(3, 0, [sequencer.address, 900n, 1], path, noAddress);
    expect(await rollup.escrow(1)).to.equal(0n);
  });

  it("is never usable if the exit is not settled: everybody escapes", async () => {
    const { rollup, alice, bob, state, theft } = await networkHelpers.loadFixture(threatened);
    const [, deadline] = await rollup.queueEntry(2);
    await networkHelpers.time.increaseTo(deadline + 1n);
    await expect(rollup.releaseShape(trapId)).to.be.revertedWithCustomError(rollup, "RollupShapeGated");
    await as(rollup, alice).freeze();
    await expect(settle(rollup, await theft(1_000n))).to.be.revertedWithCustomError(
      rollup,
      "RollupShapeNotUsable",
    );
    for (const [index, owner, amount] of [
      [1, alice, 100n],
      [2, bob, 900n],
    ] as const) {
      const account = { ...state.account(index), owner: owner.address };
      const escaped = rollup.escape(index, account, state.path(index), noAddress);
      await expect(escaped).to.changeEtherBalance(ethers, owner, amount);
    }
  });
});

describe("Rollup: verifiers that anybody can make proofs for", () => {
  /** Deploys with a verifier that says of itself what is given, on a chain with this id. */
  async function deployOn(chainId: number, development: boolean, simulated: boolean): Promise<string> {
    const chain = await network.create({ override: { chainId } });
    try {
      const { configuration } = await networkHelpers.loadFixture(defaultArguments);
      const poseidon = `0x${"99".repeat(20)}`;
      await chain.networkHelpers.setCode(poseidon, await ethers.provider.getCode(configuration.poseidon));
      const verifier = await chain.ethers.deployContract("ScriptedVerifier", [
        keyHashes.small,
        development,
        simulated,
      ]);
      const args = [{ ...configuration, poseidon }, [{ ...shapes.small, verifier }]];
      const factory = await chain.ethers.getContractFactory("Rollup");
      const refused = await factory.deploy(...args).then(
        () => undefined,
        (error: { data?: unknown; message: string }) => error.message,
      );
      return refused ?? "deployed";
    } finally {
      await chain.close();
    }
  }

  it("are taken by development chains, by their ids", async () => {
    for (const chainId of [31_337, 1_337]) expect(await deployOn(chainId, true, true)).to.equal("deployed");
  });

  it("are refused by all others, by the contract itself", async () => {
    for (const [development, simulated] of [
      [true, false],
      [false, true],
      [true, true],
    ] as const) {
      for (const chainId of [1, 31_338]) {
        expect(await deployOn(chainId, development, simulated)).to.include("RollupVerifierNotForProduction");
      }
    }
    expect(await deployOn(1, false, false)).to.equal("deployed");
  });
});
