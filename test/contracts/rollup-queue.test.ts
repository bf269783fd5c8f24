import { expect } from "chai";
import type { ContractTransactionResponse } from "ethers";
import { Point } from "../../plugin/protocol/babyjubjub.ts";
import { fieldOrder } from "../../plugin/protocol/field.ts";
import { queueEntryHash } from "../../plugin/protocol/queue.ts";
import { ethers, networkHelpers } from "./connection.ts";
import {
  assets,
  type Deployed,
  defaultRollup,
  deployRollup,
  key,
  noAddress,
  registerScriptedToken,
  spare,
  times,
} from "./fixture.ts";
import { depositOperation, exitOperation, settleBatch } from "./posted-batch.ts";
import { as, type RollupContract } from "./rollup-contract.ts";

const { ax, ay } = key(1);
const escrowLimit = 2n ** 127n;

const deployed = () => networkHelpers.loadFixture(defaultRollup);

/** Deposits wei of Alice's. */
async function depositEth({ rollup, alice }: Deployed, amount: bigint) {
  return as(rollup, alice).deposit(noAddress, amount, ax, ay, alice, { value: amount + spare });
}

/** The fee of what a transaction queued. */
async function feeIn(rollup: RollupContract, sent: Promise<ContractTransactionResponse>): Promise<bigint> {
  const logs = (await (await sent).wait())?.logs ?? [];
  const events = logs.map((log) => rollup.interface.parseLog(log)?.args);
  return events.find((args) => args !== undefined && "fee" in args.toObject())?.fee;
}

const isPositive = (value: bigint) => value > 0n;

/** A point of order 8 and its multiples: the points that anybody can sign for. */
function smallOrderPoints(): { x: bigint; y: bigint }[] {
  // EIP-2494's generator of the whole curve.
  const generator = Point.fromAffine({
    x: 995203441582195749578291179787384436505546430278305826713579947235728471134n,
    y: 5472060717959818805561601436314318772137091100104008585924551046643952123905n,
  });
  const first = generator.multiplyUnsafe(Point.Fn.ORDER - 1n).add(generator);
  const points = [Point.ZERO];
  for (let multiple = 1; multiple < 8; multiple++) points.push((points.at(-1) ?? first).add(first));
  return points.map((point) => point.toAffine());
}

describe("Rollup: registerToken", () => {
  it("numbers tokens from 2, whoever registers them", async () => {
    const { rollup, token, bob } = await deployed();
    const other = await ethers.deployContract("SampleToken");
    await expect(as(rollup, bob).registerToken(other)).to.emit(rollup, "TokenRegistered").withArgs(3, other);
    expect(await rollup.assetCount()).to.equal(3);
    expect(await rollup.assetOf(other)).to.equal(3);
    expect(await rollup.tokenOf(3)).to.equal(other);
    expect(await rollup.tokenOf(2)).to.equal(token);
  });

  it("refuses a token twice", async () => {
    const { rollup, token } = await deployed();
    await expect(rollup.registerToken(token))
      .to.be.revertedWithCustomError(rollup, "RollupTokenAlreadyRegistered")
      .withArgs(token, 2);
  });

  it("refuses what is not a contract, ETH included", async () => {
    const { rollup, bob } = await deployed();
    for (const address of [bob.address, noAddress]) {
      await expect(rollup.registerToken(address))
        .to.be.revertedWithCustomError(rollup, "RollupTokenInvalid")
        .withArgs(address);
    }
  });
});

describe("Rollup: deposit", () => {
  it("queues ETH, holds it in escrow and tells what will be credited to whom", async () => {
    const { rollup, alice, bob } = await deployed();
    const deposit = as(rollup, alice).deposit(noAddress, 70n, ax, ay, bob, { value: 70n + spare });
    const fee = await feeIn(rollup, deposit);
    await expect(deposit).to.changeEtherBalances(ethers, [alice, rollup], [-70n - fee, 70n + fee]);
    const deadline = (await networkHelpers.time.latest()) + times.forcedInclusionPeriod;
    await expect(deposit)
      .to.emit(rollup, "DepositQueued")
      .withArgs(0, assets.eth, bob, 70n, ax, ay, deadline, fee);
    const hash = queueEntryHash(depositOperation(bob.address, 70n));
    expect(await rollup.queueEntry(0)).to.deep.equal([hash, BigInt(deadline), fee]);
    expect(await rollup.escrow(assets.eth)).to.equal(70n);
    expect(await rollup.queueTail()).to.equal(1);
    expect(await rollup.queuedDeposits()).to.equal(1);
  });

  it("queues tokens and holds them in escrow", async () => {
    const { rollup, token, alice } = await deployed();
    const deposit = as(rollup, alice).deposit(token, 70n, ax, ay, alice, { value: spare });
    await expect(deposit).to.changeTokenBalances(ethers, token, [alice, rollup], [-70n, 70n]);
    const hash = queueEntryHash(depositOperation(alice.address, 70n, { asset: assets.token }));
    expect((await rollup.queueEntry(0))[0]).to.equal(hash);
    expect(await rollup.escrow(assets.token)).to.equal(70n);
    expect(await rollup.escrow(assets.eth)).to.equal(0n);
  });

  it("credits what arrives of a token that takes a fee", async () => {
    const setting = await deployed();
    const { rollup, alice } = setting;
    const token = await registerScriptedToken(setting);
    await token.behave(1);
    await expect(as(rollup, alice).deposit(token, 100n, ax, ay, alice, { value: spare }))
      .to.emit(rollup, "DepositQueued")
      .withArgs(0, 3, alice, 90n, ax, ay, isPositive, isPositive);
    const hash = queueEntryHash(depositOperation(alice.address, 90n, { asset: 3 }));
    expect((await rollup.queueEntry(0))[0]).to.equal(hash);
    expect(await rollup.escrow(3)).to.equal(90n);
  });

  it("takes tokens that return nothing", async () => {
    const setting = await deployed();
    const { rollup, alice } = setting;
    const token = await registerScriptedToken(setting);
    await token.behave(3);
    await as(rollup, alice).deposit(token, 100n, ax, ay, alice, { value: spare });
    expect(await rollup.escrow(3)).to.equal(100n);
  });

  it("refuses when the token returns false", async () => {
    const setting = await deployed();
    const { rollup, alice } = setting;
    const token = await registerScriptedToken(setting);
    await token.behave(2);
    await expect(as(rollup, alice).deposit(token, 100n, ax, ay, alice, { value: spare }))
      .to.be.revertedWithCustomError(rollup, "SafeERC20FailedOperation")
      .withArgs(token);
  });

  it("refuses a token that calls back", async () => {
    const setting = await deployed();
    const { rollup, alice } = setting;
    const token = await registerScriptedToken(setting);
    const again = [
      rollup.interface.encodeFunctionData("deposit", [await token.getAddress(), 1n, ax, ay, alice.address]),
      rollup.interface.encodeFunctionData("requestExit", [0]),
      rollup.interface.encodeFunctionData("settle", [[], []]),
      rollup.interface.encodeFunctionData("claim", [1, 0, [alice.address, 1n, 1], [], noAddress]),
    ];
    for (const data of again) {
      await token.reenter(rollup, data);
      await expect(
        as(rollup, alice).deposit(token, 100n, ax, ay, alice, { value: spare }),
      ).to.be.revertedWithCustomError(rollup, "ReentrancyGuardReentrantCall");
    }
  });

  it("refuses an amount of 0", async () => {
    const setting = await deployed();
    const { rollup, token, alice } = setting;
    await expect(depositEth(setting, 0n)).to.be.revertedWithCustomError(rollup, "RollupDepositEmpty");
    await expect(
      as(rollup, alice).deposit(token, 0n, ax, ay, alice, { value: spare }),
    ).to.be.revertedWithCustomError(rollup, "RollupDepositEmpty");
  });

  it("refuses ETH sent without a deposit", async () => {
    const { rollup, alice } = await deployed();
    await expect(alice.sendTransaction({ to: rollup, value: 1n })).to.be.revertedWithoutReason(ethers);
  });

  it("refuses tokens that are not registered", async () => {
    const { rollup, alice } = await deployed();
    const other = await ethers.deployContract("SampleToken");
    await expect(as(rollup, alice).deposit(other, 1n, ax, ay, alice, { value: spare }))
      .to.be.revertedWithCustomError(rollup, "RollupTokenNotRegistered")
      .withArgs(other);
  });

  it("refuses to make nobody or the rollup itself an owner", async () => {
    const { rollup, alice } = await deployed();
    for (const owner of [noAddress, await rollup.getAddress()]) {
      await expect(as(rollup, alice).deposit(noAddress, 1n, ax, ay, owner, { value: 1n + spare }))
        .to.be.revertedWithCustomError(rollup, "RollupOwnerInvalid")
        .withArgs(owner);
    }
  });

  it("refuses keys off the curve or not canonical", async () => {
    const { rollup, alice } = await deployed();
    const keys = [
      [ax, ay + 1n],
      [ay, ax],
      [0n, 0n],
      [1n, 0n],
      [ax + fieldOrder, ay],
      [ax, ay + fieldOrder],
      [ax, 2n ** 256n - 1n],
    ];
    for (const [x, y] of keys) {
      await expect(as(rollup, alice).deposit(noAddress, 1n, x, y, alice, { value: 1n + spare }))
        .to.be.revertedWithCustomError(rollup, "RollupKeyInvalid")
        .withArgs(x, y);
    }
  });

  it("refuses all eight keys of small order", async () => {
    const { rollup, alice } = await deployed();
    const points = smallOrderPoints();
    expect(new Set(points.map(({ x, y }) => `${x} ${y}`)).size).to.equal(8);
    for (const { x, y } of points) {
      await expect(as(rollup, alice).deposit(noAddress, 1n, x, y, alice, { value: 1n + spare }))
        .to.be.revertedWithCustomError(rollup, "RollupKeyInvalid")
        .withArgs(x, y);
    }
  });

  it("takes keys outside the prime subgroup, which are as good as others", async () => {
    const { rollup, alice } = await deployed();
    for (const { x, y } of smallOrderPoints()) {
      const sum = Point.fromAffine({ x: ax, y: ay }).add(Point.fromAffine({ x, y })).toAffine();
      await as(rollup, alice).deposit(noAddress, 1n, sum.x, sum.y, alice, { value: 1n + spare });
    }
    expect(await rollup.queuedDeposits()).to.equal(8);
  });

  it("keeps an asset's escrow below 2^127", async () => {
    const setting = await deployed();
    const { rollup, token, alice } = setting;
    await token.mint(alice, 2n * escrowLimit);
    await as(rollup, alice).deposit(token, escrowLimit - 10n, ax, ay, alice, { value: spare });
    await expect(as(rollup, alice).deposit(token, 10n, ax, ay, alice, { value: spare }))
      .to.be.revertedWithCustomError(rollup, "RollupEscrowFull")
      .withArgs(assets.token, escrowLimit - 10n, 10n);
    await expect(
      as(rollup, alice).deposit(token, escrowLimit, ax, ay, alice, { value: spare }),
    ).to.be.revertedWithCustomError(rollup, "RollupEscrowFull");
    await as(rollup, alice).deposit(token, 9n, ax, ay, alice, { value: spare });
    await depositEth(setting, 10n);
    expect(await rollup.escrow(assets.token)).to.equal(escrowLimit - 1n);
  });

  it("stops at the limit of waiting deposits and goes on when one is settled", async () => {
    const setting = await networkHelpers.loadFixture(deployWithLimit);
    const { rollup, alice } = setting;
    await depositEth(setting, 1n);
    await depositEth(setting, 2n);
    await expect(depositEth(setting, 3n))
      .to.be.revertedWithCustomError(rollup, "RollupTooManyDeposits")
      .withArgs(2);
    await as(rollup, alice).requestExit(0, { value: spare });
    await settleBatch(rollup, { operations: [depositOperation(alice.address, 1n)] });
    await depositEth(setting, 3n);
    expect(await rollup.queuedDeposits()).to.equal(2);
  });

  it("keeps room in the tree for all that wait", async () => {
    const setting = await networkHelpers.loadFixture(deployTiny);
    const { rollup, alice } = setting;
    for (let amount = 1n; amount <= 4n; amount++) await depositEth(setting, amount);
    await expect(depositEth(setting, 5n))
      .to.be.revertedWithCustomError(rollup, "RollupTreeFull")
      .withArgs(0, 5, 4);
    const into = (amount: bigint, creates: boolean) => depositOperation(alice.address, amount, { creates });
    await settleBatch(rollup, { operations: [into(1n, true), into(2n, false)] });
    expect(await rollup.accountCount()).to.equal(1);
    await depositEth(setting, 5n);
    await expect(depositEth(setting, 6n))
      .to.be.revertedWithCustomError(rollup, "RollupTreeFull")
      .withArgs(1, 4, 4);
  });
});

describe("Rollup: requestExit", () => {
  it("queues the caller's wish, even without a deposit before", async () => {
    const { rollup, alice } = await deployed();
    const request = as(rollup, alice).requestExit(7, { value: spare });
    await expect(request).to.emit(rollup, "ExitRequested").withArgs(0, 7, alice, isPositive, isPositive);
    const deadline = (await networkHelpers.time.latest()) + times.forcedInclusionPeriod;
    const hash = queueEntryHash(exitOperation(alice.address, 7));
    const fee = await feeIn(rollup, request);
    expect(await rollup.queueEntry(0)).to.deep.equal([hash, BigInt(deadline), fee]);
    expect(await rollup.queuedDeposits()).to.equal(0);
    expect(await rollup.queueTail()).to.equal(1);
  });

  it("refuses indices outside the tree", async () => {
    const { rollup, alice } = await deployed();
    await as(rollup, alice).requestExit(15, { value: spare });
    for (const index of [16, 2 ** 32 - 1]) {
      await expect(as(rollup, alice).requestExit(index, { value: spare }))
        .to.be.revertedWithCustomError(rollup, "RollupIndexOutsideTree")
        .withArgs(index, 16);
    }
  });

  it("takes every index of a tree of depth 16", async () => {
    const { rollup, alice } = await deployRollup({ depth: 16 });
    await as(rollup, alice).requestExit(2 ** 32 - 1, { value: spare });
    expect(await rollup.queueTail()).to.equal(1);
  });

  it("is never limited", async () => {
    const { rollup, alice } = await networkHelpers.loadFixture(deployWithLimit);
    for (let entry = 0; entry < 5; entry++) await as(rollup, alice).requestExit(0, { value: spare });
    expect(await rollup.queueTail()).to.equal(5);
  });
});

describe("Rollup: deadlines", () => {
  it("are a period away in an idle queue and a spacing apart in a busy one", async () => {
    const { rollup, alice } = await deployed();
    const queued = [];
    for (let entry = 0; entry < 3; entry++) {
      await as(rollup, alice).requestExit(0, { value: spare });
      queued.push(BigInt(await networkHelpers.time.latest()));
    }
    const first = (queued[0] ?? 0n) + BigInt(times.forcedInclusionPeriod);
    for (const entry of [0, 1, 2]) {
      expect((await rollup.queueEntry(entry))[1]).to.equal(first + BigInt(entry * times.deadlineSpacing));
    }
    await networkHelpers.time.increase(1_000);
    await as(rollup, alice).requestExit(0, { value: spare });
    const later = BigInt((await networkHelpers.time.latest()) + times.forcedInclusionPeriod);
    expect((await rollup.queueEntry(3))[1]).to.equal(later);
  });

  it("are a period away once everything before is settled, however much that was", async () => {
    const { rollup, alice } = await deployed();
    for (let entry = 0; entry < 3; entry++) await as(rollup, alice).requestExit(0, { value: spare });
    const operations = [0, 0, 0].map((index) => exitOperation(alice.address, index));
    await settleBatch(rollup, { shape: "large", operations });
    expect(await rollup.queueEntry(0)).to.deep.equal([`0x${"0".repeat(52)}`, 0n, 0n]);
    await as(rollup, alice).requestExit(0, { value: spare });
    const deadline = (await networkHelpers.time.latest()) + times.forcedInclusionPeriod;
    expect((await rollup.queueEntry(3))[1]).to.equal(deadline);
  });

  it("come nearer for what still waits when entries are settled faster than at the spacing", async () => {
    const { rollup, alice } = await deployed();
    const { deadlineSpacing, forcedInclusionPeriod } = times;
    // As if queued at once: what is left after five of them has the deadlines of a queue of two.
    for (let entry = 0; entry < 7; entry++) await as(rollup, alice).requestExit(0, { value: spare });
    const before = [5, 6].map(async (entry) => (await rollup.queueEntry(entry))[1]);
    const [fifth = 0n, sixth = 0n] = await Promise.all(before);
    const operations = Array.from({ length: 5 }, () => exitOperation(alice.address, 0));
    const settled = settleBatch(rollup, { shape: "large", operations });
    await settled;
    const now = BigInt(await networkHelpers.time.latest());
    const last = now + BigInt(forcedInclusionPeriod + 2 * deadlineSpacing);
    await expect(settled)
      .to.emit(rollup, "DeadlinesAdvanced")
      .withArgs(sixth - last);
    expect((await rollup.queueEntry(6))[1]).to.equal(last);
    expect((await rollup.queueEntry(5))[1]).to.equal(fifth - (sixth - last));
    await as(rollup, alice).requestExit(0, { value: spare });
    expect((await rollup.queueEntry(7))[1]).to.equal(last + BigInt(deadlineSpacing));
  });

  it("stop at the end of the queue's clock, rather than that nobody could ask any more", async () => {
    const { rollup, alice } = await deployed();
    await as(rollup, alice).requestExit(0, { value: spare });
    const last = 2n ** 38n - 1n;
    const queueSlot = 5;
    const slot = ethers.solidityPackedKeccak256(["uint256", "uint256"], [0, queueSlot]);
    const address = await rollup.getAddress();
    const word = BigInt(await ethers.provider.getStorage(address, slot));
    const contents = word - (word % 2n ** 48n);
    await networkHelpers.setStorageAt(address, slot, ethers.toBeHex(contents + (last - 1n) * 2n ** 10n, 32));
    expect((await rollup.queueEntry(0))[1]).to.equal(last - 1n);
    for (const entry of [1, 2]) {
      await as(rollup, alice).requestExit(0, { value: spare });
      expect((await rollup.queueEntry(entry))[1]).to.equal(last);
    }
    expect((await rollup.queueEntry(2))[0]).to.equal(queueEntryHash(exitOperation(alice.address, 0)));
  });

  it("do not move when entries are settled at the spacing's pace or slower", async () => {
    const { rollup, alice } = await deployed();
    for (let entry = 0; entry < 3; entry++) await as(rollup, alice).requestExit(0, { value: spare });
    const [, deadline] = await rollup.queueEntry(2);
    await networkHelpers.time.increase(times.deadlineSpacing);
    const operations = [exitOperation(alice.address, 0)];
    await expect(settleBatch(rollup, { operations })).not.to.emit(rollup, "DeadlinesAdvanced");
    expect((await rollup.queueEntry(2))[1]).to.equal(deadline);
  });
});

async function deployWithLimit() {
  return deployRollup({ maxQueuedDeposits: 2 });
}

async function deployTiny() {
  return deployRollup({ depth: 1 });
}
