import { expect } from "chai";
import { accountIdentity } from "../../../plugin/protocol/account.ts";
import { SigningKey } from "../../../plugin/protocol/eddsa.ts";
import { fixedHex } from "../../../plugin/protocol/hex.ts";
import { type SignedTransaction, signTransaction } from "../../../plugin/protocol/transaction.ts";
import { L1Unavailable } from "../../../plugin/settlement/chain/errors.ts";
import { SettlementError } from "../../../plugin/settlement/errors.ts";
import { L1Follower } from "../../../plugin/settlement/following/l1-follower.ts";
import { syncState } from "../../../plugin/settlement/sync.ts";
import { key } from "../../settlement/fixture.ts";
import { rejection } from "../../settlement/rejection.ts";
import { mineBlocks } from "./branches.ts";
import { dropsLogs, fails, failures } from "./faults.ts";
import { confirmations, type Operator } from "./operator.ts";
import { type Setting, setting } from "./setting.ts";

describe("A store that starts from L1", () => {
  const load = setting();

  /** A signed payment between the accounts 0 and 1, whose keys are the fixture's numbers 1 and 2. */
  function payment({ l1, sequencer }: Operator, from: 0 | 1, amount: bigint): SignedTransaction {
    const to = from === 0 ? 1 : 0;
    const fields = {
      kind: 0 as const,
      from,
      nonce: sequencer.nextNonce(from),
      expiry: 1_000,
      to: BigInt(to),
      amount,
      fee: 0n,
      payload: accountIdentity(sequencer.account(to)),
    };
    const signer = SigningKey.fromSeed(new Uint8Array(32).fill(from + 1));
    return signTransaction(l1.deployment.domain, fields, signer);
  }

  async function settleAll(operator: Operator): Promise<void> {
    await operator.sealAndProve();
    await operator.settler.settle();
    await mineBlocks(confirmations);
    await operator.follower.step();
  }

  async function observeAll(operator: Operator): Promise<void> {
    await mineBlocks(confirmations);
    await operator.follower.step();
  }

  /** An operator with two accounts, three settled batches, and an entry of the queue that no batch has yet. */
  async function withHistory(given: Setting): Promise<Operator> {
    const operator = await given.start();
    await given.deposit(100n, 1);
    await given.deposit(50n, 2);
    await observeAll(operator);
    await settleAll(operator);
    await operator.sequencer.submit(payment(operator, 0, 30n));
    await settleAll(operator);
    await operator.sequencer.submit(payment(operator, 1, 5n));
    await settleAll(operator);
    await given.deposit(7n, 3);
    await observeAll(operator);
    return operator;
  }

  /** What everybody can see of a store. */
  function visible({ store, sequencer }: Operator) {
    const accounts = Array.from({ length: 4 }, (_, index) => sequencer.account(index));
    const { settledBatch, sealedBatch, observedEntries, pendingOperations } = sequencer.status();
    return {
      accounts,
      settledBatch,
      sealedBatch,
      observedEntries,
      pendingOperations,
      settlement: store.settlements.get(3),
    };
  }

  it("has what the lost one had, but for what had not settled", async () => {
    const given = load();
    const before = await withHistory(given);
    const after = await given.start({ store: "two" });
    const step = await after.follower.step();
    expect(step).to.deep.include({ adopted: [1, 2, 3], settled: [], entries: 1 });
    expect(visible(after)).to.deep.equal(visible(before));
    expect(after.store.batch(2).rows).to.deep.equal(before.store.batch(2).rows);
    expect(after.store.stateAfter(3).root).to.equal((await syncState(after.l1)).state.root);
  });

  it("goes on sequencing and settling", async () => {
    const given = load();
    await (await withHistory(given)).stop();
    const after = await given.start({ store: "two" });
    await after.follower.step();
    await after.sequencer.submit(payment(after, 0, 1n));
    await settleAll(after);
    expect(after.store.settledBatch).to.equal(4);
    expect((await syncState(after.l1)).state.account(2).balance).to.equal(7n);
    expect((await after.follower.step()).adopted).to.deep.equal([]);
  });

  it("goes on from where it was stopped, batch by batch", async () => {
    const given = load();
    await (await withHistory(given)).stop();
    const after = await given.start({ store: "two" });
    // The node fails after the second batch.
    let receipts = 0;
    given.node.misbehave(async (request, chain) => {
      if (request.method === "eth_getTransactionReceipt" && ++receipts > 2) throw new Error("gone");
      return await chain(request);
    });
    expect(await rejection(after.follower.step())).to.be.instanceOf(L1Unavailable);
    expect(after.store.settledBatch).to.equal(2);
    given.node.behave();
    await after.stop();
    const again = await given.start({ store: "two" });
    expect((await again.follower.step()).adopted).to.deep.equal([3]);
    expect(again.store.stateAfter(3).root).to.equal((await syncState(again.l1)).state.root);
  });

  it("brings an old copy of a store up to date", async () => {
    const given = load();
    const first = await given.start();
    await given.deposit(100n, 1);
    await given.deposit(50n, 2);
    await observeAll(first);
    await settleAll(first);
    const copy = await given.start({ store: "two" });
    await copy.follower.step();
    const lost = payment(first, 0, 30n);
    await first.sequencer.submit(lost);
    // The copy has a transaction of its own, that the sequencer never had.
    await copy.sequencer.submit(payment(copy, 1, 2n));
    await settleAll(first);
    expect((await copy.follower.step()).adopted).to.deep.equal([2]);
    expect(copy.sequencer.pendingCount()).to.equal(1);
    expect(copy.sequencer.account(0).balance).to.equal(72n);
    expect(copy.sequencer.account(1).balance).to.equal(78n);
  });

  it("takes apart what it has sealed when somebody else settles another batch of that number", async () => {
    const given = load();
    const ours = await given.start();
    await given.deposit(100n, 1);
    await given.deposit(50n, 2);
    await observeAll(ours);
    await settleAll(ours);
    const theirs = await given.start({ store: "two" });
    await theirs.follower.step();
    await ours.sequencer.submit(payment(ours, 1, 2n));
    await ours.sealAndProve();
    expect(ours.store.progress.sealed).to.equal(2);
    await theirs.sequencer.submit(payment(theirs, 0, 30n));
    await settleAll(theirs);
    const step = await ours.follower.step();
    expect(step).to.deep.include({ adopted: [2], settled: [] });
    expect(ours.store.progress.sealed).to.equal(2);
    expect(ours.store.proofs.get(2)).to.equal(undefined);
    await settleAll(ours);
    expect(ours.store.settledBatch).to.equal(3);
    const { state } = await syncState(ours.l1);
    expect([state.account(0).balance, state.account(1).balance]).to.deep.equal([72n, 78n]);
  });

  it("adopts a batch of a shape with its name, and says which batches are L1's", async () => {
    const given = load();
    await withHistory(given);
    const after = await given.start({ store: "two" });
    const seen: [number, number][] = [];
    const follower = new L1Follower({
      ...after,
      onBatch: ({ batchNumber }, total) => seen.push([batchNumber, total]),
    });
    await follower.step();
    expect(seen).to.deep.equal([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
    expect(after.store.batch(1).shapeName).to.equal("small");
  });

  it("takes nothing from a node whose data does not lead to the roots", async () => {
    const given = load();
    await withHistory(given);
    const after = await given.start({ store: "two" });
    given.node.misbehave(async (request, chain) => {
      const answer = await chain(request);
      if (request.method !== "eth_getTransactionByHash") return answer;
      const transaction = answer as { input: string };
      const { ax } = key(1);
      const input = transaction.input.replace(fixedHex(ax, 32), fixedHex(ax + 1n, 32));
      return { ...transaction, input };
    });
    const error = await rejection(after.follower.step());
    expect(error).to.be.instanceOf(SettlementError);
    expect(error.message).to.include("The data of batch 1 does not lead to its root.");
    expect(after.store.settledBatch).to.equal(0);
    given.node.behave();
    expect((await after.follower.step()).adopted).to.deep.equal([1, 2, 3]);
  });

  it("takes all batches or a beginning of them from a node that fails or drops logs", async () => {
    const given = load();
    await withHistory(given);
    const after = await given.start({ store: "two" });
    for (const failure of Object.values(failures)) {
      for (const method of [
        /eth_getTransactionByHash/,
        /eth_getTransactionReceipt/,
        /eth_getLogs/,
        /eth_call/,
      ]) {
        given.node.misbehave(fails(method, failure()));
        expect(await rejection(after.follower.step())).to.be.instanceOf(L1Unavailable);
      }
    }
    given.node.misbehave(dropsLogs((position) => position === 1));
    expect(await rejection(after.follower.step())).to.be.instanceOf(L1Unavailable);
    expect(after.store.settledBatch).to.equal(0);
    given.node.behave();
    expect((await after.follower.step()).adopted).to.deep.equal([1, 2, 3]);
  });

  it("is a copy of another sequencer's that follows it batch by batch", async () => {
    const given = load();
    const sequencer = await withHistory(given);
    const copy = await given.start({ store: "two", copies: true });
    await copy.follower.step();
    for (const amount of [1n, 2n, 3n]) {
      await sequencer.sequencer.submit(payment(sequencer, 0, amount));
      await settleAll(sequencer);
      expect((await copy.follower.step()).adopted).to.have.length(1);
      expect(visible(copy)).to.deep.equal(visible(sequencer));
    }
  });
});
