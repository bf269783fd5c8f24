import { expect } from "chai";
import { networkHelpers } from "./connection.ts";
import { deployRollup, key, noAddress, spare, times } from "./fixture.ts";
import {
  depositOperation,
  exitOperation,
  openOperation,
  postedBatch,
  rootAfter,
  settle,
  settleBatch,
} from "./posted-batch.ts";
import { as, type RollupContract } from "./rollup-contract.ts";

const { sequencerTimeout, provingMargin, deadlineSpacing, forcedInclusionPeriod } = times;

/** Three exits of Alice's in the queue, of accounts 0, 1 and 2, whose turns are a spacing apart. */
async function queued() {
  return withQueue(await deployRollup());
}

async function queuedWithoutSequencer() {
  return withQueue(await deployRollup({ openToAll: true }));
}

async function withQueue(setting: Awaited<ReturnType<typeof deployRollup>>) {
  const { rollup, alice } = setting;
  for (const index of [0, 1, 2]) await as(rollup, alice).requestExit(index, { value: spare });
  const exits = [0, 1, 2].map((index) => exitOperation(alice.address, index));
  const firstTurn = Number((await rollup.queueEntry(0))[1]) - forcedInclusionPeriod;
  return { ...setting, exits, firstTurn, asRacer: as(rollup, setting.racer) };
}

/** The next block comes this many seconds after the first entry's turn. */
async function waitUntil(firstTurn: number, seconds: number): Promise<void> {
  await networkHelpers.time.setNextBlockTimestamp(firstTurn + seconds);
}

async function expectLeft(settled: Promise<unknown>, rollup: RollupContract, entry: number): Promise<void> {
  await expect(settled).to.be.revertedWithCustomError(rollup, "RollupQueueEntryLeft").withArgs(entry);
}

describe("Rollup: settle in the place of the sequencer", () => {
  it("is refused until the head has waited longer than the timeout", async () => {
    const { rollup, racer, asRacer, exits, firstTurn } = await networkHelpers.loadFixture(queued);
    const batch = await postedBatch(rollup, { operations: exits.slice(0, 1) });
    await waitUntil(firstTurn, sequencerTimeout);
    await expect(settle(asRacer, batch))
      .to.be.revertedWithCustomError(rollup, "RollupNotSequencer")
      .withArgs(racer);
    expect(await rollup.openToAll()).to.equal(false);
    await waitUntil(firstTurn, sequencerTimeout + 1);
    await settle(asRacer, batch);
    expect(await rollup.queueHead()).to.equal(1);
  });

  it("is refused for ever while the queue is empty", async () => {
    const { rollup, exits, asRacer, racer } = await networkHelpers.loadFixture(queued);
    await settleBatch(rollup, { shape: "large", operations: exits });
    await networkHelpers.time.increase(100 * forcedInclusionPeriod);
    expect(await rollup.openToAll()).to.equal(false);
    await expect(settleBatch(asRacer))
      .to.be.revertedWithCustomError(rollup, "RollupNotSequencer")
      .withArgs(racer);
  });

  it("ends with the last entry that is overdue", async () => {
    const { rollup, racer, asRacer, exits, firstTurn } = await networkHelpers.loadFixture(queued);
    const first = await postedBatch(rollup, { operations: exits.slice(0, 1) });
    const header = { batchNumber: 2, oldRoot: rootAfter(1) };
    const second = await postedBatch(rollup, { ...header, operations: exits.slice(1) });
    await waitUntil(firstTurn, sequencerTimeout + deadlineSpacing);
    await expect(settle(asRacer, first, second))
      .to.be.revertedWithCustomError(rollup, "RollupNotSequencer")
      .withArgs(racer);
    await waitUntil(firstTurn, sequencerTimeout + deadlineSpacing + 1);
    await settle(asRacer, first, second);
    expect(await rollup.queueHead()).to.equal(3);
  });

  it("shows in openToAll", async () => {
    const { rollup, firstTurn } = await networkHelpers.loadFixture(queued);
    await networkHelpers.time.increaseTo(firstTurn + sequencerTimeout);
    expect(await rollup.openToAll()).to.equal(false);
    await networkHelpers.time.increaseTo(firstTurn + sequencerTimeout + 1);
    expect(await rollup.openToAll()).to.equal(true);
  });

  it("has to settle the head", async () => {
    const { rollup, asRacer, exits, firstTurn } = await networkHelpers.loadFixture(queued);
    await waitUntil(firstTurn, sequencerTimeout + 1);
    await expectLeft(settleBatch(asRacer), rollup, 0);
    await settleBatch(asRacer, { operations: exits.slice(0, 1) });
  });

  it("opens no accounts", async () => {
    const { rollup, racer, asRacer, exits, firstTurn } = await networkHelpers.loadFixture(queued);
    const open = openOperation(racer.address, { index: 5 });
    await waitUntil(firstTurn, sequencerTimeout + 1);
    for (const operations of [[...exits.slice(0, 1), open], [open]]) {
      await expect(settleBatch(asRacer, { operations }))
        .to.be.revertedWithCustomError(rollup, "RollupOpenNotAllowed")
        .withArgs(racer);
    }
  });

  it("takes deposits, whether they create accounts or not", async () => {
    const { rollup, alice, asRacer, exits, firstTurn } = await networkHelpers.loadFixture(queued);
    const { ax, ay } = key(1);
    await as(rollup, alice).deposit(noAddress, 9n, ax, ay, alice, { value: 9n + spare });
    const operations = [...exits, depositOperation(alice.address, 9n)];
    await waitUntil(firstTurn, sequencerTimeout + 1);
    await settleBatch(asRacer, { shape: "large", operations });
    expect(await rollup.accountCount()).to.equal(1);
  });

  it("settles as many entries as have waited a margin more", async () => {
    const { rollup, asRacer, exits, firstTurn } = await networkHelpers.loadFixture(queued);
    // Two entries have, the third has not.
    const wait = sequencerTimeout + provingMargin + deadlineSpacing + 1;
    const withCount = (count: number) =>
      postedBatch(rollup, { shape: "large", operations: exits.slice(0, count) });
    const [one, two] = [await withCount(1), await withCount(2)];
    await waitUntil(firstTurn, wait);
    await expectLeft(settle(asRacer, one), rollup, 1);
    await networkHelpers.time.setNextBlockTimestamp(firstTurn + wait + 1);
    await settle(asRacer, two);
  });

  it("settles no more of them than the largest shape has slots, and no fewer by taking a smaller one", async () => {
    const { rollup, alice, asRacer, exits, firstTurn } = await networkHelpers.loadFixture(queued);
    for (const index of [3, 4, 5, 6]) await as(rollup, alice).requestExit(index, { value: spare });
    const all = [...exits, ...[3, 4, 5, 6].map((index) => exitOperation(alice.address, index))];
    expect(await rollup.catchUpEntries()).to.equal(6);
    await networkHelpers.time.increaseTo(firstTurn + forcedInclusionPeriod);
    await expectLeft(settleBatch(asRacer, { operations: all.slice(0, 2) }), rollup, 2);
    await expectLeft(settleBatch(asRacer, { shape: "large", operations: all.slice(0, 5) }), rollup, 5);
    await settleBatch(asRacer, { shape: "large", operations: all.slice(0, 6) });
    await settleBatch(asRacer, { shape: "small", operations: all.slice(6) });
    expect(await rollup.queueHead()).to.equal(7);
  });

  it("does not lose its proof to entries that come later", async () => {
    const { rollup, alice, asRacer, exits, firstTurn } = await networkHelpers.loadFixture(queued);
    await networkHelpers.time.increaseTo(firstTurn + sequencerTimeout + 1);
    const batch = await postedBatch(rollup, { shape: "large", operations: exits });
    for (const index of [3, 4, 5]) await as(rollup, alice).requestExit(index, { value: spare });
    await networkHelpers.time.increase(provingMargin);
    await settle(asRacer, batch);
  });
});

describe("Rollup: settle by the sequencer while entries wait", () => {
  it("needs no entries until they have waited timeout and margin", async () => {
    const { rollup, exits, firstTurn } = await networkHelpers.loadFixture(queued);
    await waitUntil(firstTurn, sequencerTimeout + provingMargin);
    await settleBatch(rollup);
    await expectLeft(settleBatch(rollup), rollup, 0);
    await settleBatch(rollup, { operations: exits.slice(0, 1) });
  });

  it("may open accounts beside the entries, not instead of them", async () => {
    const { rollup, alice, exits, firstTurn } = await networkHelpers.loadFixture(queued);
    const open = (index: number) => openOperation(alice.address, { index });
    await networkHelpers.time.increaseTo(firstTurn + forcedInclusionPeriod);
    await expectLeft(settleBatch(rollup, { operations: [open(5), open(6)] }), rollup, 0);
    await expectLeft(settleBatch(rollup, { operations: [exits[0] ?? open(7), open(5)] }), rollup, 1);
    await settleBatch(rollup, { shape: "large", operations: [open(5), ...exits] });
  });
});

describe("Rollup: settle without a sequencer", () => {
  it("is open to all, with opens, at any time", async () => {
    const { rollup, racer, asRacer } = await networkHelpers.loadFixture(queuedWithoutSequencer);
    expect(await rollup.openToAll()).to.equal(true);
    await settleBatch(asRacer, { operations: [openOperation(racer.address)] });
    await settleBatch(asRacer);
  });

  it("keeps to the rules of an overdue head", async () => {
    const { rollup, racer, asRacer, exits, firstTurn } =
      await networkHelpers.loadFixture(queuedWithoutSequencer);
    await waitUntil(firstTurn, sequencerTimeout + 1);
    await expectLeft(settleBatch(asRacer), rollup, 0);
    await expect(settleBatch(asRacer, { operations: [openOperation(racer.address)] }))
      .to.be.revertedWithCustomError(rollup, "RollupOpenNotAllowed")
      .withArgs(racer);
    await settleBatch(asRacer, { operations: exits.slice(0, 1) });
  });
});
