import { expect } from "chai";
import type { Signer } from "ethers";
import type { ExitRow } from "../../plugin/protocol/batch-data.ts";
import { exitLeaf, exitPath, exitTreeRoot } from "../../plugin/protocol/exit-tree.ts";
import { ethers, networkHelpers } from "./connection.ts";
import {
  assets,
  deployRollup,
  deployScriptedAccount,
  key,
  noAddress,
  registerScriptedToken,
  spare,
} from "./fixture.ts";
import { exitRow, settleBatch } from "./posted-batch.ts";
import { as, type RollupContract } from "./rollup-contract.ts";

type ClaimOptions = {
  readonly batchNumber?: number;
  readonly row?: number;
  readonly exit?: ExitRow;
  readonly path?: readonly string[];
  readonly to?: string;
};

/**
 * Batch 1 has exit rows for Alice (10 wei), Bob (20 tokens), a contract (30 wei), Alice (40 of a token that
 * misbehaves) and Alice (50 tokens); batch 2 has one for Bob (10 wei). Everything is in escrow.
 */
async function exited() {
  const setting = await deployRollup();
  const { rollup, token, alice, bob } = setting;
  const account = await deployScriptedAccount();
  const scripted = await registerScriptedToken(setting);
  const { ax, ay } = key(1);
  await as(rollup, alice).deposit(noAddress, 1_000n, ax, ay, alice, { value: 1_000n + spare });
  for (const each of [token, scripted])
    await as(rollup, alice).deposit(each, 1_000n, ax, ay, alice, { value: spare });
  const rows = [
    exitRow(alice.address, 10n),
    exitRow(bob.address, 20n, assets.token),
    exitRow(await account.getAddress(), 30n),
    exitRow(alice.address, 40n, 3),
    exitRow(alice.address, 50n, assets.token),
  ];
  const later = [exitRow(bob.address, 10n)];
  await settleBatch(rollup, { shape: "large", exits: rows });
  await settleBatch(rollup, { exits: later });
  const leaves = [rows, later].map((exits, batch) =>
    exits.map((exit, position) => exitLeaf(batch + 1, position, exit)),
  );

  /** Claims row `row` of batch 1 as `signer`, with what the options replace. */
  function claim(signer: Signer, row: number, options: ClaimOptions = {}) {
    const { batchNumber = 1, to = noAddress, exit = rows[row], path = pathOf(1, row) } = options;
    if (exit === undefined) throw new Error(`Batch 1 has no row ${row}.`);
    const recipient = ethers.toBeHex(exit.recipient, 20);
    const fields = { recipient, amount: exit.amount, asset: exit.asset };
    return as(rollup, signer).claim(batchNumber, options.row ?? row, fields, path, to);
  }

  function pathOf(batchNumber: number, row: number): string[] {
    return exitPath(3, leaves[batchNumber - 1] ?? [], row);
  }
  return { ...setting, account, scripted, rows, later, claim, pathOf };
}

const withExits = () => networkHelpers.loadFixture(exited);

async function expectPathInvalid(claimed: Promise<unknown>, rollup: RollupContract, row: number, batch = 1) {
  await expect(claimed).to.be.revertedWithCustomError(rollup, "RollupExitPathInvalid").withArgs(batch, row);
}

describe("Rollup: claim", () => {
  it("pays ETH to the recipient", async () => {
    const { rollup, alice, claim } = await withExits();
    const claimed = claim(alice, 0);
    await expect(claimed).to.changeEtherBalances(ethers, [alice, rollup], [10n, -10n]);
    await expect(claimed).to.emit(rollup, "ExitClaimed").withArgs(1, 0, alice, alice, assets.eth, 10n);
    expect(await rollup.escrow(assets.eth)).to.equal(990n);
    expect(await rollup.isClaimed(1, 0)).to.equal(true);
    expect(await rollup.isClaimed(1, 1)).to.equal(false);
    expect(await rollup.isClaimed(2, 0)).to.equal(false);
  });

  it("pays tokens to the recipient, whoever calls", async () => {
    const { rollup, token, racer, bob, claim } = await withExits();
    const claimed = claim(racer, 1);
    await expect(claimed).to.changeTokenBalances(ethers, token, [bob, racer, rollup], [20n, 0n, -20n]);
    await expect(claimed).to.emit(rollup, "ExitClaimed").withArgs(1, 1, bob, bob, assets.token, 20n);
    expect(await rollup.escrow(assets.token)).to.equal(980n);
  });

  it("pays every row of a batch once, in any order", async () => {
    const { rollup, racer, claim } = await withExits();
    for (const row of [4, 0, 3, 1, 2]) await claim(racer, row);
    for (const row of [0, 1, 2, 3, 4]) {
      await expect(claim(racer, row))
        .to.be.revertedWithCustomError(rollup, "RollupExitAlreadyClaimed")
        .withArgs(1, row);
    }
    expect(await rollup.escrow(assets.eth)).to.equal(960n);
    expect(await rollup.escrow(assets.token)).to.equal(930n);
    expect(await rollup.escrow(3)).to.equal(960n);
  });

  it("pays the rows of each batch apart", async () => {
    const { bob, alice, later, claim, pathOf } = await withExits();
    await claim(alice, 0);
    const [exit] = later;
    if (exit === undefined) throw new Error("Batch 2 has no exits.");
    await expect(claim(bob, 0, { batchNumber: 2, exit, path: pathOf(2, 0) })).to.changeEtherBalance(
      ethers,
      bob,
      10n,
    );
  });

  it("sends a recipient's money where the recipient says", async () => {
    const { rollup, alice, racer, claim } = await withExits();
    const claimed = claim(alice, 0, { to: racer.address });
    await expect(claimed).to.changeEtherBalances(ethers, [alice, racer], [0n, 10n]);
    await expect(claimed).to.emit(rollup, "ExitClaimed").withArgs(1, 0, alice, racer, 1, 10n);
  });

  it("lets anybody name the recipient, nobody else anything else", async () => {
    const { rollup, alice, bob, racer, claim } = await withExits();
    for (const [signer, to] of [
      [racer, racer],
      [racer, bob],
      [bob, bob],
    ] as const) {
      await expect(claim(signer, 0, { to: to.address }))
        .to.be.revertedWithCustomError(rollup, "RollupRedirectNotAllowed")
        .withArgs(signer, to);
    }
    await expect(claim(racer, 0, { to: alice.address })).to.changeEtherBalance(ethers, alice, 10n);
  });

  it("sends nothing to the rollup itself", async () => {
    const { rollup, alice, claim } = await withExits();
    await expect(claim(alice, 4, { to: await rollup.getAddress() }))
      .to.be.revertedWithCustomError(rollup, "RollupRedirectNotAllowed")
      .withArgs(alice, rollup);
  });

  it("refuses rows beyond the count and batches that have none or are not settled", async () => {
    const { rollup, alice, claim } = await withExits();
    for (const [batchNumber, row, count] of [
      [1, 5, 5],
      [1, 8, 5],
      [1, 2 ** 32, 5],
      [2, 1, 1],
      [3, 0, 0],
      [0, 0, 0],
    ] as const) {
      await expect(claim(alice, 0, { batchNumber, row }))
        .to.be.revertedWithCustomError(rollup, "RollupExitRowMissing")
        .withArgs(batchNumber, row, count);
    }
  });

  it("refuses another recipient, amount, asset, row or batch", async () => {
    const { rollup, alice, bob, rows, claim, pathOf } = await withExits();
    const [first] = rows;
    if (first === undefined) throw new Error("Batch 1 has no exits.");
    for (const change of [{ recipient: BigInt(bob.address) }, { amount: 11n }, { asset: 2 }]) {
      await expectPathInvalid(claim(alice, 0, { exit: { ...first, ...change } }), rollup, 0);
    }
    await expectPathInvalid(claim(alice, 0, { row: 1 }), rollup, 1);
    await expectPathInvalid(claim(alice, 0, { path: pathOf(1, 1) }), rollup, 0);
    await expectPathInvalid(claim(alice, 0, { row: 1, path: pathOf(1, 1) }), rollup, 1);
    await expectPathInvalid(claim(alice, 0, { batchNumber: 2 }), rollup, 0, 2);
    await expectPathInvalid(claim(alice, 0, { batchNumber: 2, path: pathOf(2, 0) }), rollup, 0, 2);
  });

  it("refuses paths of another length", async () => {
    const { rollup, alice, claim, pathOf } = await withExits();
    const path = pathOf(1, 0);
    for (const wrong of [[], path.slice(1), [...path, ethers.ZeroHash]]) {
      await expect(claim(alice, 0, { path: wrong }))
        .to.be.revertedWithCustomError(rollup, "RollupExitPathLengthInvalid")
        .withArgs(wrong.length, 3);
    }
  });

  it("leaves the row to a recipient that refuses ETH, until it redirects", async () => {
    const { rollup, account, racer, rows, pathOf, claim } = await withExits();
    await account.behave(1);
    await expect(claim(racer, 2))
      .to.be.revertedWithCustomError(rollup, "RollupTransferFailed")
      .withArgs(account, 30n);
    expect(await rollup.isClaimed(1, 2)).to.equal(false);
    const row = [await account.getAddress(), rows[2]?.amount, rows[2]?.asset];
    const data = rollup.interface.encodeFunctionData("claim", [1, 2, row, pathOf(1, 2), racer.address]);
    await expect(account.execute(rollup, data)).to.changeEtherBalance(ethers, racer, 30n);
  });

  it("does not copy what a recipient returns", async () => {
    const { rollup, account, racer, claim } = await withExits();
    await account.behave(2);
    const paid = await claim(racer, 2);
    const receipt = await paid.wait();
    // Copying 100,000 bytes would cost about 40,000 gas more, the recipient's own expansion of memory costs as much.
    expect(receipt?.gasUsed).to.be.lessThan(135_000n);
    expect(await rollup.isClaimed(1, 2)).to.equal(true);
  });

  it("refuses a recipient that calls back", async () => {
    const { rollup, account, racer, rows, pathOf, claim } = await withExits();
    const row = [await account.getAddress(), rows[2]?.amount, rows[2]?.asset];
    for (const data of [
      rollup.interface.encodeFunctionData("claim", [1, 2, row, pathOf(1, 2), noAddress]),
      rollup.interface.encodeFunctionData("settle", [[], []]),
      rollup.interface.encodeFunctionData("requestExit", [0]),
    ]) {
      await account.reenter(rollup, data);
      await expect(claim(racer, 2)).to.be.revertedWithCustomError(rollup, "RollupTransferFailed");
    }
    expect(await rollup.isClaimed(1, 2)).to.equal(false);
  });

  it("lets a recipient do other things with its money at once", async () => {
    const { rollup, account, token, racer, claim } = await withExits();
    await account.reenter(token, token.interface.encodeFunctionData("mint", [racer.address, 1n]));
    await claim(racer, 2);
    expect(await rollup.isClaimed(1, 2)).to.equal(true);
  });

  it("refuses a token that calls back, returns false or takes what it has not", async () => {
    const { rollup, scripted, racer, rows, pathOf, alice, claim } = await withExits();
    const row = [alice.address, rows[3]?.amount, rows[3]?.asset];
    const again = rollup.interface.encodeFunctionData("claim", [1, 3, row, pathOf(1, 3), noAddress]);
    await scripted.reenter(rollup, again);
    await expect(claim(racer, 3)).to.be.revertedWithCustomError(rollup, "ReentrancyGuardReentrantCall");
    await scripted.behave(2);
    await expect(claim(racer, 3))
      .to.be.revertedWithCustomError(rollup, "SafeERC20FailedOperation")
      .withArgs(scripted);
    expect(await rollup.isClaimed(1, 3)).to.equal(false);
    expect(await rollup.escrow(3)).to.equal(1_000n);
    await claim(racer, 0);
  });

  it("pays tokens that return nothing", async () => {
    const { scripted, racer, alice, claim } = await withExits();
    await scripted.behave(3);
    await expect(claim(racer, 3)).to.changeTokenBalance(ethers, scripted, alice, 40n);
  });

  it("never pays more of an asset than its escrow, whatever is proven", async () => {
    const { rollup, alice } = await withExits();
    const exit = exitRow(alice.address, 1_001n);
    await settleBatch(rollup, { exits: [exit] });
    await networkHelpers.setBalance(await rollup.getAddress(), 10n ** 18n);
    const path = exitPath(3, [exitLeaf(3, 0, exit)], 0);
    await expect(rollup.claim(3, 0, [alice.address, 1_001n, 1], path, noAddress)).to.be.revertedWithPanic(
      0x11,
    );
  });

  it("keeps count and payments apart over hundreds of rows", async () => {
    const { rollup, alice } = await deployRollup({ shapes: ["wide"] });
    const { ax, ay } = key(1);
    await as(rollup, alice).deposit(noAddress, 1_000n, ax, ay, alice, { value: 1_000n + spare });
    const exits = Array.from({ length: 230 }, (_, position) => exitRow(alice.address, BigInt(position)));
    await settleBatch(rollup, { shape: "wide", exits });
    const leaves = exits.map((exit, position) => exitLeaf(1, position, exit));
    expect(await rollup.exitTree(1)).to.deep.equal([exitTreeRoot(8, leaves), 230n]);
    const paid = [0, 223, 224, 229];
    for (const row of paid) {
      const fields = [alice.address, BigInt(row), assets.eth];
      const claim = () => rollup.claim(1, row, fields, exitPath(8, leaves, row), noAddress);
      await expect(claim()).to.changeEtherBalance(ethers, alice, BigInt(row));
      await expect(claim()).to.be.revertedWithCustomError(rollup, "RollupExitAlreadyClaimed");
    }
    for (let row = 0; row < 256; row++) {
      expect(await rollup.isClaimed(1, row), `row ${row}`).to.equal(paid.includes(row));
    }
    expect((await rollup.exitTree(1))[1]).to.equal(230n);
  });
});
