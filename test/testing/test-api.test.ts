import { once } from "node:events";
import { expect } from "chai";
import { parseEther } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";
import type { RollupEvents } from "../../plugin/client/events.ts";
import { openEphemeral } from "../../plugin/client/open-rollup.ts";
import { simulatedEnvironment } from "./simulated-environment.ts";

describe("The rollup of a connection, for tests", () => {
  let hre: HardhatRuntimeEnvironment & { readonly remove: () => Promise<void> };
  let connection: NetworkConnection;

  before(async () => {
    hre = await simulatedEnvironment({ rollup: { confirmations: { default: 3 } } });
    connection = await hre.network.create();
  });
  after(async () => {
    await connection.close();
    await hre.remove();
  });

  async function funded({ rollup }: NetworkConnection) {
    await rollup.deposit({ to: "alice", amount: parseEther("1") });
    await rollup.mineUntilSettled();
  }
  beforeEach(() => connection.networkHelpers.loadFixture(funded));

  it("commits, proves and settles a batch step by step", async () => {
    const { rollup } = connection;
    await rollup.transfer({ from: "alice", to: "bob", amount: 5n });
    const [committed, ...others] = await rollup.commitBatch();
    expect(others).to.have.length(0);
    expect(committed).to.include({ batchNumber: 2, transactions: 1, system: "simulated" });
    expect(committed?.proofSeconds).to.equal(undefined);
    const proven = await rollup.proveBatch();
    expect(proven).to.include({ batchNumber: 2 });
    expect(proven.proofSeconds).to.be.a("number");
    expect(await rollup.proveBatch(2), "proven once").to.deep.equal(proven);
    const [settled] = await rollup.settleProven();
    expect(settled).to.include({ batchNumber: 2 });
    expect(settled?.transactionHash).to.match(/^0x[0-9a-f]{64}$/);
  });

  it("proves any of the sealed batches, and says when there is none", async () => {
    const { rollup } = connection;
    await expect(rollup.proveBatch()).to.be.rejectedWith("There is no batch to prove");
    for (const amount of [1n, 2n]) {
      await rollup.transfer({ from: "alice", to: "bob", amount });
      await rollup.commitBatch();
    }
    expect(await rollup.proveBatch(3)).to.include({ batchNumber: 3 });
    const { store } = await rollup.client();
    expect(store.proofs.get(2)).to.equal(undefined);
    expect(await rollup.prove()).to.have.length(1);
    expect(await rollup.settleProven()).to.have.length(2);
    await expect(rollup.proveBatch(4)).to.be.rejectedWith("no such");
  });

  it("forces the exit of somebody by name, whose gas is paid", async () => {
    const { rollup, ethers } = connection;
    const { owner } = await rollup.wallet("alice");
    expect(await ethers.provider.getBalance(owner)).to.equal(0n);
    await rollup.exit({ from: "alice" });
    await rollup.mineUntilSettled();
    expect(await rollup.balance("alice")).to.equal(0n);
    const before = await ethers.provider.getBalance(owner);
    await rollup.claim("alice");
    expect((await ethers.provider.getBalance(owner)) - before).to.equal(parseEther("1"));
  });

  it("mines what the chain does not mine by itself, and as many blocks as count as final", async () => {
    const { rollup, provider, ethers } = connection;
    const { l1 } = await rollup.client();
    await rollup.deposit({ to: "bob", amount: 7n });
    await provider.request({ method: "evm_setAutomine", params: [false] });
    try {
      const reports = await rollup.mineUntilSettled();
      expect(reports).to.have.length(1);
      const receipt = await ethers.provider.getTransactionReceipt(reports[0]?.transactionHash as string);
      expect(await l1.finalBlock()).to.be.at.least(receipt?.blockNumber as number);
      expect(await rollup.balance("bob")).to.equal(7n);
      expect(await rollup.mineUntilSettled(), "nothing is left").to.have.length(0);
    } finally {
      await provider.request({ method: "evm_setAutomine", params: [true] });
    }
  });

  it("tells what happens, typed, and that nothing is proven", async () => {
    const { rollup } = connection;
    const seen: [keyof RollupEvents, object][] = [];
    const names: (keyof RollupEvents)[] = ["deposited", "exitRequested", "submitted", "sealed", "proven"];
    for (const name of [...names, "settled", "claimed", "restored"] as const) {
      rollup.events.on(name, (event: object) => seen.push([name, event]));
    }
    try {
      const settled = once(rollup.events, "settled");
      await rollup.deposit({ to: "carol", amount: 9n });
      const id = await rollup.transfer({ from: "alice", to: "bob", amount: 5n });
      await rollup.withdraw({ from: "alice", amount: 6n });
      await rollup.mineUntilSettled();
      await rollup.claim();
      expect((await settled)[0]).to.include({ batchNumber: 2, system: "simulated" });
      expect(seen.map(([name]) => name)).to.include.members([
        ...["deposited", "submitted", "sealed", "proven", "settled", "claimed"],
      ]);
      const of = (wanted: keyof RollupEvents) =>
        seen.filter(([name]) => name === wanted).map(([, event]) => event);
      expect(of("deposited")[0]).to.deep.include({ asset: 1, amount: 9n });
      expect(of("submitted")[0]).to.deep.include({ id, kind: "transfer", from: 0, amount: 5n, fee: 0n });
      expect(of("submitted")[1]).to.deep.include({ kind: "withdrawal" });
      expect(of("claimed")[0]).to.deep.include({ amount: 6n, asset: 1 });
      for (const name of ["sealed", "proven", "settled"] as const) {
        for (const event of of(name)) expect(event).to.include({ system: "simulated" });
      }
      await connection.networkHelpers.loadFixture(funded);
      expect(of("restored")).to.deep.equal([{ settledBatch: 1, sealedBatch: 1 }]);
    } finally {
      rollup.events.removeAllListeners();
    }
  });

  describe("at", () => {
    it("is this rollup at this one's address", async () => {
      const { rollup } = connection;
      const client = await rollup.client();
      expect(await rollup.at(client.address).client()).to.equal(client);
      expect(await rollup.at(client.address.toLowerCase()).balance("alice")).to.equal(parseEther("1"));
    });

    it("is another rollup at its address, with what has settled there", async () => {
      const { rollup } = connection;
      const { client, close } = await openEphemeral(hre, connection);
      await client.deposit({ to: "dave", amount: 30n });
      await connection.networkHelpers.mine(3);
      await client.observe();
      await client.transfer({ from: "dave", to: "erin", amount: 4n });
      await client.settle();
      await connection.networkHelpers.mine(3);
      await close();

      const other = rollup.at(client.address);
      expect(await other.balance("dave")).to.equal(26n);
      expect(await other.balance("erin")).to.equal(4n);
      expect(await rollup.balance("erin"), "not in this one").to.equal(0n);
      await other.transfer({ from: "erin", to: "dave", amount: 1n });
      const [batch] = await other.settle();
      expect(batch).to.include({ batchNumber: 2, system: "simulated" });
      expect(other.at((await rollup.client()).address)).to.be.an("object");
      await connection.networkHelpers.loadFixture(funded);
      await expect(other.balance("erin"), "gone with the chain").to.be.rejectedWith("no contract");
    });

    it("says what is not there", async () => {
      const { rollup, ethers } = connection;
      await expect(rollup.at(`0x${"11".repeat(20)}`).balance("alice")).to.be.rejectedWith(
        /no rollup at the address[\s\S]*there is no contract/,
      );
      const token = await (await ethers.deployContract("SampleToken")).getAddress();
      await expect(rollup.at(token).balance("alice")).to.be.rejectedWith("registered no shapes");
    });
  });
});
