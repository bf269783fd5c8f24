import { expect } from "chai";
import { networkHelpers } from "./connection.ts";
import { defaultRollup, deployRollup, noAddress, spare, times } from "./fixture.ts";
import { exitOperation, openOperation, settleBatch } from "./posted-batch.ts";
import { as } from "./rollup-contract.ts";

const { forcedInclusionPeriod, sequencerTimeout } = times;
const deployed = () => networkHelpers.loadFixture(defaultRollup);

async function withAdmin() {
  const { bob } = await deployRollup();
  return deployRollup({ admin: bob.address });
}

describe("Rollup: announceSequencer", () => {
  it("hands the role over after a period, without a further call", async () => {
    const { rollup, sequencer, alice } = await deployed();
    const announced = rollup.announceSequencer(alice);
    await announced;
    const changesAt = (await networkHelpers.time.latest()) + forcedInclusionPeriod;
    await expect(announced).to.emit(rollup, "SequencerChangeAnnounced").withArgs(sequencer, alice, changesAt);
    expect(await rollup.upcomingSequencer()).to.deep.equal([alice.address, BigInt(changesAt)]);
    await networkHelpers.time.setNextBlockTimestamp(changesAt - 1);
    await settleBatch(rollup);
    await networkHelpers.time.setNextBlockTimestamp(changesAt);
    await settleBatch(as(rollup, alice));
    expect(await rollup.sequencer()).to.equal(alice);
    expect(await rollup.upcomingSequencer()).to.deep.equal([noAddress, 0n]);
    await expect(settleBatch(rollup))
      .to.be.revertedWithCustomError(rollup, "RollupNotSequencer")
      .withArgs(sequencer);
  });

  it("gives the successor no right before", async () => {
    const { rollup, alice } = await deployed();
    await rollup.announceSequencer(alice);
    await networkHelpers.time.increase(forcedInclusionPeriod - 10);
    await expect(settleBatch(as(rollup, alice))).to.be.revertedWithCustomError(rollup, "RollupNotSequencer");
    await expect(as(rollup, alice).announceSequencer(alice))
      .to.be.revertedWithCustomError(rollup, "RollupNotSequencerOrAdmin")
      .withArgs(alice);
  });

  it("is for the sequencer and the admin, of whom the predecessor is none any more", async () => {
    const { rollup, alice, bob, racer, sequencer } = await networkHelpers.loadFixture(withAdmin);
    for (const signer of [alice, racer]) {
      await expect(as(rollup, signer).announceSequencer(signer)).to.be.revertedWithCustomError(
        rollup,
        "RollupNotSequencerOrAdmin",
      );
    }
    await as(rollup, bob).announceSequencer(alice);
    await networkHelpers.time.increase(forcedInclusionPeriod);
    await expect(as(rollup, sequencer).announceSequencer(sequencer)).to.be.revertedWithCustomError(
      rollup,
      "RollupNotSequencerOrAdmin",
    );
    await as(rollup, alice).announceSequencer(racer);
    expect((await rollup.upcomingSequencer())[0]).to.equal(racer);
  });

  it("can be revoked by another announcement, and only the last one counts", async () => {
    const { rollup, sequencer, alice, bob } = await deployed();
    await rollup.announceSequencer(alice);
    await networkHelpers.time.increase(forcedInclusionPeriod / 2);
    await rollup.announceSequencer(bob);
    await networkHelpers.time.increase(forcedInclusionPeriod / 2 + 10);
    expect(await rollup.sequencer()).to.equal(sequencer);
    await rollup.announceSequencer(sequencer);
    await networkHelpers.time.increase(2 * forcedInclusionPeriod);
    expect(await rollup.sequencer()).to.equal(sequencer);
  });

  it("opens the rollup to all, for ever where there is no admin", async () => {
    const { rollup, sequencer, racer } = await deployed();
    await rollup.announceSequencer(noAddress);
    expect(await rollup.openToAll()).to.equal(false);
    await networkHelpers.time.increase(forcedInclusionPeriod);
    expect(await rollup.openToAll()).to.equal(true);
    await settleBatch(as(rollup, racer), { operations: [openOperation(racer.address)] });
    await expect(as(rollup, sequencer).announceSequencer(sequencer)).to.be.revertedWithCustomError(
      rollup,
      "RollupNotSequencerOrAdmin",
    );
  });

  it("frees no sequencer of the queue, hostile successors neither", async () => {
    const { rollup, sequencer, alice, bob, racer } = await deployed();
    await as(rollup, alice).requestExit(1, { value: spare });
    const exit = exitOperation(alice.address, 1);
    await rollup.announceSequencer(bob);
    await networkHelpers.time.increase(sequencerTimeout + 1);
    expect(await rollup.openToAll()).to.equal(true);
    await networkHelpers.time.increase(forcedInclusionPeriod - sequencerTimeout - 20);
    for (const signer of [sequencer, racer]) {
      await expect(settleBatch(as(rollup, signer))).to.be.revertedWithCustomError(
        rollup,
        "RollupQueueEntryLeft",
      );
    }
    await networkHelpers.time.increase(20);
    await expect(settleBatch(as(rollup, bob))).to.be.revertedWithCustomError(rollup, "RollupQueueEntryLeft");
    await settleBatch(as(rollup, racer), { operations: [exit] });
  });
});
