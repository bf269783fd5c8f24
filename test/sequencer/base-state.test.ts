import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { type Account, absentAccount } from "../../plugin/protocol/account.ts";
import { State } from "../../plugin/protocol/state.ts";
import type { SettlementRecord } from "../../plugin/sequencer/records.ts";
import { Sequencer } from "../../plugin/sequencer/sequencer.ts";
import { Store } from "../../plugin/sequencer/store.ts";
import { alice, bob, carol, domain, identity, shapes } from "./fixture.ts";

const settlement = {
  transactionHash: `0x${"11".repeat(32)}`,
  gasUsed: 1n,
  blockNumber: 1,
  blockHash: `0x${"22".repeat(32)}`,
} as SettlementRecord;

/** What the stored accounts alone say. */
function rootOfAccounts(store: Store): bigint {
  const state = new State(store.identity.depth);
  for (const [index, account] of store.accounts.entries()) state.set(index, account);
  return state.root;
}

describe("The states that a store hands out", () => {
  let folder: string;
  let store: Store;
  let sequencer: Sequencer;
  let entries = 0;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "hardhat-rollup-base-"));
    store = await Store.open(folder, identity);
    sequencer = await Sequencer.open({ store, domain, depth: identity.depth, shapes });
    entries = 0;
  });

  afterEach(async () => {
    await sequencer.close();
    await store.close();
    await rm(folder, { recursive: true });
  });

  async function sealDeposit(amount: bigint, by = alice): Promise<number> {
    await sequencer.observe([by.deposit(entries++, amount)]);
    const [batch] = await sequencer.seal();
    return batch?.sealed.batchNumber ?? 0;
  }

  /** Another process would open the store like that. */
  async function expectAsIfOpenedAnew(): Promise<void> {
    const { settledBatch } = store;
    const state = store.stateAfter(settledBatch);
    expect(state.root).to.equal(rootOfAccounts(store));
    expect(new Map(state.accounts())).to.deep.equal(new Map(store.accounts.entries()));
    const { sealed } = store.progress;
    const last = store.stateAfter(sealed);
    expect(sequencer.path(0).root).to.equal(last.root);
    await sequencer.close();
    await store.close();
    store = await Store.open(folder, identity);
    sequencer = await Sequencer.open({ store, domain, depth: identity.depth, shapes });
    expect(store.stateAfter(settledBatch).root).to.equal(state.root);
    expect(store.stateAfter(sealed).root).to.equal(last.root);
  }

  it("go on with what settles", async () => {
    for (const [amount, by] of [
      [5n, alice],
      [6n, bob],
      [7n, alice],
      [8n, carol],
    ] as const) {
      const number = await sealDeposit(amount, by);
      expect(store.stateAfter(number - 1).root).to.equal(rootOfAccounts(store));
      await store.settled(number, settlement);
      expect(store.stateAfter(number).root).to.equal(rootOfAccounts(store));
    }
    await sealDeposit(9n);
    await expectAsIfOpenedAnew();
  });

  it("are the same whether or not they are kept hashed", async () => {
    await store.settled(await sealDeposit(5n), settlement);
    const left: number[] = [];
    await store.hashAccounts((count) => left.push(count));
    expect(left).to.deep.equal([]);
    await store.settled(await sealDeposit(6n, bob), settlement);
    await store.settled(await sealDeposit(7n), settlement);
    await expectAsIfOpenedAnew();
  });

  it("belong to who asked for them: changing one changes no other", async () => {
    const number = await sealDeposit(5n);
    await store.settled(number, settlement);
    const [mine, other] = [store.stateAfter(number), store.stateAfter(number)];
    const { root } = other;
    mine.set(0, { ...mine.account(0), balance: 1n });
    mine.set(1, { ...(mine.account(0) as Account) });
    expect(mine.root).not.to.equal(root);
    expect(other.root).to.equal(root);
    expect(store.stateAfter(number).root).to.equal(root);
    expect(store.stateAfter(number).account(1)).to.deep.equal(absentAccount);
  });

  it("go back with a snapshot, and on from there in another way", async () => {
    await store.settled(await sealDeposit(5n), settlement);
    const before = rootOfAccounts(store);
    const snapshot = store.snapshot();
    await store.settled(await sealDeposit(6n), settlement);
    const after = rootOfAccounts(store);
    expect(store.stateAfter(2).root).to.equal(after);
    await store.restore(snapshot);
    entries = 1;
    expect(store.stateAfter(1).root).to.equal(before);
    await store.settled(await sealDeposit(7n, bob), settlement);
    expect(store.stateAfter(2).root).to.equal(rootOfAccounts(store));
    expect(store.stateAfter(2).root).not.to.equal(after);
    await store.restore(snapshot);
    expect(store.stateAfter(1).root).to.equal(before);
    entries = 1;
    await expectAsIfOpenedAnew();
  });

  it("know nothing of a settlement that failed", async () => {
    const number = await sealDeposit(5n);
    await store.settled(number, settlement);
    const next = await sealDeposit(6n);
    const { root } = store.stateAfter(number);
    const failed = await store
      .write(() => {
        store.putAccount(0, { ...(store.accounts.get(0) as Account), balance: 99n });
        store.putSettled(next, settlement);
        throw new Error("The disk is full.");
      })
      .catch((error: unknown) => error);
    expect(failed).to.have.property("message", "The disk is full.");
    expect(store.stateAfter(number).root).to.equal(root);
    await store.settled(next, settlement);
    expect(store.stateAfter(next).root).to.equal(rootOfAccounts(store));
    expect(store.stateAfter(next).account(0).balance).to.equal(11n);
  });
});
