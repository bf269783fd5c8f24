import { expect } from "chai";
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
  times,
} from "./fixture.ts";
import { depositOperation, exitOperation, settleBatch } from "./posted-batch.ts";
import { as } from "./rollup-contract.ts";

const { ax, ay } = key(1);
const escrowLimit = 2n ** 127n;

const deployed = () => networkHelpers.loadFixture(defaultRollup);

/** Deposits wei of Alice's. */
async function depositEth({ rollup, alice }: Deployed, amount: bigint) {
  return as(rollup, alice).deposit(noAddress, amount, ax, ay, alice, { value: amount });
}

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
    const deposit = as(rollup, alice).deposit(noAddress, 70n, ax, ay, bob, { value: 70n });
    await expect(deposit).to.changeEtherBalances(ethers, [alice, rollup], [-70n, 70n]);
    const deadline = (await networkHelpers.time.latest()) + times.forcedInclusionPeriod;
    await expect(deposit)
      .to.emit(rollup, "DepositQueued")
      .withArgs(0, assets.eth, bob, 70n, ax, ay, deadline);
    const hash = queueEntryHash(depositOperation(bob.address, 70n));
    expect(await rollup.queueEntry(0)).to.deep.equal([hash, BigInt(deadline)]);
    expect(await rollup.escrow(assets.eth)).to.equal(70n);
    expect(await rollup.queueTail()).to.equal(1);
    expect(await rollup.queuedDeposits()).to.equal(1);
  });

  it("queues tokens and holds them in escrow", async () => {
    const { rollup, token, alice } = await deployed();
    const deposit = as(rollup, alice).deposit(token, 70n, ax, ay, alice);
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
    await expect(as(rollup, alice).deposit(token, 100n, ax, ay, alice))
      .to.emit(rollup, "DepositQueued")
      .withArgs(0, 3, alice, 90n, ax, ay, (deadline: bigint) => deadline > 0n);
    const hash = queueEntryHash(depositOperation(alice.address, 90n, { asset: 3 }));
    expect((await rollup.queueEntry(0))[0]).to.equal(hash);
    expect(await rollup.escrow(3)).to.equal(90n);
  });

  it("takes tokens that return nothing", async () => {
    const setting = await deployed();
    const { rollup, alice } = setting;
    const token = await registerScriptedToken(setting);
    await token.behave(3);
    await as(rollup, alice).deposit(token, 100n, ax, ay, alice);
    expect(await rollup.escrow(3)).to.equal(100n);
  });

  it("refuses when the token returns false", async () => {
    const setting = await deployed();
    const { rollup, alice } = setting;
    const token = await registerScriptedToken(setting);
    await token.behave(2);
    await expect(as(rollup, alice).deposit(token, 100n, ax, ay, alice))
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
      await expect(as(rollup, alice).deposit(token, 100n, ax, ay, alice)).to.be.revertedWithCustomError(
        rollup,
        "ReentrancyGuardReentrantCall",
      );
    }
  });

  it("refuses an amount of 0", async () => {
    const setting = await deployed();
    const { rollup, token, alice } = setting;
    await expect(depositEth(setting, 0n)).to.be.revertedWithCustomError(rollup, "RollupDepositEmpty");
    await expect(as(rollup, alice).deposit(token, 0n, ax, ay, alice)).to.be.revertedWithCustomError(
      rollup,
      "RollupDepositEmpty",
    );
  });

  for (const value of [0n, 69n, 71n]) {
    it(`refuses a deposit of 70 wei with a value of ${value}`, async () => {
      const { rollup, alice } = await deployed();
      await expect(as(rollup, alice).deposit(noAddress, 70n, ax, ay, alice, { value }))
        .to.be.revertedWithCustomError(rollup, "RollupValueMismatch")
        .withArgs(70n, value);
    });
  }

  it("refuses value with tokens", async () => {
    const { rollup, token, alice } = await deployed();
    await expect(as(rollup, alice).deposit(token, 70n, ax, ay, alice, { value: 1n }))
      .to.be.revertedWithCustomError(rollup, "RollupValueMismatch")
      .withArgs(0n, 1n);
  });

  it("refuses ETH sent without a deposit", async () => {
    const { rollup, alice } = await deployed();
    await expect(alice.sendTransaction({ to: rollup, value: 1n })).to.be.revertedWithoutReason(ethers);
  });

  it("refuses tokens that are not registered", async () => {
    const { rollup, alice } = await deployed();
    const other = await ethers.deployContract("SampleToken");
    await expect(as(rollup, alice).deposit(other, 1n, ax, ay, alice))
      .to.be.revertedWithCustomError(rollup, "RollupTokenNotRegistered")
      .withArgs(other);
  });

  it("refuses to make nobody or the rollup itself an owner", async () => {
    const { rollup, alice } = await deployed();
    for (const owner of [noAddress, await rollup.getAddress()]) {
      await expect(as(rollup, alice).deposit(noAddress, 1n, ax, ay, owner, { value: 1n }))
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
      await expect(as(rollup, alice).deposit(noAddress, 1n, x, y, alice, { value: 1n }))
        .to.be.revertedWithCustomError(rollup, "RollupKeyInvalid")
        .withArgs(x, y);
    }
  });

  it("refuses all eight keys of small order", async () => {
    const { rollup, alice } = await deployed();
    const points = smallOrderPoints();
    expect(new Set(points.map(({ x, y }) => `${x} ${y}`)).size).to.equal(8);
    for (const { x, y } of points) {
      await expect(as(rollup, alice).deposit(noAddress, 1n, x, y, alice, { value: 1n }))
        .to.be.revertedWithCustomError(rollup, "RollupKeyInvalid")
        .withArgs(x, y);
    }
  });

  it("takes keys outside the prime subgroup, which are as good as others", async () => {
    const { rollup, alice } = await deployed();
    for (const { x, y } of smallOrderPoints()) {
      const sum = Point.fromAffine({ x: ax, y: ay }).add(Point.fromAffine({ x, y })).toAffine();
      await as(rollup, alice).deposit(noAddress, 1n, sum.x, sum.y, alice, { value: 1n });
    }
    expect(await rollup.queuedDeposits()).to.equal(8);
  });

  it("keeps an asset's escrow below 2^127", async () => {
    const setting = await deployed();
    const { rollup, token, alice } = setting;
    await token.mint(alice, 2n * escrowLimit);
    await as(rollup, alice).deposit(token, escrowLimit - 10n, ax, ay, alice);
    await expect(as(rollup, alice).deposit(token, 10n, ax, ay, alice))
      .to.be.revertedWithCustomError(rollup, "RollupEscrowFull")
      .withArgs(assets.token, escrowLimit - 10n, 10n);
    await expect(as(rollup, alice).deposit(token, escrowLimit, ax, ay, alice)).to.be.revertedWithCustomError(
      rollup,
      "RollupEscrowFull",
    );
    await as(rollup, alice).deposit(token, 9n, ax, ay, alice);
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
    await as(rollup, alice).requestExit(0);
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
    const request = as(rollup, alice).requestExit(7);
    await expect(request)
      .to.emit(rollup, "ExitRequested")
      .withArgs(0, 7, alice, (d: bigint) => d > 0n);
    const deadline = (await networkHelpers.time.latest()) + times.forcedInclusionPeriod;
    const hash = queueEntryHash(exitOperation(alice.address, 7));
    expect(await rollup.queueEntry(0)).to.deep.equal([hash, BigInt(deadline)]);
    expect(await rollup.queuedDeposits()).to.equal(0);
    expect(await rollup.queueTail()).to.equal(1);
  });

  it("refuses indices outside the tree", async () => {
    const { rollup, alice } = await deployed();
    await as(rollup, alice).requestExit(15);
    for (const index of [16, 2 ** 32 - 1]) {
      await expect(as(rollup, alice).requestExit(index))
        .to.be.revertedWithCustomError(rollup, "RollupIndexOutsideTree")
        .withArgs(index, 16);
    }
  });

  it("takes every index of a tree of depth 16", async () => {
    const { rollup, alice } = await deployRollup({ depth: 16 });
    await as(rollup, alice).requestExit(2 ** 32 - 1);
    expect(await rollup.queueTail()).to.equal(1);
  });

  it("is never limited", async () => {
    const { rollup, alice } = await networkHelpers.loadFixture(deployWithLimit);
    for (let entry = 0; entry < 5; entry++) await as(rollup, alice).requestExit(0);
    expect(await rollup.queueTail()).to.equal(5);
  });
});

describe("Rollup: deadlines", () => {
  it("are a period away in an idle queue and a spacing apart in a busy one", async () => {
    const { rollup, alice } = await deployed();
    const queued = [];
    for (let entry = 0; entry < 3; entry++) {
      await as(rollup, alice).requestExit(0);
      queued.push(BigInt(await networkHelpers.time.latest()));
    }
    const first = (queued[0] ?? 0n) + BigInt(times.forcedInclusionPeriod);
    for (const entry of [0, 1, 2]) {
      expect((await rollup.queueEntry(entry))[1]).to.equal(first + BigInt(entry * times.deadlineSpacing));
    }
    await networkHelpers.time.increase(1_000);
    await as(rollup, alice).requestExit(0);
    const later = BigInt((await networkHelpers.time.latest()) + times.forcedInclusionPeriod);
    expect((await rollup.queueEntry(3))[1]).to.equal(later);
  });

  it("stay a spacing apart when the entries before are settled", async () => {
    const { rollup, alice } = await deployed();
    await as(rollup, alice).requestExit(0);
    const [, deadline] = await rollup.queueEntry(0);
    await settleBatch(rollup, { operations: [exitOperation(alice.address, 0)] });
    expect(await rollup.queueEntry(0)).to.deep.equal([`0x${"0".repeat(52)}`, 0n]);
    await as(rollup, alice).requestExit(0);
    expect((await rollup.queueEntry(1))[1]).to.equal(deadline + BigInt(times.deadlineSpacing));
  });
});

async function deployWithLimit() {
  return deployRollup({ maxQueuedDeposits: 2 });
}

async function deployTiny() {
  return deployRollup({ depth: 1 });
}
