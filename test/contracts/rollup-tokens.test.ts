import { expect } from "chai";
import type { Signer } from "ethers";
import { exitLeaf, exitPath } from "../../plugin/protocol/exit-tree.ts";
import { readToken } from "../../plugin/settlement/tokens.ts";
import { ethers, networkHelpers } from "./connection.ts";
import { deployRollup, key, noAddress, registerScriptedToken, spare } from "./fixture.ts";
import { accountAt, escapeFrom, frozenRollup, places } from "./frozen-rollup.ts";
import { depositOperation, exitOperation, exitRow, settleBatch } from "./posted-batch.ts";
import { as } from "./rollup-contract.ts";

const { ax, ay } = key(1);

/**
 * Of a token that can misbehave (asset 3), of another one (asset 2) and of ETH, 1,000 are in escrow each; batch 1 has exit
 * rows of 600 of each for Alice (rows 0 to 2) and of 400 for Bob (rows 3 to 5).
 */
async function withExits() {
  const setting = await deployRollup();
  const { rollup, token, alice, bob } = setting;
  const scripted = await registerScriptedToken(setting);
  await as(rollup, alice).deposit(noAddress, 1_000n, ax, ay, alice, { value: 1_000n + spare });
  for (const each of [token, scripted]) {
    await as(rollup, alice).deposit(each, 1_000n, ax, ay, alice, { value: spare });
  }
  const exits = [3, 2, 1].map((asset) => exitRow(alice.address, 600n, asset));
  exits.push(...[3, 2, 1].map((asset) => exitRow(bob.address, 400n, asset)));
  await settleBatch(rollup, { shape: "large", exits });
  const leaves = exits.map((exit, row) => exitLeaf(1, row, exit));
  const claim = (signer: Signer, row: number, to = noAddress) => {
    const { recipient, amount, asset } = exits[row] ?? { recipient: 0n, amount: 0n, asset: 0 };
    const fields = [ethers.toBeHex(recipient, 20), amount, asset];
    return as(rollup, signer).claim(1, row, fields, exitPath(3, leaves, row), to);
  };
  return { ...setting, scripted, claim };
}

const load = () => networkHelpers.loadFixture(withExits);

describe("Rollup: tokens that block addresses", () => {
  it("hurt whom they block only, who may have it sent elsewhere", async () => {
    const { rollup, scripted, alice, bob, racer, claim } = await load();
    await scripted.blockAddress(alice);
    await expect(claim(racer, 0))
      .to.be.revertedWithCustomError(scripted, "ScriptedTokenBlocked")
      .withArgs(alice);
    expect(await rollup.isClaimed(1, 0)).to.equal(false);
    await expect(claim(racer, 3)).to.changeTokenBalance(ethers, scripted, bob, 400n);
    for (const row of [1, 2, 4, 5]) await claim(racer, row);
    await expect(claim(alice, 0, racer.address)).to.changeTokenBalance(ethers, scripted, racer, 600n);
  });

  it("hurt their asset only, if it is the rollup that they block", async () => {
    const { rollup, scripted, alice, racer, claim } = await load();
    await scripted.blockAddress(rollup);
    await expect(claim(racer, 0)).to.be.revertedWithCustomError(scripted, "ScriptedTokenBlocked");
    await expect(
      as(rollup, alice).deposit(scripted, 1n, ax, ay, alice, { value: spare }),
    ).to.be.revertedWithCustomError(scripted, "ScriptedTokenBlocked");
    for (const row of [1, 2, 4, 5]) await claim(racer, row);
  });
});

describe("Rollup: tokens whose balances change by themselves", () => {
  it("lose for the last to leave what they shrink by, and nothing of another asset", async () => {
    const { rollup, scripted, bob, racer, claim } = await load();
    await scripted.rebase(rollup, 900n);
    await claim(racer, 0);
    await expect(claim(racer, 3)).to.be.revertedWithCustomError(scripted, "ERC20InsufficientBalance");
    for (const row of [1, 2, 4, 5]) await claim(racer, row);
    expect(await rollup.escrow(3)).to.equal(400n);
    // Whoever makes good for the loss makes the exit payable again.
    await scripted.mint(rollup, 100n);
    await expect(claim(racer, 3)).to.changeTokenBalance(ethers, scripted, bob, 400n);
  });

  it("credit nobody with what they grow by", async () => {
    const { rollup, scripted, alice } = await load();
    await scripted.rebase(rollup, 5_000n);
    const deposit = as(rollup, alice).deposit(scripted, 70n, ax, ay, alice, { value: spare });
    await expect(deposit).to.changeTokenBalance(ethers, scripted, rollup, 70n);
    expect(await rollup.escrow(3)).to.equal(1_070n);
  });

  it("credit nothing while they boast: nothing has arrived", async () => {
    const { rollup, scripted, alice } = await load();
    await scripted.behave(6);
    await expect(
      as(rollup, alice).deposit(scripted, 70n, ax, ay, alice, { value: spare }),
    ).to.be.revertedWithCustomError(rollup, "RollupDepositEmpty");
  });
});

describe("Rollup: tokens of any kind", () => {
  it("lose their code, and hurt their asset only", async () => {
    const { rollup, scripted, alice, racer, claim } = await load();
    await networkHelpers.setCode(await scripted.getAddress(), "0x");
    await expect(claim(racer, 0)).to.be.revertedWithCustomError(rollup, "SafeERC20FailedOperation");
    await expect(as(rollup, alice).deposit(scripted, 1n, ax, ay, alice, { value: spare })).to.be.revert(
      ethers,
    );
    for (const row of [1, 2, 4, 5]) await claim(racer, row);
  });

  for (const decimals of [0, 36]) {
    it(`have ${decimals} decimals: amounts are base units everywhere`, async () => {
      const { rollup, scripted, alice, racer, claim } = await load();
      await scripted.setDecimals(decimals);
      const amount = 2n ** 126n;
      await scripted.mint(alice, amount);
      await as(rollup, alice).deposit(scripted, amount, ax, ay, alice, { value: spare });
      expect(await rollup.escrow(3)).to.equal(1_000n + amount);
      await claim(racer, 0);
      const known = await readToken(ethers.provider, 3, await scripted.getAddress());
      expect(known.decimals).to.equal(decimals);
    });
  }

  it("leave at the limit as they came: to the last unit of 2^127 - 1", async () => {
    const { rollup, scripted, alice } = await load();
    const rest = 2n ** 127n - 1n - 1_000n;
    await scripted.mint(alice, 2n ** 127n);
    await expect(
      as(rollup, alice).deposit(scripted, rest + 1n, ax, ay, alice, { value: spare }),
    ).to.be.revertedWithCustomError(rollup, "RollupEscrowFull");
    await as(rollup, alice).deposit(scripted, rest, ax, ay, alice, { value: spare });
    expect(await rollup.escrow(3)).to.equal(2n ** 127n - 1n);
    await networkHelpers.time.increase(10n ** 6n);
    await rollup.freeze();
    await rollup.refundDeposit(3, 3, alice, rest, ax, ay);
    await expect(rollup.withdraw(3, alice, noAddress)).to.changeTokenBalance(ethers, scripted, alice, rest);
    expect(await rollup.escrow(3)).to.equal(1_000n);
  });
});

describe("Rollup: tokens and accounts that call back while everybody leaves", () => {
  it("get in nowhere, whatever they call while they are paid", async () => {
    const { rollup, state, scripted, alice } = await networkHelpers.loadFixture(frozenRollup);
    const account = accountAt(state, "alice");
    const calls = [
      ["escape", [places.alice, account, state.path(places.alice), noAddress]],
      ["refundDeposit", [4, 1, alice.address, 7n, ax, ay]],
      ["refundExitRequest", [7, places.bob, alice.address]],
      ["withdraw", [1, alice.address, noAddress]],
      ["freeze", []],
      ["registerToken", [await scripted.getAddress()]],
      ["announceSequencer", [alice.address]],
    ] as const;
    for (const [method, args] of calls) {
      await scripted.reenter(rollup, rollup.interface.encodeFunctionData(method, [...args]));
      await expect(escapeFrom(rollup, state, "scripted"), method).to.be.revertedWithCustomError(
        rollup,
        "ReentrancyGuardReentrantCall",
      );
    }
    await scripted.behave(0);
    await escapeFrom(rollup, state, "scripted");
  });

  it("burn the gas of their own payment only", async () => {
    const { rollup, state, contract } = await networkHelpers.loadFixture(frozenRollup);
    await contract.behave(4);
    await expect(escapeFrom(rollup, state, "contract")).to.be.revert(ethers);
    await escapeFrom(rollup, state, "alice");
    expect(await rollup.hasEscaped(places.contract)).to.equal(false);
  });
});

describe("Rollup: a tree, a queue that is full", () => {
  async function full() {
    const setting = await deployRollup({ depth: 1, maxQueuedDeposits: 4 });
    const { rollup, alice } = setting;
    for (let amount = 1n; amount <= 4n; amount++) {
      await as(rollup, alice).deposit(noAddress, amount, ax, ay, alice, { value: amount + spare });
    }
    return setting;
  }

  it("takes no deposit more, exits ever, and settles what waits", async () => {
    const { rollup, alice, bob } = await full();
    const deposit = () => as(rollup, bob).deposit(noAddress, 9n, ax, ay, bob, { value: 9n + spare });
    await expect(deposit()).to.be.revertedWithCustomError(rollup, "RollupTooManyDeposits");
    for (let index = 0; index < 4; index++) await as(rollup, bob).requestExit(index, { value: spare });
    for (const pair of [
      [1n, 2n],
      [3n, 4n],
    ] as const) {
      const operations = pair.map((amount) =>
        depositOperation(alice.address, amount, { index: Number(amount) - 1 }),
      );
      await settleBatch(rollup, { operations });
    }
    expect(await rollup.accountCount()).to.equal(4);
    await expect(deposit()).to.be.revertedWithCustomError(rollup, "RollupTreeFull").withArgs(4, 1, 4);
    for (const pair of [
      [0, 1],
      [2, 3],
    ] as const) {
      await settleBatch(rollup, { operations: pair.map((index) => exitOperation(bob.address, index)) });
    }
    await as(rollup, alice).requestExit(3, { value: spare });
    await settleBatch(rollup, { operations: [exitOperation(alice.address, 3)] });
    expect(await rollup.queueHead()).to.equal(9);
  });
});
