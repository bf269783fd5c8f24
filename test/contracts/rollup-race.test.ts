import { expect } from "chai";
import { ethers, networkHelpers } from "./connection.ts";
import { deployRollup, shapes, spare, times } from "./fixture.ts";
import { exitOperation, postedBatch, settle, settleBatch } from "./posted-batch.ts";
import { as, type RollupContract } from "./rollup-contract.ts";

// The sequencer is gone. One prover takes as long for a full batch as is supported: a spacing for each of its entries,
// and here more. A racer has proofs at once and always settles the least that the rollup takes, a second before the slow
// prover is done, to make its proof worthless.

const { sequencerTimeout, deadlineSpacing, provingMargin } = times;
const slots = shapes.large.operations;

async function queueOf(entries: number) {
  const setting = await deployRollup();
  const { rollup, alice, racer } = setting;
  for (let entry = 0; entry < entries; entry++) await as(rollup, alice).requestExit(1, { value: spare });
  const exits = Array.from({ length: entries }, () => exitOperation(alice.address, 1));
  const deadlines = await Promise.all(exits.map(async (_, entry) => (await rollup.queueEntry(entry))[1]));
  const opens = (deadlines[0] ?? 0n) - BigInt(times.forcedInclusionPeriod) + BigInt(sequencerTimeout + 1);
  return {
    ...setting,
    exits,
    deadlines: deadlines.map(Number),
    opens: Number(opens),
    raced: as(rollup, racer),
  };
}

const longQueue = () => queueOf(60);

/** Settles as few entries as the rollup takes, by the smallest shape that holds them. Returns how many. */
async function settleLeast(
  rollup: RollupContract,
  exits: readonly ReturnType<typeof exitOperation>[],
  at: number,
) {
  for (let count = 0; count <= slots; count++) {
    const shape = count <= shapes.small.operations ? "small" : "large";
    const batch = await postedBatch(rollup, { shape, operations: exits.slice(0, count) });
    await networkHelpers.time.setNextBlockTimestamp(at);
    const done = await settle(rollup, batch).then(
      () => true,
      () => false,
    );
    if (done) return count;
  }
  throw new Error("The racer's batches are all refused.");
}

describe("Rollup: a race for the sequencer's place", () => {
  for (const [name, slow] of [
    ["as long as is supported", slots * deadlineSpacing],
    ["twice as long", 2 * slots * deadlineSpacing],
  ] as const) {
    it(`gets the queue through while a racer spoils each proof of a prover who takes ${name}`, async () => {
      const { rollup, raced, exits, deadlines, opens } = await networkHelpers.loadFixture(longQueue);
      let now = opens;
      let head = 0;
      const spoiled: number[] = [];
      // Until entries are late, one entry for each spoiled proof is all that the racer has to settle.
      while (now + slow < opens + provingMargin && head < 20) {
        const count = await settleLeast(raced, exits.slice(head), now + slow - 1);
        expect(count).to.equal(1);
        head += count;
        now += slow;
      }
      const lateFrom = opens + provingMargin;
      // As many entries are late as a full batch holds.
      now = Math.max(now, lateFrom + (head + slots) * deadlineSpacing);
      while (head < exits.length) {
        const honest = await postedBatch(raced, {
          shape: "large",
          operations: exits.slice(head, head + slots),
        });
        const count = await settleLeast(raced, exits.slice(head), now + slow - 1);
        await expect(settle(raced, honest)).to.be.revert(ethers);
        expect(now + slow - 1).to.be.at.most(deadlines[head] ?? 0);
        head += count;
        spoiled.push(count);
        now += slow;
      }
      expect(await rollup.queueHead()).to.equal(exits.length);
      // What the racer had to settle for each proof that it spoiled is what that proof would have settled.
      expect(spoiled.slice(0, -1).every((count) => count === slots)).to.equal(true);
      await expect(rollup.freeze()).to.be.revertedWithCustomError(rollup, "RollupQueueEntryMissing");
    });
  }

  it("leaves the slow prover its proof as soon as the racer stops, whatever was queued meanwhile", async () => {
    const { rollup, alice, raced, exits, opens } = await networkHelpers.loadFixture(longQueue);
    await settleLeast(raced, exits, opens);
    const honest = await postedBatch(raced, { shape: "large", operations: exits.slice(1, 1 + slots) });
    for (let entry = 0; entry < 5; entry++) await as(rollup, alice).requestExit(2, { value: spare });
    await networkHelpers.time.setNextBlockTimestamp(opens + provingMargin - 1);
    await settle(raced, honest);
    expect(await rollup.queueHead()).to.equal(1 + slots);
  });

  it("does not let a racer in who adds entries of its own: they are behind all others", async () => {
    const { rollup, raced, racer, exits, opens } = await networkHelpers.loadFixture(longQueue);
    for (let entry = 0; entry < 3; entry++) await raced.requestExit(7, { value: spare });
    const own = exitOperation(racer.address, 7);
    await networkHelpers.time.setNextBlockTimestamp(opens);
    await expect(settleBatch(raced, { operations: [own] })).to.be.revertedWithCustomError(
      rollup,
      "RollupQueueEntryMismatch",
    );
    expect(exits).to.have.length(60);
  });
});
