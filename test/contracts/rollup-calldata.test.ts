// No byte that the contract acts on may be outside of what was proven: whatever is changed in a settlement's calldata, it
// is refused, or settles the identical batches, and whoever reads L1 sees the identical data.

import { expect } from "chai";
import { type BatchSections, unpackBatch } from "../../plugin/protocol/batch-data.ts";
import { readSettleCalldata } from "../../plugin/settlement/settle-calldata.ts";
import { ethers, networkHelpers } from "./connection.ts";
import { deployRollup, key, noAddress, spare } from "./fixture.ts";
import {
  depositOperation,
  exitOperation,
  exitRow,
  openOperation,
  type PostedBatch,
  postedBatch,
  rootAfter,
  row,
} from "./posted-batch.ts";
import { as, type RollupContract } from "./rollup-contract.ts";

/** A settlement of two batches with a bit of everything, which would succeed. */
async function beforeSettlement() {
  const setting = await deployRollup();
  const { rollup, alice, bob } = setting;
  const { ax, ay } = key(1);
  await as(rollup, alice).deposit(noAddress, 10n, ax, ay, alice, { value: 10n + spare });
  await as(rollup, bob).requestExit(3, { value: spare });
  const first = await postedBatch(rollup, {
    operations: [depositOperation(alice.address, 10n), openOperation(bob.address, { index: 2 })],
    exits: [exitRow(alice.address, 4n)],
    rows: [row(1, 6n), row(2, 0n, 0)],
  });
  const second = await postedBatch(rollup, {
    batchNumber: 2,
    oldRoot: rootAfter(1),
    shape: "large",
    operations: [exitOperation(bob.address, 3)],
    exits: [exitRow(bob.address, 7n), exitRow(alice.address, 1n)],
    rows: [row(1, 5n), row(3, 0n), row(9, 2n ** 90n)],
  });
  return { ...setting, first, second };
}

const load = () => networkHelpers.loadFixture(beforeSettlement);
type Setting = Awaited<ReturnType<typeof beforeSettlement>>;

function calldata({ rollup }: Setting, ...posted: readonly PostedBatch[]): string {
  const args = [posted.map(({ batch }) => batch), posted.map(({ proof }) => proof)];
  return rollup.interface.encodeFunctionData("settle", args);
}

/** All that settling leads to: events, storage that matters, and the data as a reader of L1 finds it. */
async function outcomeOf({ rollup, sequencer }: Setting, data: string): Promise<unknown> {
  const response = await sequencer.sendTransaction({ to: rollup, data, gasLimit: 10_000_000n });
  const receipt = await response.wait();
  const batches = Number(await rollup.batchCount());
  return {
    logs: receipt?.logs.map((log) => [log.address, log.topics, log.data]),
    read: readSettleCalldata(data, batches)?.map((posted) => [
      ...[posted.newRoot, posted.commitment, posted.shape],
      unpackBatch(posted) satisfies BatchSections,
    ]),
    state: await stateOf(rollup, batches),
  };
}

async function stateOf(rollup: RollupContract, batches: number): Promise<unknown[]> {
  const trees = Array.from({ length: batches }, (_, i) => rollup.exitTree(i + 1));
  return Promise.all([
    ...[rollup.root(), rollup.batchCount(), rollup.accountCount()],
    ...[rollup.queueHead(), rollup.queuedDeposits(), rollup.escrow(1)],
    ...trees,
  ]);
}

/** Of each changed settlement: is it refused, or does it lead to what the unchanged one leads to? */
async function check(setting: Setting, honest: string, changed: Iterable<[what: string, data: string]>) {
  const { rollup, sequencer } = setting;
  const snapshot = await networkHelpers.takeSnapshot();
  const expected = await outcomeOf(setting, honest);
  await snapshot.restore();
  let [refused, identical] = [0, 0];
  for (const [what, data] of changed) {
    const call = { from: sequencer.address, to: await rollup.getAddress(), data, gas: "0x989680" };
    const isRefused = await ethers.provider.send("eth_call", [call, "latest"]).then(
      () => false,
      () => true,
    );
    if (isRefused) {
      refused++;
      continue;
    }
    identical++;
    const before = await networkHelpers.takeSnapshot();
    expect(await outcomeOf(setting, data), what).to.deep.equal(expected);
    await before.restore();
  }
  return { refused, identical };
}

function* flips(data: string, mask: number): Generator<[string, string]> {
  const bytes = ethers.getBytes(data);
  for (let position = 4; position < bytes.length; position++) {
    const changed = bytes.slice();
    changed[position] = (changed[position] as number) ^ mask;
    yield [`byte ${position} ^ ${mask}`, ethers.hexlify(changed)];
  }
}

describe("Rollup: the calldata of a settlement", () => {
  for (const mask of [0x01, 0x80, 0xff]) {
    it(`is refused or settles the same with any byte changed (^ ${mask})`, async () => {
      const setting = await load();
      const data = calldata(setting, setting.first, setting.second);
      const { refused, identical } = await check(setting, data, flips(data, mask));
      expect(refused + identical).to.equal(ethers.dataLength(data) - 4);
      // What makes no difference is the padding behind sections and proofs.
      expect(refused).to.be.above(identical * 4);
    });
  }

  it("is refused or settles the same when it is cut or has more behind it", async () => {
    const setting = await load();
    const data = calldata(setting, setting.first);
    const cut = Array.from({ length: 300 }, (_, i): [string, string] => [
      `${i} bytes less`,
      data.slice(0, -2 * i || undefined),
    ]);
    const more = ["00", "01", "ff".repeat(40)].map((end): [string, string] => [`${end} more`, data + end]);
    const { identical } = await check(setting, data, [...cut, ...more]);
    expect(identical).to.be.within(4, 36);
  });

  it("is refused with its sections changed in length: each record doubled, each byte cut, zeros added, sections swapped", async () => {
    const setting = await load();
    const { second } = setting;
    const lengths = { operations: 25, exits: 40, rows: 3 };
    const changed: [string, string][] = [];
    const add = (what: string, change: Partial<PostedBatch["batch"]>): void => {
      const batch = { ...second.batch, ...change };
      changed.push([what, calldata(setting, setting.first, { ...second, batch })]);
    };
    for (const [section, record] of Object.entries(lengths) as ["operations" | "exits" | "rows", number][]) {
      const hex = second.batch[section];
      const bytes = ethers.dataLength(hex);
      for (let cut = 1; cut <= bytes; cut++)
        add(`${section} less ${cut}`, { [section]: hex.slice(0, -2 * cut) });
      for (let zeros = 1; zeros <= 45; zeros++)
        add(`${section} and zeros`, { [section]: hex + "00".repeat(zeros) });
      for (let start = 0; start + record <= bytes; start += record) {
        const one = ethers.dataSlice(hex, start, start + record).slice(2);
        add(`${section} at ${start} doubled`, { [section]: hex + one });
        add(`${section} at ${start} first`, { [section]: `0x${one}${hex.slice(2)}` });
      }
      for (const other of ["operations", "exits", "rows"] as const) {
        if (other !== section)
          add(`${section} for ${other}`, { [other]: hex, [section]: second.batch[other] });
      }
      add(`${section} of the first batch`, { [section]: setting.first.batch[section] });
    }
    const honest = calldata(setting, setting.first, second);
    const { refused, identical } = await check(setting, honest, changed);
    expect({ refused, identical }).to.deep.equal({ refused: changed.length, identical: 0 });
  });

  it("is refused with batches or proofs swapped, left out or repeated", async () => {
    const setting = await load();
    const { first, second } = setting;
    const encode = (batches: readonly PostedBatch[], proofs: readonly PostedBatch[]): string =>
      setting.rollup.interface.encodeFunctionData("settle", [
        batches.map(({ batch }) => batch),
        proofs.map(({ proof }) => proof),
      ]);
    const both = [first, second];
    const changed: [string, string][] = [
      ["swapped", encode([second, first], [second, first])],
      ["swapped proofs", encode(both, [second, first])],
      ["one proof twice", encode(both, [first, first])],
      ["one batch twice", encode([first, first], [first, first])],
      ["the second alone", encode([second], [second])],
      ["a proof less", encode(both, [first])],
      ["a batch less", encode([first], both)],
    ];
    const { refused } = await check(setting, encode(both, both), changed);
    expect(refused).to.equal(changed.length);
  });

  it("is refused by another rollup in the same state, and on another chain", async () => {
    const setting = await load();
    const data = calldata(setting, setting.first, setting.second);
    const twin = await beforeSettlement();
    await expect(twin.sequencer.sendTransaction({ to: twin.rollup, data })).to.be.revertedWithCustomError(
      twin.rollup,
      "RollupProofInvalid",
    );
    expect(twin.first.batch).to.deep.equal(setting.first.batch);
    expect(twin.first.proof).not.to.equal(setting.first.proof);
  });
});
