import { expect } from "chai";
import { absentAccount } from "../../plugin/protocol/account.ts";
import { exitLeaf, exitPath } from "../../plugin/protocol/exit-tree.ts";
import { fieldOrder } from "../../plugin/protocol/field.ts";
import { State } from "../../plugin/protocol/state.ts";
import { ethers, networkHelpers } from "./connection.ts";
import { deployRollup, key, noAddress, spare, times } from "./fixture.ts";
import { accountAt, escapeFrom, frozenRollup, places, stoppedRollup, waiting } from "./frozen-rollup.ts";
import { depositOperation, exitRow, settleBatch } from "./posted-batch.ts";
import { as } from "./rollup-contract.ts";

const frozen = () => networkHelpers.loadFixture(frozenRollup);

describe("Rollup: escape", () => {
  it("pays an account's whole balance to its owner, whoever calls", async () => {
    const { rollup, token, state, alice, bob, racer } = await frozen();
    const eth = escapeFrom(as(rollup, racer), state, "alice");
    await expect(eth).to.changeEtherBalances(ethers, [alice, rollup, racer], [100n, -100n, 0n]);
    await expect(eth).to.emit(rollup, "AccountEscaped").withArgs(places.alice, alice, alice, 1, 100n, 0n);
    const tokens = escapeFrom(as(rollup, racer), state, "bob");
    await expect(tokens).to.changeTokenBalances(ethers, token, [bob, rollup], [40n, -40n]);
    expect(await rollup.hasEscaped(places.alice)).to.equal(true);
    expect(await rollup.hasEscaped(places.contract)).to.equal(false);
    expect(await rollup.escrow(2)).to.equal(8n);
  });

  it("pays once", async () => {
    const { rollup, state } = await frozen();
    await escapeFrom(rollup, state, "alice");
    await expect(escapeFrom(rollup, state, "alice"))
      .to.be.revertedWithCustomError(rollup, "RollupAlreadyEscaped")
      .withArgs(places.alice);
  });

  it("is not another time under an index that leads the same way up", async () => {
    const { rollup, state } = await frozen();
    await escapeFrom(rollup, state, "alice");
    for (const index of [places.alice + 16, places.alice + 4 ** 10, 2 ** 31 + places.alice]) {
      await expect(escapeFrom(rollup, state, "alice", { index }))
        .to.be.revertedWithCustomError(rollup, "RollupIndexOutsideTree")
        .withArgs(index, 16);
    }
  });

  it("is refused while the rollup is not frozen", async () => {
    const { rollup, state } = await networkHelpers.loadFixture(stoppedRollup);
    await expect(escapeFrom(rollup, state, "alice")).to.be.revertedWithCustomError(rollup, "RollupNotFrozen");
  });

  it("tells the application's data, for whoever distributes its money", async () => {
    const { rollup, state, contractAddress } = await frozen();
    await expect(escapeFrom(rollup, state, "contract"))
      .to.emit(rollup, "AccountEscaped")
      .withArgs(places.contract, contractAddress, contractAddress, 1, 30n, 77n);
  });

  it("marks an account without balance and pays nothing", async () => {
    const { rollup, state, bob } = await frozen();
    await expect(escapeFrom(rollup, state, "empty"))
      .to.emit(rollup, "AccountEscaped")
      .withArgs(places.empty, bob, bob, 1, 0n, 0n);
    expect(await rollup.hasEscaped(places.empty)).to.equal(true);
  });

  it("refuses any other field", async () => {
    const { rollup, state, racer } = await frozen();
    const account = accountAt(state, "alice");
    const changes = {
      ax: account.ax + 1n,
      ay: account.ay + 1n,
      owner: racer.address,
      asset: 2,
      nonce: 4,
      balance: 101n,
      data: 1n,
    };
    for (const [field, value] of Object.entries(changes)) {
      await expect(escapeFrom(rollup, state, "alice", { account: { [field]: value } }), field)
        .to.be.revertedWithCustomError(rollup, "RollupAccountPathInvalid")
        .withArgs(places.alice);
    }
  });

  it("refuses another index, and any other sibling", async () => {
    const { rollup, state } = await frozen();
    for (let index = 0; index < 16; index++) {
      if (index === places.alice) continue;
      await expect(escapeFrom(rollup, state, "alice", { index }), `index ${index}`)
        .to.be.revertedWithCustomError(rollup, "RollupAccountPathInvalid")
        .withArgs(index);
    }
    const path = state.path(places.alice);
    for (let place = 0; place < 6; place++) {
      const other = path.map((siblings, level) =>
        siblings.map((sibling, at) => (3 * level + at === place ? sibling ^ 1n : sibling)),
      );
      await expect(escapeFrom(rollup, state, "alice", { path: other })).to.be.revertedWithCustomError(
        rollup,
        "RollupAccountPathInvalid",
      );
    }
  });

  it("refuses what is not canonical", async () => {
    const { rollup, state } = await frozen();
    const { ax, ay, data } = accountAt(state, "alice");
    for (const [field, value] of Object.entries({ ax, ay, data })) {
      await expect(escapeFrom(rollup, state, "alice", { account: { [field]: value + fieldOrder } }))
        .to.be.revertedWithCustomError(rollup, "RollupAccountNotCanonical")
        .withArgs(value + fieldOrder);
    }
    const [first = [], second = []] = state.path(places.alice);
    const [a = 0n, b = 0n, c = 0n] = second;
    const path = [first, [a, b, c + fieldOrder]];
    await expect(escapeFrom(rollup, state, "alice", { path }))
      .to.be.revertedWithCustomError(rollup, "RollupAccountNotCanonical")
      .withArgs(c + fieldOrder);
  });

  it("takes no node for a leaf, nor a leaf for a node: paths have the tree's depth", async () => {
    const { rollup, state } = await frozen();
    const path = state.path(places.alice);
    for (const other of [[], path.slice(1), path.slice(0, 1), [...path, [0n, 0n, 0n]]]) {
      await expect(escapeFrom(rollup, state, "alice", { path: other }))
        .to.be.revertedWithCustomError(rollup, "RollupAccountPathLengthInvalid")
        .withArgs(other.length, 2);
    }
  });

  it("finds nobody at an empty place", async () => {
    const { rollup, state } = await frozen();
    const nobody = { ax: 0n, ay: 0n, owner: noAddress, asset: 0, nonce: 0, balance: 0n, data: 0n };
    await expect(
      escapeFrom(rollup, state, "alice", { index: 0, account: nobody, path: state.path(0) }),
    ).to.be.revertedWithCustomError(rollup, "RollupAccountPathInvalid");
  });

  it("goes where its owner says, and nowhere else", async () => {
    const { rollup, state, alice, racer } = await frozen();
    for (const to of [racer.address, await rollup.getAddress()]) {
      await expect(escapeFrom(as(rollup, racer), state, "alice", { to }))
        .to.be.revertedWithCustomError(rollup, "RollupRedirectNotAllowed")
        .withArgs(racer, to);
    }
    const redirected = escapeFrom(as(rollup, alice), state, "alice", { to: racer.address });
    await expect(redirected).to.changeEtherBalances(ethers, [alice, racer], [0n, 100n]);
  });

  it("leaves a contract that refuses its ETH the time to redirect it, and everybody else alone", async () => {
    const { rollup, state, contract, contractAddress, racer } = await frozen();
    await contract.behave(1);
    await expect(escapeFrom(rollup, state, "contract"))
      .to.be.revertedWithCustomError(rollup, "RollupTransferFailed")
      .withArgs(contractAddress, 30n);
    await escapeFrom(rollup, state, "alice");
    const data = rollup.interface.encodeFunctionData("escape", [
      places.contract,
      accountAt(state, "contract"),
      state.path(places.contract),
      racer.address,
    ]);
    await expect(contract.execute(rollup, data)).to.changeEtherBalance(ethers, racer, 30n);
  });

  it("keeps a recipient from calling back", async () => {
    const { rollup, state, contract, alice, bob } = await frozen();
    const entry = waiting(alice.address, bob.address);
    const arguments_ = [
      places.contract,
      accountAt(state, "contract"),
      state.path(places.contract),
      noAddress,
    ];
    for (const data of [
      rollup.interface.encodeFunctionData("escape", arguments_),
      rollup.interface.encodeFunctionData("refundDeposit", [...entry.alice]),
      rollup.interface.encodeFunctionData("refundExitRequest", [...entry.exit]),
      rollup.interface.encodeFunctionData("withdraw", [1, alice.address, noAddress]),
      rollup.interface.encodeFunctionData("freeze", []),
    ]) {
      await contract.reenter(rollup, data);
      await expect(escapeFrom(rollup, state, "contract")).to.be.revertedWithCustomError(
        rollup,
        "RollupTransferFailed",
      );
    }
    expect(await rollup.hasEscaped(places.contract)).to.equal(false);
  });

  it("keeps a token's misbehaviour within its asset", async () => {
    const { rollup, state, scripted } = await frozen();
    await scripted.behave(2);
    await expect(escapeFrom(rollup, state, "scripted"))
      .to.be.revertedWithCustomError(rollup, "SafeERC20FailedOperation")
      .withArgs(scripted);
    for (const place of ["alice", "bob", "contract"] as const) await escapeFrom(rollup, state, place);
    await scripted.behave(0);
    await escapeFrom(rollup, state, "scripted");
  });

  it("fits into a transaction with the deepest tree there can be, up to its last place", async () => {
    const { rollup, alice } = await deployRollup({ depth: 16 });
    const { ax, ay } = key(1);
    const index = 2 ** 32 - 1;
    const account = { ...absentAccount, ax, ay, owner: BigInt(alice.address), asset: 1, balance: 70n };
    const state = new State(16);
    state.set(index, account);
    await as(rollup, alice).deposit(noAddress, 70n, ax, ay, alice, { value: 70n + spare });
    const operations = [depositOperation(alice.address, 70n, { index })];
    await settleBatch(rollup, { operations, newRoot: state.root });
    await as(rollup, alice).requestExit(index, { value: spare });
    await networkHelpers.time.increase(times.forcedInclusionPeriod + 1);
    await rollup.freeze();
    const escaped = await rollup.escape(index, { ...account, owner: alice }, state.path(index), noAddress);
    await expect(escaped).to.changeEtherBalance(ethers, alice, 70n);
    const { gasUsed } = (await escaped.wait()) ?? { gasUsed: 0n };
    expect(gasUsed).to.be.within(500_000n, 1_400_000n);
  });
});

describe("Rollup: claim from a frozen rollup", () => {
  it("pays as ever", async () => {
    const { rollup, alice } = await frozen();
    const path = exitPath(3, [exitLeaf(1, 0, exitRow(alice.address, 5n))], 0);
    const claimed = rollup.claim(1, 0, [alice.address, 5n, 1], path, noAddress);
    await expect(claimed).to.changeEtherBalance(ethers, alice, 5n);
  });
});

describe("Rollup: refunds from a frozen rollup's queue", () => {
  it("credits a deposit and its fee to the owner, who withdraws them", async () => {
    const { rollup, token, alice, bob, racer } = await frozen();
    const entry = waiting(alice.address, bob.address);
    const [, , fee] = await rollup.queueEntry(5);
    const refund = as(rollup, racer).refundDeposit(...entry.bob);
    await expect(refund).to.emit(rollup, "DepositRefunded").withArgs(5, bob, 2, 8n, fee);
    expect(await rollup.credit(2, bob)).to.equal(8n);
    expect(await rollup.credit(1, bob)).to.equal(fee);
    expect(await rollup.escrow(2)).to.equal(40n);
    expect(await rollup.queuedDeposits()).to.equal(2);
    const tokens = as(rollup, racer).withdraw(2, bob, noAddress);
    await expect(tokens).to.changeTokenBalances(ethers, token, [bob, rollup], [8n, -8n]);
    await expect(tokens).to.emit(rollup, "Withdrawn").withArgs(bob, 2, bob, 8n);
    await expect(rollup.withdraw(1, bob, noAddress)).to.changeEtherBalances(
      ethers,
      [bob, rollup],
      [fee, -fee],
    );
  });

  it("credits a deposit of ETH together with its fee", async () => {
    const { rollup, alice, bob } = await frozen();
    const [, , fee] = await rollup.queueEntry(4);
    await rollup.refundDeposit(...waiting(alice.address, bob.address).alice);
    expect(await rollup.credit(1, alice)).to.equal(7n + fee);
  });

  it("credits the fee of a forced exit to who asked for it", async () => {
    const { rollup, alice, bob } = await frozen();
    const [, , fee] = await rollup.queueEntry(7);
    const refund = rollup.refundExitRequest(...waiting(alice.address, bob.address).exit);
    await expect(refund).to.emit(rollup, "ExitRequestRefunded").withArgs(7, bob, fee);
    expect(await rollup.credit(1, bob)).to.equal(fee);
  });

  it("happens once an entry, in any order", async () => {
    const { rollup, alice, bob } = await frozen();
    const entry = waiting(alice.address, bob.address);
    const nothing = `0x${"0".repeat(52)}`;
    await rollup.refundExitRequest(...entry.exit);
    await rollup.refundDeposit(...entry.bob);
    await expect(rollup.refundDeposit(...entry.bob))
      .to.be.revertedWithCustomError(rollup, "RollupRefundMismatch")
      .withArgs(5, nothing, (given: string) => given !== nothing);
    await expect(rollup.refundExitRequest(...entry.exit)).to.be.revertedWithCustomError(
      rollup,
      "RollupRefundMismatch",
    );
  });

  it("refuses other contents, entries that were settled and entries that never were", async () => {
    const { rollup, alice, bob, racer } = await frozen();
    const entry = waiting(alice.address, bob.address);
    const [number, asset, owner, amount, ax, ay] = entry.alice;
    const others = [
      [5, asset, owner, amount, ax, ay],
      [number, 2, owner, amount, ax, ay],
      [number, asset, racer.address, amount, ax, ay],
      [number, asset, owner, 8n, ax, ay],
      [number, asset, owner, amount, ay, ax],
      [0, 1, alice.address, 105n, ax, ay],
      [8, 1, alice.address, 105n, ax, ay],
    ] as const;
    for (const other of others) {
      await expect(rollup.refundDeposit(...other)).to.be.revertedWithCustomError(
        rollup,
        "RollupRefundMismatch",
      );
    }
    for (const other of [
      [7, 5, bob.address],
      [7, places.bob, racer.address],
      [4, places.bob, bob.address],
    ] as const) {
      await expect(rollup.refundExitRequest(...other)).to.be.revertedWithCustomError(
        rollup,
        "RollupRefundMismatch",
      );
    }
  });

  it("is refused while the rollup is not frozen", async () => {
    const { rollup, alice, bob } = await networkHelpers.loadFixture(stoppedRollup);
    const entry = waiting(alice.address, bob.address);
    for (const call of [
      () => rollup.refundDeposit(...entry.alice),
      () => rollup.refundExitRequest(...entry.exit),
    ]) {
      await expect(call()).to.be.revertedWithCustomError(rollup, "RollupNotFrozen");
    }
  });

  it("gives the fee back even where the token pays nothing back", async () => {
    const { rollup, scripted, alice, bob } = await frozen();
    await scripted.behave(2);
    const [, , fee] = await rollup.queueEntry(6);
    await rollup.refundDeposit(...waiting(alice.address, bob.address).scripted);
    await expect(rollup.withdraw(3, alice, noAddress)).to.be.revertedWithCustomError(
      rollup,
      "SafeERC20FailedOperation",
    );
    await expect(rollup.withdraw(1, alice, noAddress)).to.changeEtherBalance(ethers, alice, fee);
    expect(await rollup.credit(3, alice)).to.equal(9n);
  });
});

describe("Rollup: withdraw", () => {
  it("refuses where there is no credit", async () => {
    const { rollup, alice } = await frozen();
    await expect(rollup.withdraw(1, alice, noAddress))
      .to.be.revertedWithCustomError(rollup, "RollupNothingToWithdraw")
      .withArgs(alice, 1);
  });

  it("sends a credit elsewhere for its owner only", async () => {
    const { rollup, alice, bob, racer } = await frozen();
    await rollup.refundDeposit(...waiting(alice.address, bob.address).alice);
    const credit = await rollup.credit(1, alice);
    await expect(as(rollup, racer).withdraw(1, alice, racer)).to.be.revertedWithCustomError(
      rollup,
      "RollupRedirectNotAllowed",
    );
    const redirected = as(rollup, alice).withdraw(1, alice, racer);
    await expect(redirected).to.changeEtherBalance(ethers, racer, credit);
    await expect(redirected).to.emit(rollup, "Withdrawn").withArgs(alice, 1, racer, credit);
  });
});
