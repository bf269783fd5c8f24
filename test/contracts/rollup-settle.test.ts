import { expect } from "chai";
import { exitLeaf, exitTreeRoot } from "../../plugin/protocol/exit-tree.ts";
import { fieldOrder } from "../../plugin/protocol/field.ts";
import type { Operation } from "../../plugin/protocol/operation.ts";
import { packRows } from "../../plugin/protocol/packed-rows.ts";
import { ethers, networkHelpers } from "./connection.ts";
import {
  assets,
  type Deployed,
  defaultRollup,
  deployRollup,
  deployScriptedAccount,
  idOf,
  key,
  noAddress,
  spare,
} from "./fixture.ts";
import {
  depositOperation,
  exitOperation,
  exitRow,
  openOperation,
  overwritten,
  type PostedBatch,
  postedBatch,
  rootAfter,
  row,
  settle,
  settleBatch,
} from "./posted-batch.ts";
import { as } from "./rollup-contract.ts";

const { ax, ay } = key(1);
const word = (value: bigint) => ethers.toBeHex(value, 32).slice(2);

/** A rollup whose queue has two deposits of Alice's, of 10 and 20 wei, and then her exit from account 3. */
async function busyRollup() {
  const setting = await deployRollup();
  const { rollup, alice } = setting;
  for (const value of [10n, 20n]) {
    await as(rollup, alice).deposit(noAddress, value, ax, ay, alice, { value: value + spare });
  }
  await as(rollup, alice).requestExit(3, { value: spare });
  const queue = {
    ten: depositOperation(alice.address, 10n, { index: 1, creates: true }),
    twenty: depositOperation(alice.address, 20n, { index: 1, creates: false }),
    exit: exitOperation(alice.address, 3),
  };
  return { ...setting, queue };
}

const idle = () => networkHelpers.loadFixture(defaultRollup);
const busy = () => networkHelpers.loadFixture(busyRollup);

/** The posted batch with some of its fields replaced and the proof of the original. */
function altered({ batch, proof }: PostedBatch, fields: Partial<PostedBatch["batch"]>): PostedBatch {
  return { batch: { ...batch, ...fields }, proof };
}

describe("Rollup: settle", () => {
  it("moves the root and counts the batch", async () => {
    const { rollup } = await idle();
    await expect(settleBatch(rollup, { newRoot: 77n }))
      .to.emit(rollup, "BatchSettled")
      .withArgs(1, 77n, idOf("small"), 0, 0);
    expect(await rollup.root()).to.equal(77n);
    expect(await rollup.batchCount()).to.equal(1);
    await settleBatch(rollup, { newRoot: 78n, shape: "large" });
    expect(await rollup.root()).to.equal(78n);
    expect(await rollup.batchCount()).to.equal(2);
  });

  it("takes full batches of operations of every kind, exits and rows", async () => {
    const { rollup, alice, bob, queue } = await busy();
    const opens = [4, 5, 6].map((index) =>
      openOperation(bob.address, { index, asset: assets.token, ...key(2) }),
    );
    const operations = [opens[0], queue.ten, opens[1], queue.twenty, queue.exit, opens[2]] as Operation[];
    const exits = [1n, 2n, 2n ** 128n - 1n, 0n, 5n, 6n, 7n].map((amount) => exitRow(alice.address, amount));
    const rows = Array.from({ length: 12 }, (_, index) => row(index, 2n ** 127n + BigInt(index), 65_535));
    await expect(settleBatch(rollup, { shape: "large", operations, exits, rows }))
      .to.emit(rollup, "BatchSettled")
      .withArgs(1, rootAfter(1), idOf("large"), 3, 4);
    expect(await rollup.accountCount()).to.equal(4);
    expect(await rollup.queueHead()).to.equal(3);
    expect(await rollup.queuedDeposits()).to.equal(0);
    for (const entry of [0, 1, 2]) {
      expect(await rollup.queueEntry(entry)).to.deep.equal([`0x${"0".repeat(52)}`, 0n, 0n]);
    }
  });

  it("takes the widest values that rows and exits can have", async () => {
    const { rollup } = await idle();
    const widest = row(2 ** 32 - 1, 2n ** 128n - 1n, 2 ** 16 - 1);
    const exit = exitRow(`0x${"f".repeat(40)}`, 2n ** 128n - 1n, 2 ** 32 - 1);
    await settleBatch(rollup, { rows: [row(0, 0n, 0), widest], exits: [exit], newRoot: fieldOrder - 1n });
    expect(await rollup.root()).to.equal(fieldOrder - 1n);
  });

  it("leaves what the batch does not take in the queue, in order", async () => {
    const { rollup, queue } = await busy();
    await settleBatch(rollup, { operations: [queue.ten] });
    expect(await rollup.queueHead()).to.equal(1);
    expect(await rollup.queueTail()).to.equal(3);
    expect(await rollup.queuedDeposits()).to.equal(1);
    await settleBatch(rollup, { operations: [queue.twenty, queue.exit] });
    expect(await rollup.queueHead()).to.equal(3);
  });

  for (const count of [1, 2, 3, 5, 7]) {
    it(`stores the tree of ${count} exit rows`, async () => {
      const { rollup, alice, bob } = await idle();
      const exits = Array.from({ length: count }, (_, position) =>
        exitRow(position % 2 === 0 ? alice.address : bob.address, BigInt(position), 1 + (position % 2)),
      );
      await settleBatch(rollup);
      await settleBatch(rollup, { shape: "large", exits });
      const root = exitTreeRoot(
        3,
        exits.map((exit, position) => exitLeaf(2, position, exit)),
      );
      expect(await rollup.exitTree(2)).to.deep.equal([root, BigInt(count)]);
      expect(await rollup.exitTree(1)).to.deep.equal([ethers.ZeroHash, 0n]);
    });
  }

  it("settles several batches in one call, each with its own proof", async () => {
    const { rollup, queue } = await busy();
    const first = await postedBatch(rollup, { operations: [queue.ten] });
    const header = { batchNumber: 2, oldRoot: rootAfter(1), shape: "large" } as const;
    const second = await postedBatch(rollup, { ...header, operations: [queue.twenty, queue.exit] });
    await settle(rollup, first, second);
    expect(await rollup.root()).to.equal(rootAfter(2));
    expect(await rollup.batchCount()).to.equal(2);
    expect(await rollup.queueHead()).to.equal(3);
  });

  it("settles none of several batches if one is refused", async () => {
    const { rollup } = await idle();
    const first = await postedBatch(rollup);
    const second = await postedBatch(rollup, { batchNumber: 2, oldRoot: rootAfter(1) });
    const bad = { ...second, proof: first.proof };
    await expect(settle(rollup, first, bad))
      .to.be.revertedWithCustomError(rollup, "RollupProofInvalid")
      .withArgs(2);
    expect(await rollup.batchCount()).to.equal(0);
    await expect(settle(rollup, second, first))
      .to.be.revertedWithCustomError(rollup, "RollupProofInvalid")
      .withArgs(1);
  });

  it("verifies runs of one shape together, and names the first batch whose proof is refused", async () => {
    const { rollup } = await idle();
    const names = ["small", "small", "large", "large", "large", "small"] as const;
    const batches = [];
    for (const [place, shape] of names.entries()) {
      const batchNumber = place + 1;
      const oldRoot = place === 0 ? BigInt(await rollup.root()) : rootAfter(place);
      batches.push(await postedBatch(rollup, { batchNumber, oldRoot, shape }));
    }
    for (const [wrong, batch] of batches.entries()) {
      const bad = { ...batch, proof: "0x" };
      await expect(settle(rollup, ...batches.with(wrong, bad)))
        .to.be.revertedWithCustomError(rollup, "RollupProofInvalid")
        .withArgs(wrong + 1);
    }
    await settle(rollup, ...batches);
    expect(await rollup.batchCount()).to.equal(6);
  });

  it("wants a proof for each batch", async () => {
    const { rollup } = await idle();
    const { batch, proof } = await postedBatch(rollup);
    await expect(rollup.settle([batch], []))
      .to.be.revertedWithCustomError(rollup, "RollupProofCountMismatch")
      .withArgs(1, 0);
    await expect(rollup.settle([batch], [proof, proof]))
      .to.be.revertedWithCustomError(rollup, "RollupProofCountMismatch")
      .withArgs(1, 2);
  });
});

describe("Rollup: publication", () => {
  it("leaves the data of a plain transaction in its calldata", async () => {
    const { rollup } = await idle();
    await expect(settleBatch(rollup)).not.to.emit(rollup, "BatchPublished");
  });

  it("emits the data when a contract calls", async () => {
    const account = await networkHelpers.loadFixture(deployScriptedAccount);
    const { rollup, alice } = await deployRollup({ sequencer: await account.getAddress() });
    const content = { exits: [exitRow(alice.address, 5n)], rows: [row(1), row(2)] };
    const { batch, proof } = await postedBatch(rollup, content);
    const data = rollup.interface.encodeFunctionData("settle", [[batch], [proof]]);
    await expect(account.execute(rollup, data))
      .to.emit(rollup, "BatchPublished")
      .withArgs(1, [batch.newRoot, batch.commitment, batch.shape, batch.operations, batch.exits, batch.rows]);
  });

  it("emits the data when the caller is an account that delegates to code", async () => {
    const { rollup, sequencer, token } = await idle();
    const delegation = `0xef0100${(await token.getAddress()).slice(2)}`;
    await networkHelpers.setCode(sequencer.address, delegation);
    await expect(settleBatch(rollup)).to.emit(rollup, "BatchPublished");
  });
});

describe("Rollup: settle refuses what was not proven", () => {
  async function proven(setting: Awaited<ReturnType<typeof busyRollup>>): Promise<PostedBatch> {
    const { rollup, alice, bob, queue } = setting;
    return postedBatch(rollup, {
      shape: "large",
      operations: [queue.ten, openOperation(bob.address, { index: 2 }), queue.twenty],
      exits: [exitRow(alice.address, 5n), exitRow(bob.address, 6n)],
      rows: [row(1, 25n), row(2, 0n, 0), row(9, 4n)],
    });
  }

  const ff = "ff";
  // Where fields begin: an exit row is recipient 0, amount 20, asset 36; a row has a head of two bytes, then gap and mantissa.
  const alterations: Record<string, (batch: PostedBatch["batch"]) => Partial<PostedBatch["batch"]>> = {
    "another new root": ({ newRoot }) => ({ newRoot: newRoot + 1n }),
    "another commitment": ({ commitment }) => ({ commitment: commitment + 1n }),
    "a row with another index": () => ({ rows: packRows([row(2, 25n), row(3, 0n, 0), row(9, 4n)]) }),
    "a row with another nonce": () => ({ rows: packRows([row(1, 25n, 2), row(2, 0n, 0), row(9, 4n)]) }),
    "a row with another balance": () => ({ rows: packRows([row(1, 26n), row(2, 0n, 0), row(9, 4n)]) }),
    "a row less": () => ({ rows: packRows([row(1, 25n), row(2, 0n, 0)]) }),
    "a row more": () => ({ rows: packRows([row(1, 25n), row(2, 0n, 0), row(9, 4n), row(10, 4n)]) }),
    "an empty row more": ({ rows }) => ({ rows: `${rows}000000` }),
    "an exit to another recipient": ({ exits }) => ({ exits: overwritten(exits, 19, ff) }),
    "an exit of another amount": ({ exits }) => ({ exits: overwritten(exits, 35, ff) }),
    "an exit of another asset": ({ exits }) => ({ exits: overwritten(exits, 39, "02") }),
    "an exit less": ({ exits }) => ({ exits: exits.slice(0, -80) }),
    "an exit more": ({ exits }) => ({ exits: exits + exits.slice(-80) }),
    "an empty exit more": ({ exits }) => ({ exits: exits + "0".repeat(80) }),
    "exits in another order": ({ exits }) => ({ exits: `0x${exits.slice(82)}${exits.slice(2, 82)}` }),
    "a deposit into another account": ({ operations }) => ({ operations: overwritten(operations, 4, ff) }),
    "a deposit that does not create": ({ operations }) => ({ operations: overwritten(operations, 5, "00") }),
    "an open of another account": ({ operations }) => ({ operations: overwritten(operations, 114, ff) }),
    "an open of another asset": ({ operations }) => ({ operations: overwritten(operations, 118, "02") }),
    "an open for another owner": ({ operations }) => ({ operations: overwritten(operations, 138, ff) }),
    "an open for another key": ({ operations }) => ({
      operations: overwritten(operations, 139, word(key(2).ax) + word(key(2).ay)),
    }),
    "an operation less": ({ operations }) => ({ operations: operations.slice(0, -220) }),
    "another shape": () => ({ shape: idOf("small") }),
  };
  for (const [what, change] of Object.entries(alterations)) {
    it(`${what}`, async () => {
      const setting = await busy();
      const original = await proven(setting);
      const attempt = change(original.batch);
      expect({ ...original.batch, ...attempt }).not.to.deep.equal(original.batch);
      // The smaller shape has no room for three operations.
      const error = attempt.shape === undefined ? "RollupProofInvalid" : "RollupTooManyOperations";
      await expect(settle(setting.rollup, altered(original, attempt))).to.be.revertedWithCustomError(
        setting.rollup,
        error,
      );
      await settle(setting.rollup, original);
    });
  }

  it("a batch of another shape that would hold it", async () => {
    const { rollup } = await idle();
    const batch = altered(await postedBatch(rollup, { rows: [row(1)] }), { shape: idOf("large") });
    await expect(settle(rollup, batch)).to.be.revertedWithCustomError(rollup, "RollupProofInvalid");
  });

  it("an unknown shape", async () => {
    const { rollup } = await idle();
    const shape = ethers.id("other");
    await expect(settle(rollup, altered(await postedBatch(rollup), { shape })))
      .to.be.revertedWithCustomError(rollup, "RollupShapeUnknown")
      .withArgs(shape);
  });

  for (const [what, header] of Object.entries({
    "another old root": { oldRoot: 5n },
    "another batch number": { batchNumber: 2 },
    "another domain": { domain: 5n },
  })) {
    it(`a proof from ${what}`, async () => {
      const { rollup } = await idle();
      await expect(settleBatch(rollup, header)).to.be.revertedWithCustomError(rollup, "RollupProofInvalid");
    });
  }

  it("the batch of another rollup in the same state", async () => {
    const { rollup } = await idle();
    const other = await deployRollup();
    expect(await other.rollup.root()).to.equal(await rollup.root());
    const batch = await postedBatch(other.rollup, { rows: [row(1)] });
    await expect(settle(rollup, batch)).to.be.revertedWithCustomError(rollup, "RollupProofInvalid");
    await settle(other.rollup, batch);
  });

  it("a batch again, even one that changes nothing", async () => {
    const { rollup } = await idle();
    const batch = await postedBatch(rollup, { newRoot: BigInt(await rollup.root()) });
    await settle(rollup, batch);
    await expect(settle(rollup, batch)).to.be.revertedWithCustomError(rollup, "RollupProofInvalid");
  });

  it("garbage for a proof", async () => {
    const { rollup } = await idle();
    const { batch } = await postedBatch(rollup);
    for (const proof of ["0x", "0x00", `0x${"00".repeat(256)}`]) {
      await expect(settle(rollup, { batch, proof })).to.be.revertedWithCustomError(
        rollup,
        "RollupProofInvalid",
      );
    }
  });
});

describe("Rollup: settle refuses what is not canonical", () => {
  it("a new root or commitment of p or more", async () => {
    const { rollup } = await idle();
    const original = await postedBatch(rollup);
    for (const value of [fieldOrder, original.batch.newRoot + fieldOrder, 2n ** 256n - 1n]) {
      for (const field of ["newRoot", "commitment"]) {
        await expect(settle(rollup, altered(original, { [field]: value })))
          .to.be.revertedWithCustomError(rollup, "RollupBatchNotCanonical")
          .withArgs(value);
      }
    }
  });

  it("a key of p or more", async () => {
    const { rollup, alice, queue } = await busy();
    const open = await postedBatch(rollup, { operations: [openOperation(alice.address)] });
    const deposit = await postedBatch(rollup, { operations: [queue.ten] });
    for (const [posted, offset] of [
      [open, 29],
      [deposit, 46],
    ] as const) {
      for (const [start, value] of [
        [offset, ax + fieldOrder],
        [offset + 32, ay + fieldOrder],
      ] as const) {
        const operations = overwritten(posted.batch.operations, start, word(value));
        await expect(settle(rollup, altered(posted, { operations })))
          .to.be.revertedWithCustomError(rollup, "RollupBatchNotCanonical")
          .withArgs(value);
      }
    }
  });

  it("a creates flag that is neither 0 nor 1", async () => {
    const { rollup, queue } = await busy();
    const posted = await postedBatch(rollup, { operations: [queue.ten] });
    const operations = overwritten(posted.batch.operations, 5, "02");
    await expect(settle(rollup, altered(posted, { operations })))
      .to.be.revertedWithCustomError(rollup, "RollupCreatesFlagInvalid")
      .withArgs(0, 2);
  });

  for (const kind of [0, 4, 255]) {
    it(`an operation of kind ${kind}`, async () => {
      const { rollup, queue } = await busy();
      const posted = await postedBatch(rollup, { operations: [queue.ten, queue.twenty] });
      const operations = overwritten(posted.batch.operations, 110, kind.toString(16).padStart(2, "0"));
      await expect(settle(rollup, altered(posted, { operations })))
        .to.be.revertedWithCustomError(rollup, "RollupOperationKindInvalid")
        .withArgs(110, kind);
    });
  }
});

describe("Rollup: settle refuses sections of a wrong length", () => {
  it("operations cut off anywhere, or with bytes behind them", async () => {
    const { rollup, alice, queue } = await busy();
    const open = openOperation(alice.address, { index: 2 });
    const lists: Operation[][] = [[queue.ten, queue.twenty], [open], [queue.ten, open]];
    for (const list of lists) {
      const posted = await postedBatch(rollup, { operations: list });
      const full = posted.batch.operations;
      const last = (full.length - 2) / 2 - (list.at(-1)?.kind === 3 ? 93 : 110);
      for (const cut of [1, 32, 90]) {
        const operations = full.slice(0, -2 * cut);
        await expect(settle(rollup, altered(posted, { operations })))
          .to.be.revertedWithCustomError(rollup, "RollupOperationsTruncated")
          .withArgs(last);
      }
    }
    const posted = await postedBatch(rollup, { operations: [queue.ten] });
    const { operations } = posted.batch;
    await expect(settle(rollup, altered(posted, { operations: `${operations}01` })))
      .to.be.revertedWithCustomError(rollup, "RollupOperationsTruncated")
      .withArgs(110);
    await expect(settle(rollup, altered(posted, { operations: `${operations}00` })))
      .to.be.revertedWithCustomError(rollup, "RollupOperationKindInvalid")
      .withArgs(110, 0);
  });

  it("a truncated exit that the following calldata would complete", async () => {
    const { rollup, alice } = await idle();
    await as(rollup, alice).requestExit(0, { value: spare });
    const posted = await postedBatch(rollup, { operations: [exitOperation(alice.address, 0)] });
    const operations = posted.batch.operations.slice(0, -2);
    await expect(settle(rollup, altered(posted, { operations })))
      .to.be.revertedWithCustomError(rollup, "RollupOperationsTruncated")
      .withArgs(0);
  });

  it("exits and rows that are not whole", async () => {
    const { rollup, alice } = await idle();
    const posted = await postedBatch(rollup, { exits: [exitRow(alice.address, 5n)], rows: [row(1)] });
    const { exits, rows } = posted.batch;
    for (const [given, length] of [
      [exits.slice(0, -2), 39],
      [`${exits}00`, 41],
    ] as const) {
      await expect(settle(rollup, altered(posted, { exits: given })))
        .to.be.revertedWithCustomError(rollup, "RollupExitsLengthInvalid")
        .withArgs(length);
    }
    for (const given of [rows.slice(0, -2), `${rows}00`]) {
      await expect(settle(rollup, altered(posted, { rows: given }))).to.be.revertedWithCustomError(
        rollup,
        "RollupRowsInvalid",
      );
    }
  });

  it("more operations, exits or rows than the shape has slots", async () => {
    const { rollup, alice, queue } = await busy();
    const large = await postedBatch(rollup, {
      shape: "large",
      operations: [queue.ten, queue.twenty, queue.exit],
    });
    await expect(settle(rollup, altered(large, { shape: idOf("small") })))
      .to.be.revertedWithCustomError(rollup, "RollupTooManyOperations")
      .withArgs(2);
    const exits = [1n, 2n, 3n].map((amount) => exitRow(alice.address, amount));
    const manyExits = await postedBatch(rollup, { shape: "large", exits });
    await expect(settle(rollup, altered(manyExits, { shape: idOf("small") })))
      .to.be.revertedWithCustomError(rollup, "RollupTooManyExits")
      .withArgs(3, 2);
    const rows = [1, 2, 3, 4, 5].map((index) => row(index));
    const manyRows = await postedBatch(rollup, { shape: "large", rows });
    await expect(settle(rollup, altered(manyRows, { shape: idOf("small") })))
      .to.be.revertedWithCustomError(rollup, "RollupTooManyRows")
      .withArgs(4);
  });
});

describe("Rollup: settle keeps to the queue", () => {
  async function expectMismatch(setting: Deployed, operations: readonly Operation[], entry: number) {
    await expect(settleBatch(setting.rollup, { operations }))
      .to.be.revertedWithCustomError(setting.rollup, "RollupQueueEntryMismatch")
      .withArgs(
        entry,
        (hash: string) => hash.length === 54,
        (hash: string) => hash.length === 54,
      );
  }

  it("refuses another order and a skipped entry", async () => {
    const setting = await busy();
    const { ten, twenty, exit } = setting.queue;
    await expectMismatch(setting, [twenty, ten], 0);
    await expectMismatch(setting, [ten, exit], 1);
    await expectMismatch(setting, [exit], 0);
  });

  it("refuses a deposit with another asset, owner, amount or key", async () => {
    const setting = await busy();
    const { ten } = setting.queue;
    const changes = [{ asset: 2 }, { owner: ten.owner + 1n }, { amount: 11n }, key(2), { ay: ax, ax: ay }];
    for (const change of changes) await expectMismatch(setting, [{ ...ten, ...change }], 0);
  });

  it("refuses an exit from another account or by somebody else", async () => {
    const setting = await busy();
    const { ten, twenty, exit } = setting.queue;
    await settleBatch(setting.rollup, { operations: [ten, twenty] });
    await expectMismatch(setting, [{ ...exit, index: 4 }], 2);
    await expectMismatch(setting, [{ ...exit, owner: exit.owner + 1n }], 2);
  });

  it("refuses more entries than wait, an invented one and one that is settled", async () => {
    const setting = await busy();
    const { rollup, queue } = setting;
    const { ten, twenty, exit } = queue;
    await expectMismatch(setting, [ten, ten], 1);
    await settleBatch(rollup, { shape: "large", operations: [ten, twenty, exit] });
    for (const operation of [ten, exit]) {
      await expect(settleBatch(rollup, { operations: [operation] }))
        .to.be.revertedWithCustomError(rollup, "RollupQueueEntryMissing")
        .withArgs(3);
    }
  });
});

describe("Rollup: settle checks accounts that the sequencer opens", () => {
  it("refuses assets that are not registered", async () => {
    const { rollup, alice } = await idle();
    const posted = await postedBatch(rollup, { operations: [openOperation(alice.address)] });
    for (const [digits, asset] of [
      ["00000000", 0],
      ["00000003", 3],
      ["ffffffff", 2 ** 32 - 1],
    ] as const) {
      const operations = overwritten(posted.batch.operations, 5, digits);
      await expect(settle(rollup, altered(posted, { operations })))
        .to.be.revertedWithCustomError(rollup, "RollupAssetNotRegistered")
        .withArgs(asset);
    }
  });

  it("refuses the owner 0", async () => {
    const { rollup, alice } = await idle();
    const posted = await postedBatch(rollup, { operations: [openOperation(alice.address)] });
    const operations = overwritten(posted.batch.operations, 9, "00".repeat(20));
    await expect(settle(rollup, altered(posted, { operations })))
      .to.be.revertedWithCustomError(rollup, "RollupOwnerInvalid")
      .withArgs(noAddress);
  });

  it("refuses keys off the curve or of small order", async () => {
    const { rollup, alice } = await idle();
    for (const bad of [
      { ax, ay: ay + 1n },
      { ax: 0n, ay: 1n },
      { ax: 0n, ay: 0n },
    ]) {
      await expect(settleBatch(rollup, { operations: [openOperation(alice.address, bad)] }))
        .to.be.revertedWithCustomError(rollup, "RollupKeyInvalid")
        .withArgs(bad.ax, bad.ay);
    }
  });

  it("keeps room in the tree for deposits that wait", async () => {
    const { rollup, alice } = await networkHelpers.loadFixture(tinyRollup);
    const open = (index: number) => openOperation(alice.address, { index });
    await as(rollup, alice).deposit(noAddress, 1n, ax, ay, alice, { value: 1n + spare });
    await settleBatch(rollup, { operations: [open(0), open(1)] });
    await expect(settleBatch(rollup, { operations: [open(2), open(3)] }))
      .to.be.revertedWithCustomError(rollup, "RollupTreeFull")
      .withArgs(4, 1, 4);
    const deposit = depositOperation(alice.address, 1n, { index: 0, creates: false });
    await settleBatch(rollup, { operations: [open(2), deposit] });
    await settleBatch(rollup, { operations: [open(3)] });
    expect(await rollup.accountCount()).to.equal(4);
    await expect(settleBatch(rollup, { operations: [open(3)] }))
      .to.be.revertedWithCustomError(rollup, "RollupTreeFull")
      .withArgs(5, 0, 4);
  });
});

async function tinyRollup() {
  return deployRollup({ depth: 1 });
}
