import { expect } from "chai";
import { networkHelpers } from "./connection.ts";
import { defaultRollup, key, noAddress, spare, times } from "./fixture.ts";
import { frozenRollup, stoppedRollup, waiting } from "./frozen-rollup.ts";
import { exitOperation, postedBatch, settle, settleBatch } from "./posted-batch.ts";
import { as } from "./rollup-contract.ts";

describe("Rollup: freeze", () => {
  it("is refused until the head's deadline has passed, and open to anybody then", async () => {
    const { rollup, alice, bob } = await networkHelpers.loadFixture(defaultRollup);
    await as(rollup, alice).requestExit(0, { value: spare });
    const [, deadline] = await rollup.queueEntry(0);
    await networkHelpers.time.setNextBlockTimestamp(deadline);
    await expect(as(rollup, bob).freeze())
      .to.be.revertedWithCustomError(rollup, "RollupNotOverdue")
      .withArgs(0, deadline);
    await networkHelpers.time.setNextBlockTimestamp(deadline + 1n);
    await expect(as(rollup, bob).freeze()).to.emit(rollup, "Frozen").withArgs(0, deadline);
    expect(await rollup.frozen()).to.equal(true);
  });

  it("is refused for ever while nothing waits", async () => {
    const { rollup } = await networkHelpers.loadFixture(defaultRollup);
    await networkHelpers.time.increase(1_000 * times.forcedInclusionPeriod);
    await expect(rollup.freeze())
      .to.be.revertedWithCustomError(rollup, "RollupQueueEntryMissing")
      .withArgs(0);
    expect(await rollup.frozen()).to.equal(false);
  });

  it("goes by the deadlines that a fast settlement has brought nearer", async () => {
    const { rollup, alice } = await networkHelpers.loadFixture(defaultRollup);
    for (let entry = 0; entry < 7; entry++) await as(rollup, alice).requestExit(0, { value: spare });
    const [, before] = await rollup.queueEntry(6);
    const operations = Array.from({ length: 6 }, () => exitOperation(alice.address, 0));
    await settleBatch(rollup, { shape: "large", operations });
    const now = BigInt(await networkHelpers.time.latest());
    const [, deadline] = await rollup.queueEntry(6);
    expect(deadline).to.equal(now + BigInt(times.forcedInclusionPeriod + times.deadlineSpacing));
    expect(deadline < before).to.equal(true);
    await networkHelpers.time.setNextBlockTimestamp(deadline);
    await expect(rollup.freeze()).to.be.revertedWithCustomError(rollup, "RollupNotOverdue");
    await networkHelpers.time.setNextBlockTimestamp(deadline + 1n);
    await rollup.freeze();
  });

  it("comes too late once the head is settled, however late that was", async () => {
    const { rollup, alice, bob } = await networkHelpers.loadFixture(stoppedRollup);
    const { operations } = waiting(alice.address, bob.address);
    await settleBatch(rollup, { shape: "large", operations });
    await expect(rollup.freeze()).to.be.revertedWithCustomError(rollup, "RollupQueueEntryMissing");
    await as(rollup, alice).requestExit(1, { value: spare });
    await expect(rollup.freeze()).to.be.revertedWithCustomError(rollup, "RollupNotOverdue");
  });

  it("leaves nothing that could change the state, for the sequencer neither", async () => {
    const { rollup, token, alice, bob, sequencer } = await networkHelpers.loadFixture(frozenRollup);
    const { ax, ay } = key(1);
    const { operations } = waiting(alice.address, bob.address);
    const batch = await postedBatch(rollup, { operations: operations.slice(0, 1) });
    const calls = {
      settle: () => settle(rollup, batch),
      "deposit of ETH": () => rollup.deposit(noAddress, 1n, ax, ay, alice, { value: 1n + spare }),
      "deposit of tokens": () => as(rollup, alice).deposit(token, 1n, ax, ay, alice, { value: spare }),
      requestExit: () => as(rollup, alice).requestExit(1, { value: spare }),
      registerToken: async () => rollup.registerToken(await rollup.poseidon()),
      freeze: () => rollup.freeze(),
      announceSequencer: () => rollup.announceSequencer(alice),
    };
    for (const [name, call] of Object.entries(calls)) {
      await expect(call(), name).to.be.revertedWithCustomError(rollup, "RollupIsFrozen");
    }
    await networkHelpers.time.increase(100 * times.forcedInclusionPeriod);
    await expect(settle(as(rollup, sequencer), batch)).to.be.revertedWithCustomError(
      rollup,
      "RollupIsFrozen",
    );
    expect(await rollup.openToAll()).to.equal(false);
    expect(await rollup.queueHead()).to.equal(4);
    expect(await rollup.batchCount()).to.equal(1);
  });
});
