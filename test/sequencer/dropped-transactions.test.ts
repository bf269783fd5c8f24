import { expect } from "chai";
import { transactionId } from "../../plugin/protocol/transaction.ts";
import { DroppedTransactions } from "../../plugin/sequencer/dropped-transactions.ts";
import { lifeOf } from "../../plugin/sequencer/life.ts";
import type { DroppedTransaction } from "../../plugin/sequencer/records.ts";
import { refuse } from "../../plugin/sequencer/refusal.ts";
import type { Store } from "../../plugin/sequencer/store.ts";
import { alice, bob, cleanUp, domain, openStore, transfer } from "./fixture.ts";

describe("DroppedTransactions", () => {
  const limit = 3;
  let store: Store;

  beforeEach(async () => {
    store = await openStore();
  });
  afterEach(cleanUp);

  /** A transaction that was dropped, told from others by its nonce. */
  function record(nonce: number): DroppedTransaction {
    const transaction = transfer(alice, 1, bob.holder(), { from: 0, nonce });
    const id = transactionId(domain, transaction);
    return {
      id,
      transaction,
      batchNumber: 1,
      refusal: refuse("REPLACED", "Another one took its place.", {}),
    };
  }

  async function drop(dropped: DroppedTransactions, ...nonces: number[]): Promise<void> {
    await store.write(() => {
      for (const nonce of nonces) {
        store.arrivals.put(record(nonce).id, nonce);
        dropped.put(nonce, record(nonce));
      }
    });
  }

  const known = (): number[] => store.dropped.entries().map(([arrival]) => arrival);

  it("are kept up to a number; the oldest are forgotten, their ids too", async () => {
    const dropped = new DroppedTransactions(store, limit);
    await drop(dropped, 1, 2, 3, 4, 5);
    expect(known()).to.deep.equal([3, 4, 5]);
    expect(dropped.count).to.equal(5);
    expect(lifeOf(store, record(2).id)).to.equal(undefined);
    expect(store.arrivals.count).to.equal(limit);
    expect(lifeOf(store, record(3).id)).to.include({ status: "dropped" });
  });

  it("are no more after a restart, nor with two processes", async () => {
    await drop(new DroppedTransactions(store, limit), 1, 2, 3);
    await drop(new DroppedTransactions(store, limit), 4, 5);
    expect(known()).to.deep.equal([3, 4, 5]);
    // One that was kept by an older version, without a limit.
    await drop(new DroppedTransactions(store), 6, 7, 8);
    await drop(new DroppedTransactions(store, limit), 9);
    expect(known()).to.deep.equal([7, 8, 9]);
  });

  it("leave the id of a transaction that has come again", async () => {
    const dropped = new DroppedTransactions(store, limit);
    await drop(dropped, 1);
    await store.write(() => store.arrivals.put(record(1).id, 77));
    await drop(dropped, 2, 3, 4);
    expect(known()).to.deep.equal([2, 3, 4]);
    expect(store.arrivals.get(record(1).id)).to.equal(77);
  });
});
