import { expect } from "chai";
import { parseEther } from "ethers";
import { network } from "hardhat";

// What a user of the plugin writes: no set-up but the connection, real proofs, real settlement.

describe("A rollup on the in-process chain", () => {
  it("deposits, pays, withdraws, settles with a proof and pays out", async () => {
    const { rollup, ethers } = await network.create();

    await rollup.deposit({ to: "alice", amount: parseEther("2") });
    await rollup.transfer({ from: "alice", to: "bob", amount: parseEther("0.5") });
    await rollup.withdraw({ from: "bob", amount: parseEther("0.2") });
    const [batch, ...others] = await rollup.settle();

    expect(others).to.have.length(0);
    expect(batch).to.include({ batchNumber: 1, transactions: 2, accounts: 2, exits: 1 });
    expect(await rollup.balances("alice")).to.deep.equal({ ETH: parseEther("1.5") });
    expect(await rollup.balances("bob")).to.deep.equal({ ETH: parseEther("0.3") });

    const { owner } = await rollup.wallet("bob");
    await rollup.claim("bob");
    expect(await ethers.provider.getBalance(owner)).to.equal(parseEther("0.2"));
  });

  it("carries tokens beside ETH, and pays fees to whoever seals the batch", async () => {
    const { rollup, ethers } = await network.create();
    const [sequencer] = await ethers.getSigners();
    if (sequencer === undefined) throw new Error("The chain has no account.");
    const token = await ethers.deployContract("SampleToken");
    await token.getFunction("mint")(sequencer.address, 5_000_000n);
    const { symbol } = await rollup.registerToken(await token.getAddress());

    await rollup.deposit({ to: "alice", asset: symbol, amount: 5_000_000n });
    await rollup.transfer({ from: "alice", to: "bob", asset: symbol, amount: 2_000_000n, fee: 10_000n });
    await rollup.settle();

    expect(await rollup.balances("alice")).to.deep.equal({ ETH: 0n, [symbol]: 2_990_000n });
    expect(await rollup.balances("bob")).to.deep.equal({ ETH: 0n, [symbol]: 2_000_000n });
    expect(await rollup.balance(sequencer, symbol)).to.equal(10_000n);
  });

  it("goes on over several batches, and anybody rebuilds the state from L1", async () => {
    const { rollup } = await network.create();
    await rollup.deposit({ to: "alice", amount: parseEther("1") });
    for (const to of ["bob", "carol", "dave"]) {
      await rollup.transfer({ from: "alice", to, amount: parseEther("0.1") });
    }
    const batches = await rollup.settle();
    expect(batches.length).to.be.greaterThan(1);

    const { l1 } = await rollup.client();
    const { state, batchNumber } = await rollup.sync();
    expect(batchNumber).to.equal(batches.length);
    expect(state.root).to.equal(await l1.root());
    const balances = [...state.accounts()].map(([, account]) => account.balance);
    expect(balances.reduce((sum, balance) => sum + balance)).to.equal(await l1.escrow(1));
  });

  it("forces an exit through L1, without the sequencer's consent", async () => {
    const { rollup, ethers } = await network.create();
    const [, alice] = await ethers.getSigners();
    if (alice === undefined) throw new Error("The chain has too few accounts.");
    await rollup.deposit({ to: alice, amount: parseEther("3") });
    await rollup.settle();

    await rollup.exit({ from: alice });
    const [batch] = await rollup.settle();

    expect(batch).to.include({ operations: 1, transactions: 0, exits: 1 });
    expect(await rollup.balance(alice)).to.equal(0n);
    const before = await ethers.provider.getBalance(alice);
    await rollup.claim(alice);
    expect((await ethers.provider.getBalance(alice)) - before).to.equal(parseEther("3"));
  });

  it("refuses what cannot be paid, and says why", async () => {
    const { rollup } = await network.create();
    await rollup.deposit({ to: "alice", amount: 10n });
    await expect(rollup.transfer({ from: "alice", to: "bob", amount: 11n })).to.be.rejectedWith("OVERDRAFT");
    const { sequencer } = await rollup.client();
    expect(sequencer.status().pendingOperations, "no account for bob").to.equal(1);
    await expect(rollup.transfer({ from: "nobody", to: "bob", amount: 1n })).to.be.rejectedWith(
      "There is no such account",
    );
    await expect(rollup.transfer({ from: "alice", to: "bob", amount: 1n, asset: "GOLD" })).to.be.rejectedWith(
      "no such asset",
    );
  });
});
