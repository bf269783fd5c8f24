import { expect } from "chai";
import type { SequencerErrorCode } from "../../plugin/sequencer/errors.ts";
import {
  alice,
  bob,
  cleanUp,
  openSequencer,
  openStore,
  temporaryFolder,
  transfer,
} from "../sequencer/fixture.ts";

const settlement = { transactionHash: `0x${"12".repeat(32)}`, gasUsed: 400_000n };

describe("Store: snapshots", () => {
  afterEach(cleanUp);

  it("goes back to what was pending, sealed and settled, and to nothing", async () => {
    const store = await openStore();
    const sequencer = await openSequencer(store);
    const empty = store.snapshot();
    await sequencer.observe([alice.deposit(0, 10n)]);
    await sequencer.seal();
    await store.settled(1, settlement);
    await sequencer.observe([bob.deposit(1, 5n)]);
    const then = store.snapshot();
    const { root } = store.stateAfter(1);

    await sequencer.submit(transfer(alice, 1, bob.holder(), { from: 0, nonce: 0, amount: 3n }));
    await sequencer.seal();
    await store.settled(2, settlement);
    expect(sequencer.account(1).balance).to.equal(8n);

    await store.restore(then);
    expect(store.settledBatch).to.equal(1);
    expect(store.batches.count).to.equal(1);
    expect(store.stateAfter(1).root).to.equal(root);
    expect(sequencer.status()).to.include({ pendingOperations: 1, pendingTransactions: 0, sealedBatch: 1 });
    expect([sequencer.account(0), sequencer.account(1)].map(({ balance }) => balance)).to.deep.equal([
      10n,
      5n,
    ]);

    await store.restore(empty);
    expect(sequencer.status()).to.include({
      settledBatch: 0,
      sealedBatch: 0,
      accounts: 0,
      observedEntries: 0,
    });
  });

  it("goes on differently: a sequencer never takes its old picture for the present one", async () => {
    const store = await openStore();
    const sequencer = await openSequencer(store);
    const other = await openSequencer(store);
    const empty = store.snapshot();
    await sequencer.observe([alice.deposit(0, 10n)]);
    expect(other.find(alice.holder())).to.equal(0);
    // As many changes again, with another depositor.
    await store.restore(empty);
    await sequencer.observe([bob.deposit(0, 7n)]);
    for (const one of [sequencer, other]) {
      expect(one.find(alice.holder())).to.equal(undefined);
      expect(one.account(0).balance).to.equal(7n);
    }
  });

  it("keeps a snapshot whatever happens to the store, any number of times", async () => {
    const folder = await temporaryFolder();
    const store = await openStore(folder);
    const sequencer = await openSequencer(store);
    await sequencer.observe([alice.deposit(0, 10n)]);
    const then = store.snapshot();
    for (const amount of [1n, 2n]) {
      await sequencer.observe([bob.deposit(1, amount)]);
      await sequencer.seal();
      await store.restore(then);
      expect(sequencer.find(bob.holder())).to.equal(undefined);
    }
    await store.close();
    const again = await openStore(folder);
    expect((await openSequencer(again)).status()).to.include({ pendingOperations: 1, sealedBatch: 0 });
  });

  it("is nothing for a store that is closed", async () => {
    const store = await openStore();
    const then = store.snapshot();
    await store.close();
    const code = await store.restore(then).catch((error: { code: SequencerErrorCode }) => error.code);
    expect(code).to.equal("CLOSED_STORE");
  });
});
