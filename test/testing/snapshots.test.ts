import { expect } from "chai";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";
import { simulatedEnvironment } from "./simulated-environment.ts";

// What loadFixture promises, for L2: every test finds both layers as the fixture left them.

describe("A rollup in fixtures", () => {
  let hre: HardhatRuntimeEnvironment & { readonly remove: () => Promise<void> };
  let connection: NetworkConnection;

  before(async () => {
    hre = await simulatedEnvironment();
  });
  after(() => hre.remove());
  beforeEach(async () => {
    connection = await hre.network.create();
  });
  afterEach(() => connection.close());

  async function funded({ rollup }: NetworkConnection) {
    await rollup.deposit({ to: "alice", amount: 1_000n });
    await rollup.settle();
    await rollup.deposit({ to: "bob", amount: 50n });
    await rollup.transfer({ from: "alice", to: "bob", amount: 7n });
    return { client: await rollup.client() };
  }

  /** Both layers, as anybody can see them. */
  async function picture({ rollup }: NetworkConnection) {
    const { l1, sequencer, store, deployment } = await rollup.client();
    return {
      rollup: deployment.rollup,
      root: await l1.root(),
      batches: await l1.batchCount(),
      queue: [await l1.queueHead(), await l1.queueTail()],
      status: sequencer.status(),
      alice: await rollup.balances("alice"),
      bob: await rollup.balances("bob"),
      proofs: store.proofs.count,
    };
  }

  it("finds balances, batches, the queue and what is pending as the fixture left them, again and again", async () => {
    const { networkHelpers, rollup } = connection;
    await networkHelpers.loadFixture(funded);
    const then = await picture(connection);
    expect(then).to.deep.include({ batches: 1, alice: { ETH: 993n }, bob: { ETH: 57n } });
    for (let round = 0; round < 3; round++) {
      const { client } = await networkHelpers.loadFixture(funded);
      expect(await picture(connection)).to.deep.equal(then);
      expect(await rollup.client(), "what the fixture returned stays usable").to.equal(client);
      await rollup.transfer({ from: "bob", to: "carol", amount: 5n });
      await rollup.withdraw({ from: "alice", amount: BigInt(100 + round) });
      const reports = await rollup.settle();
      expect(reports.map(({ batchNumber }) => batchNumber)).to.deep.equal([2, 3].slice(0, reports.length));
      expect(await rollup.claim("alice")).to.have.length(1);
      expect((await rollup.sync()).state.root).to.equal(await client.l1.root());
    }
  });

  it("forgets sealed and proven batches that L1 has not seen", async () => {
    const { networkHelpers, rollup } = connection;
    await networkHelpers.loadFixture(funded);
    await rollup.commitBatch();
    await rollup.proveBatch();
    await networkHelpers.loadFixture(funded);
    const { sequencer } = await rollup.client();
    expect(sequencer.status()).to.include({ sealedBatch: 1, pendingOperations: 1, pendingTransactions: 1 });
    expect(await rollup.settle()).to.have.length(1);
  });

  it("takes no token for another one that had its number before", async () => {
    const { networkHelpers, rollup, ethers } = connection;
    await networkHelpers.loadFixture(funded);
    for (let round = 0; round < 2; round++) {
      const snapshot = await networkHelpers.takeSnapshot();
      const token = await ethers.deployContract("SampleToken");
      const other = await ethers.deployContract("SampleToken");
      const address = await (round === 0 ? token : other).getAddress();
      const { asset } = await rollup.registerToken(address);
      expect(asset).to.equal(2);
      expect((await rollup.asset(2)).address).to.equal(address);
      await snapshot.restore();
    }
  });

  it("is deployed again after the chain has gone back to before it", async () => {
    const { networkHelpers, rollup } = connection;
    const empty = await networkHelpers.takeSnapshot();
    await rollup.deposit({ to: "alice", amount: 5n });
    const first = await rollup.client();
    await empty.restore();
    expect(await rollup.balance("alice")).to.equal(0n);
    expect(await rollup.client()).to.not.equal(first);
    await rollup.deposit({ to: "alice", amount: 6n });
    await rollup.settle();
    expect(await rollup.balance("alice")).to.equal(6n);
  });

  it("goes back through nested snapshots, in any order that the chain allows", async () => {
    const { provider, rollup } = connection;
    const take = async () => String(await provider.request({ method: "evm_snapshot" }));
    const revert = (id: string) => provider.request({ method: "evm_revert", params: [id] });
    const ids: string[] = [];
    for (const amount of [1n, 2n, 3n]) {
      await rollup.deposit({ to: "alice", amount });
      ids.push(await take());
    }
    expect(await rollup.balance("alice")).to.equal(6n);
    expect(await revert(ids[1] as string)).to.equal(true);
    expect(await rollup.balance("alice")).to.equal(3n);
    expect(await revert(ids[2] as string), "gone with the one before it").to.equal(false);
    expect(await rollup.balance("alice")).to.equal(3n);
    expect(await revert(ids[0] as string)).to.equal(true);
    expect(await rollup.balance("alice")).to.equal(1n);
  });

  it("gives up proofs under way, rather than keeping them for a batch of another history", async () => {
    const { networkHelpers, rollup } = connection;
    await networkHelpers.loadFixture(funded);
    await rollup.commitBatch();
    const proving = rollup.prove().then(
      () => "proven",
      (error: Error) => error.message,
    );
    await networkHelpers.loadFixture(funded);
    const outcome = await proving;
    const { store } = await rollup.client();
    // It may have been faster than the chain: either way nothing of it is left.
    expect(outcome).to.match(/^proven$|gone back to a snapshot/);
    expect(store.proofs.count).to.equal(1);
  });

  it("goes on after time has been moved", async () => {
    const { networkHelpers, rollup } = connection;
    await networkHelpers.loadFixture(funded);
    const { l1 } = await rollup.client();
    await networkHelpers.time.increase(3_600);
    const [batch] = await rollup.settle();
    expect(batch).to.include({ batchNumber: 2 });
    await rollup.deposit({ to: "alice", amount: 1n });
    const deadline = await l1.deadline(2);
    expect(deadline).to.be.greaterThan(await networkHelpers.time.latest());
    await networkHelpers.time.increaseTo(deadline + 1);
    await l1.freeze();
    await networkHelpers.loadFixture(funded);
    expect(await l1.frozen()).to.equal(false);
    expect(await rollup.settle()).to.have.length(1);
  });
});
