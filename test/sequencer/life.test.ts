import { expect } from "chai";
import { transactionId } from "../../plugin/protocol/transaction.ts";
import { adoptBatch } from "../../plugin/sequencer/adopt.ts";
import { SequencerError } from "../../plugin/sequencer/errors.ts";
import type { TransactionLife } from "../../plugin/sequencer/life.ts";
import type { ProofRecord } from "../../plugin/sequencer/records.ts";
import type { Sequencer } from "../../plugin/sequencer/sequencer.ts";
import type { Store } from "../../plugin/sequencer/store.ts";
import {
  alice,
  bob,
  carol,
  cleanUp,
  domain,
  openSequencer,
  openStore,
  temporaryFolder,
  transfer,
  treasury,
} from "./fixture.ts";

const settlement = { transactionHash: `0x${"cd".repeat(32)}`, gasUsed: 1n };
const proof: ProofRecord = {
  commitment: 1n,
  newRoot: 5n,
  proof: "0xab",
  witnessSeconds: 0,
  proofSeconds: 1,
  constraints: 12,
  peakMemoryBytes: 13,
};

describe("The life of a transaction", () => {
  let store: Store;
  let sequencer: Sequencer;

  beforeEach(async () => {
    store = await openStore();
    sequencer = await openSequencer(store, { feeHolder: treasury });
    await sequencer.observe([alice.deposit(0, 100n), bob.deposit(1, 100n)]);
  });

  afterEach(cleanUp);

  const pay = (nonce: number, fee = 0n) => transfer(alice, 1, bob.holder(), { from: 0, nonce, fee });

  it("is not told to have failed when a listener fails: what is on disk has happened", async () => {
    const failures: unknown[] = [];
    store.events.onFailure = (error) => failures.push(error);
    for (const event of ["transaction", "batch", "accounts"] as const) {
      sequencer.on(event, () => {
        throw new Error(event);
      });
    }
    const { id } = await sequencer.submit(pay(0));
    await sequencer.seal();
    await store.saveProof(1, proof);
    await store.settled(1, settlement);
    expect(sequencer.transaction(id)).to.include({ status: "settled" });
    const told = new Set(failures.map((error) => (error as Error).message));
    expect([...told]).to.have.members(["transaction", "batch", "accounts"]);
  });

  it("goes from pending to settled, and is told at each step with what there is to know", async () => {
    const told: TransactionLife[] = [];
    const batches: string[] = [];
    const changed = new Set<number>();
    sequencer.on("transaction", (life) => told.push(life));
    sequencer.on("batch", ({ batchNumber, status }) => batches.push(`${batchNumber} ${status}`));
    sequencer.on("accounts", (indices) => {
      for (const index of indices) changed.add(index);
    });
    const transaction = pay(0);
    const { id } = await sequencer.submit(transaction);
    expect(id).to.equal(transactionId(domain, transaction));
    expect(sequencer.transaction(id)).to.deep.include({ id, transaction, status: "pending" });
    await sequencer.seal();
    const sealed = sequencer.transaction(id);
    expect(sealed).to.deep.include({ transaction, status: "sealed", batchNumber: 1, position: 0 });
    expect(sealed?.admittedAt).to.be.closeTo(Math.floor(Date.now() / 1000), 60);
    await store.saveProof(1, proof);
    expect(sequencer.transaction(id)?.status).to.equal("proven");
    await store.settled(1, settlement);
    expect(sequencer.transaction(id)?.status).to.equal("settled");
    expect(told.map((life) => [life.id, life.status])).to.deep.equal([
      [id, "pending"],
      [id, "sealed"],
      [id, "proven"],
      [id, "settled"],
    ]);
    expect(batches).to.deep.equal(["1 sealed", "1 proven", "1 settled"]);
    expect([...changed].sort()).to.deep.equal([0, 1]);
  });

  it("is told to nobody any more who has asked not to be", async () => {
    let told = 0;
    const listener = (): void => {
      told++;
    };
    sequencer.on("transaction", listener).off("transaction", listener);
    await sequencer.submit(pay(0));
    expect(told).to.equal(0);
  });

  it("is not told before it is on disk, and not at all if it has not come there", async () => {
    const folder = await temporaryFolder();
    const broken = await openStore(folder);
    const other = await openSequencer(broken);
    await other.observe([alice.deposit(0, 100n), bob.deposit(1, 100n)]);
    let told = 0;
    other.on("transaction", () => {
      told++;
    });
    const submitting = other.submit(pay(0)).catch((error: unknown) => error);
    await broken.close();
    expect(await submitting).to.be.instanceOf(SequencerError);
    expect(told).to.equal(0);
  });

  it("ends when a batch from L1 takes its nonce: then another one may come at once", async () => {
    await sequencer.seal();
    await store.settled(1, settlement);
    const { id } = await sequencer.submit(pay(0));
    // Somebody else has settled a batch with another transaction of that account.
    await store.write(() => {
      const rows = [{ index: 0, nonceIncrease: 1, balance: 90n }];
      const batch = { batchNumber: 2, operations: [], exits: [], rows, shapeName: "tiny", shapeId: "0x00" };
      adoptBatch(store, batch, settlement);
    });
    expect(sequencer.nextNonce(0)).to.equal(1);
    const { id: next } = await sequencer.submit(pay(1));
    expect(sequencer.transaction(id)?.reason?.code).to.equal("WRONG_NONCE");
    expect(sequencer.transaction(next)?.status).to.equal("pending");
    expect(sequencer.account(0)).to.include({ balance: 89n, nonce: 2 });
  });

  it("goes on when a batch from L1 uses the nonce that it has waited for", async () => {
    await sequencer.seal();
    await store.settled(1, settlement);
    const [{ id }, { id: next }] = [await sequencer.submit(pay(1)), await sequencer.submit(pay(2))];
    await store.write(() => {
      const rows = [{ index: 0, nonceIncrease: 1, balance: 90n }];
      const batch = { batchNumber: 2, operations: [], exits: [], rows, shapeName: "tiny", shapeId: "0x00" };
      adoptBatch(store, batch, settlement);
    });
    await sequencer.sealDue();
    expect([id, next].map((one) => sequencer.transaction(one)?.status)).to.deep.equal(["pending", "pending"]);
    expect(sequencer.account(0)).to.include({ balance: 88n, nonce: 3 });
  });

  for (const asset of [1, 2]) {
    it(`pays no fees to somebody of asset ${asset} who has got the fee account's index on L1`, async () => {
      await sequencer.seal();
      await store.settled(1, settlement);
      const { id } = await sequencer.submit(pay(0, 5n));
      const index = 2;
      expect(sequencer.find(treasury.holder())).to.equal(index);
      const deposit = { kind: 1, index, creates: true, amount: 7n, ...carol.holder(asset) } as const;
      const batch = { batchNumber: 2, operations: [deposit], exits: [], shapeName: "tiny", shapeId: "0x00" };
      const rows = [{ index, nonceIncrease: 0, balance: 7n }];
      await store.write(() => adoptBatch(store, { ...batch, rows }, settlement));
      expect(await sequencer.seal()).to.deep.equal([]);
      expect(sequencer.transaction(id)?.reason?.code).to.equal("NO_FEE_ACCOUNT");
      expect((await sequencer.submit(pay(0, 5n))).id).to.equal(id);
      const [batch3] = await sequencer.seal();
      expect(batch3?.sealed.feeAccounts).to.deep.equal([3]);
      expect([2, 3].map((taker) => sequencer.account(taker).balance)).to.deep.equal([7n, 5n]);
    });
  }

  it("pays fees as before when the batch from L1 has made the fee account", async () => {
    await sequencer.seal();
    await store.settled(1, settlement);
    const { id } = await sequencer.submit(pay(0, 5n));
    const open = { kind: 3, index: 2, ...treasury.holder() } as const;
    const rows = [{ index: 2, nonceIncrease: 0, balance: 0n }];
    const batch = { batchNumber: 2, operations: [open], exits: [], rows, shapeName: "tiny", shapeId: "0x00" };
    await store.write(() => adoptBatch(store, batch, settlement));
    await sequencer.seal();
    expect(sequencer.transaction(id)?.status).to.equal("sealed");
    expect(sequencer.account(2).balance).to.equal(5n);
  });

  describe("unsealing", () => {
    /** Three batches: deposits and a transfer, two transfers, an open and a transfer. */
    async function sealThree(): Promise<string[]> {
      const ids: string[] = [];
      ids.push((await sequencer.submit(pay(0))).id);
      await sequencer.seal();
      for (const nonce of [1, 2]) ids.push((await sequencer.submit(pay(nonce))).id);
      await sequencer.seal();
      const index = await sequencer.open(carol.holder());
      ids.push((await sequencer.submit(transfer(bob, index, carol.holder(), { from: 1, nonce: 0 }))).id);
      await sequencer.seal();
      return ids;
    }

    it("makes pending again what was sealed, in its order, without the proofs", async () => {
      const ids = await sealThree();
      const before = [0, 1, 2].map((index) => sequencer.account(index));
      const [first] = store.batches.entries();
      await store.saveProof(2, proof);
      const told: string[] = [];
      sequencer.on("batch", ({ batchNumber, status }) => told.push(`${batchNumber} ${status}`));
      expect(await sequencer.unseal(2)).to.deep.equal([2, 3]);
      expect(told).to.deep.equal(["2 unsealed", "3 unsealed"]);
      const lives = ids.map((id) => sequencer.transaction(id));
      expect(lives.map((life) => life?.status)).to.deep.equal(["sealed", "pending", "pending", "pending"]);
      expect(lives[1]?.batchNumber).to.equal(undefined);
      expect(store.proofs.count).to.equal(0);
      expect([0, 1, 2].map((index) => sequencer.account(index))).to.deep.equal(before);
      await sequencer.seal();
      expect(store.batches.get(1)).to.deep.equal(first?.[1]);
      const transactions = store.batches.entries().flatMap(([, { sealed }]) => sealed.transactions);
      expect(transactions.map((transaction) => transactionId(domain, transaction))).to.deep.equal(ids);
      expect(sequencer.pendingCount()).to.equal(0);
      expect([0, 1, 2].map((index) => sequencer.account(index))).to.deep.equal(before);
    });

    it("leaves alone what has settled, and does nothing where nothing is sealed", async () => {
      await sealThree();
      await store.settled(1, settlement);
      const error = await sequencer.unseal(1).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(SequencerError).with.property("code", "UNKNOWN_BATCH");
      expect(store.progress.sealed).to.equal(3);
      expect(await sequencer.unseal(4)).to.deep.equal([]);
      expect(await sequencer.unseal(2)).to.deep.equal([2, 3]);
      expect(await sequencer.unseal(2)).to.deep.equal([]);
    });

    it("keeps what has spent fees of a batch that is unsealed, until they are paid again", async () => {
      await sequencer.submit(pay(0, 5n));
      await sequencer.seal();
      const spend = transfer(treasury, 0, alice.holder(), { from: 2, nonce: 0, amount: 5n });
      const { id } = await sequencer.submit(spend);
      await sequencer.unseal(1);
      expect(sequencer.transaction(id)?.status).to.equal("pending");
      await sequencer.seal();
      expect(sequencer.transaction(id)?.status).to.equal("sealed");
      expect(sequencer.account(2)).to.include({ balance: 0n, nonce: 1 });
      expect(sequencer.account(0).balance).to.equal(99n);
    });

    it("comes with forgetting entries of the queue, and drops what lived on them", async () => {
      await sealThree();
      await sequencer.observe([carol.deposit(2, 50n)]);
      await sequencer.seal();
      const rich = transfer(carol, 0, alice.holder(), { from: 2, nonce: 0, amount: 51n });
      const poor = transfer(alice, 1, bob.holder(), { from: 0, nonce: 3, amount: 1n });
      const ids = [(await sequencer.submit(rich)).id, (await sequencer.submit(poor)).id];
      expect(await sequencer.forgetEntries(2)).to.deep.equal([4]);
      expect(store.progress).to.include({ sealed: 3, observed: 2, sealedEntries: 2 });
      expect(ids.map((id) => sequencer.transaction(id)?.reason?.code)).to.deep.equal([
        "OVERDRAFT",
        undefined,
      ]);
      // L1 has something else there now.
      await sequencer.observe([bob.deposit(2, 7n)]);
      expect(sequencer.account(1).balance).to.equal(100n + 3n - 1n + 1n + 7n);
      const restarted = await openSequencer(store, { feeHolder: treasury });
      expect(restarted.status()).to.deep.equal(sequencer.status());
    });

    it("forgets accounts that entries had made, and gives their place to others", async () => {
      await sequencer.observe([carol.deposit(2, 5n)]);
      const { id } = await sequencer.submit(transfer(alice, 2, carol.holder(), { from: 0, nonce: 0 }));
      await sequencer.seal();
      expect(await sequencer.forgetEntries(1)).to.deep.equal([1, 2]);
      expect(sequencer.find(bob.holder())).to.equal(undefined);
      expect(sequencer.transaction(id)?.reason?.code).to.equal("UNKNOWN_RECIPIENT");
      await sequencer.observe([carol.deposit(1, 5n), bob.deposit(2, 6n)]);
      expect(sequencer.find(carol.holder())).to.equal(1);
      await sequencer.seal();
      expect([0, 1, 2].map((index) => sequencer.account(index).balance)).to.deep.equal([100n, 5n, 6n]);
    });
  });
});
