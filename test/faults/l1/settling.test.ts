import { expect } from "chai";
import { DeepReorg, L1Unavailable } from "../../../plugin/settlement/chain/errors.ts";
import { ContractError } from "../../../plugin/settlement/contract-error.ts";
import { batchNumbersOf } from "../../../plugin/settlement/sending/outgoing.ts";
import { syncState } from "../../../plugin/settlement/sync.ts";
import { ethers, networkHelpers } from "../../settlement/connection.ts";
import { account, parameters } from "../../settlement/fixture.ts";
import { rejection } from "../../settlement/rejection.ts";
import { Fork, mineAtOnce, mineBlocks } from "./branches.ts";
import {
  answersFromOlderBlock,
  dropsLogs,
  fails,
  failures,
  hangs,
  lagging,
  oneOfTwoIsBehind,
  sendsAndFails,
  swallowsTransactions,
} from "./faults.ts";
import { RpcFailure } from "./misbehaving-node.ts";
import { confirmations, type Operator } from "./operator.ts";
import { type Setting, setting } from "./setting.ts";

describe("Settler, with a node that misbehaves", () => {
  const load = setting();

  /** An operator that has proven a batch for each deposit, none of them settled. */
  async function withBatches(given: Setting, count: number, options: Parameters<Setting["start"]>[0] = {}) {
    const operator = await given.start(options);
    for (let number = 1; number <= count; number++) {
      await given.deposit(BigInt(number));
      await mineBlocks(confirmations);
      await operator.follower.step();
      await operator.sealAndProve();
    }
    return operator;
  }

  /** What the chain has of settlements, past the node: hashes of the transactions of BatchSettled, in order. */
  async function settlements({ l1 }: Operator): Promise<string[]> {
    const topics = [ethers.id("BatchSettled(uint256,uint256,bytes32,uint256,uint256)")];
    const logs = await ethers.provider.getLogs({ address: l1.deployment.rollup, topics, fromBlock: 0 });
    return logs.map(({ transactionHash }) => transactionHash);
  }

  /** How many transactions the sequencer has had mined. */
  async function used(): Promise<number> {
    return await ethers.provider.getTransactionCount(await account(0), "latest");
  }

  /** Steps until a condition holds, with blocks in between where they are not mined at once. */
  async function stepsUntil(operator: Operator, holds: () => boolean | Promise<boolean>, most = 20) {
    for (let step = 0; step < most; step++) {
      await operator.settler.step().catch((error: unknown) => {
        if (!(error instanceof L1Unavailable)) throw error;
      });
      if (await holds()) return;
    }
    throw new Error("It never came to that.");
  }

  it("settles what is proven, and the store has it when it is final", async () => {
    const operator = await withBatches(load(), 3);
    const before = await used();
    const told: number[] = [];
    await operator.settler.settle({ onIncluded: (number) => told.push(number) });
    expect(told).to.deep.equal([1, 2, 3]);
    expect(await used()).to.equal(before + 1);
    expect(operator.store.settledBatch).to.equal(0);
    expect(operator.settler.mayStillSettle(3)).to.equal(true);
    expect(operator.settler.journal.included(2)?.blockHash).to.match(/^0x[0-9a-f]{64}$/);
    await mineBlocks(confirmations);
    expect((await operator.follower.step()).settled).to.deep.equal([1, 2, 3]);
    expect(operator.store.settlements.get(2)).to.deep.include({
      transactionHash: (await settlements(operator))[1],
    });
    expect(await operator.settler.step()).to.include({ isIdle: true });
    expect(operator.settler.mayStillSettle(3)).to.equal(false);
  });

  it("replaces a transaction that is stuck by one that pays more, at the same nonce", async () => {
    let now = 1_000_000;
    const operator = await withBatches(load(), 1, { now: () => now, stuckAfter: 60_000 });
    const before = await used();
    await mineAtOnce(false);
    const sent = await operator.settler.step();
    expect(sent.sent).to.include({ nonce: before, version: 1 });
    // Far above what was offered.
    await ethers.provider.send("hardhat_setNextBlockBaseFeePerGas", ["0x2540be400"]);
    await mineBlocks(1);
    expect(await operator.settler.step()).to.deep.include({ waiting: [1], included: [] });
    now += 60_000;
    await ethers.provider.send("hardhat_setNextBlockBaseFeePerGas", ["0x2540be400"]);
    const again = await operator.settler.step();
    expect(again.sent).to.include({ nonce: before, version: 2, problem: undefined });
    expect(again.sent?.hash).to.not.equal(sent.sent?.hash);
    await mineBlocks(1);
    expect((await operator.settler.step()).included).to.deep.equal([1]);
    expect(await settlements(operator)).to.deep.equal([again.sent?.hash]);
    expect(await used()).to.equal(before + 1);
  });

  it("pays no more than the limit for a replacement, and sends the same again instead", async () => {
    let now = 1_000_000;
    // More than the base fee, and less than an eighth more than what is offered at first.
    const options = { now: () => now, stuckAfter: 1_000, maxFeePerGas: 1_100_000_000n };
    const operator = await withBatches(load(), 1, options);
    await mineAtOnce(false);
    const { sent } = await operator.settler.step();
    now += 10_000;
    const again = await operator.settler.step();
    expect(again.sent).to.include({ nonce: sent?.nonce, version: 1 });
    await mineBlocks(1);
    expect(await settlements(operator)).to.deep.equal([sent?.hash]);
  });

  it("sends a transaction again that a node has thanked for and forgotten", async () => {
    let now = 1_000_000;
    const given = load();
    const operator = await withBatches(given, 1, { now: () => now });
    given.node.misbehave(swallowsTransactions());
    expect((await operator.settler.step()).sent).to.include({ version: 1 });
    given.node.behave();
    expect((await operator.settler.step()).sent).to.equal(undefined);
    now += 20_000;
    expect((await operator.settler.step()).sent).to.include({ version: 1 });
    expect((await operator.settler.step()).included).to.deep.equal([1]);
    expect(await settlements(operator)).to.have.length(1);
  });

  for (const [what, failure] of Object.entries(failures)) {
    it(`settles once if the node passes the transaction on and answers with ${what}`, async () => {
      const given = load();
      const operator = await withBatches(given, 2);
      const before = await used();
      given.node.misbehave(sendsAndFails(failure));
      await operator.settler.settle();
      expect(await settlements(operator)).to.have.length(2);
      expect(await used()).to.equal(before + 1);
    });
  }

  for (const method of [
    "eth_getBlockByNumber",
    "eth_call",
    "eth_getTransactionCount",
    "eth_estimateGas",
    "eth_sendRawTransaction",
    "eth_getLogs",
    "eth_getTransactionReceipt",
  ]) {
    it(`settles once, whatever becomes of ${method}`, async () => {
      const given = load();
      const operator = await withBatches(given, 2, { requestTimeout: 200, resendAfter: 1 });
      const before = await used();
      for (const failure of Object.values(failures)) {
        given.node.misbehave(fails(new RegExp(method), failure()));
        await operator.settler.step().catch((error: unknown) => {
          expect(error).to.be.instanceOf(L1Unavailable);
        });
      }
      given.node.misbehave(hangs(new RegExp(method)));
      await operator.settler.step().catch((error: unknown) => expect(error).to.be.instanceOf(L1Unavailable));
      given.node.behave();
      await operator.settler.settle();
      expect(await settlements(operator)).to.have.length(2);
      expect(await used()).to.equal(before + 1);
    });
  }

  for (const [what, fault] of Object.entries({
    "is behind": lagging(2),
    "answers from an older block": answersFromOlderBlock(2),
    "drops all logs": dropsLogs(() => true),
  })) {
    it(`settles each batch once if the node ${what}`, async () => {
      const given = load();
      const operator = await withBatches(given, 1);
      const before = await used();
      await operator.settler.settle();
      given.node.misbehave(fault);
      for (let step = 0; step < 5; step++) {
        await operator.settler
          .step()
          .catch((error: unknown) => expect(error).to.be.instanceOf(L1Unavailable));
      }
      await mineBlocks(confirmations + 2);
      given.node.behave();
      await operator.follower.step();
      await given.deposit(5n);
      await mineBlocks(confirmations);
      await operator.follower.step();
      await operator.sealAndProve();
      given.node.misbehave(fault);
      for (let step = 0; step < 5; step++) {
        await operator.settler
          .step()
          .catch((error: unknown) => expect(error).to.be.instanceOf(L1Unavailable));
        await mineBlocks(1);
      }
      given.node.behave();
      await operator.settler.settle();
      expect(await settlements(operator)).to.have.length(2);
      expect(await used()).to.equal(before + 2);
      await mineBlocks(confirmations);
      expect((await operator.follower.step()).settled).to.deep.equal([2]);
    });
  }

  it("gets on where half of the requests go to a node that has not heard of the latest block", async () => {
    const given = load();
    const operator = await withBatches(given, 2);
    const before = await used();
    await mineBlocks(1);
    given.node.misbehave(oneOfTwoIsBehind());
    await operator.settler.settle();
    expect(await used()).to.equal(before + 1);
    await mineBlocks(confirmations + 1);
    expect((await operator.follower.step()).settled).to.deep.equal([1, 2]);
  });

  it("sends orphaned settlements again, in order", async () => {
    const given = load();
    const operator = await withBatches(given, 1);
    const fork = await Fork.here();
    await operator.settler.settle();
    await given.deposit(7n);
    await mineBlocks(confirmations - 1);
    expect(operator.settler.journal.included(1)).to.not.equal(undefined);
    await fork.branch(confirmations, 2);
    const step = await operator.settler.step();
    expect(step.orphaned).to.deep.equal([1]);
    expect(step.sent).to.include({ version: 1 });
    await stepsUntil(operator, () => operator.settler.journal.included(1) !== undefined);
    await mineBlocks(confirmations);
    expect((await operator.follower.step()).settled).to.deep.equal([1]);
    expect(await settlements(operator)).to.have.length(1);
  });

  it("sends two orphaned settlements again at their nonces", async () => {
    const given = load();
    const operator = await withBatches(given, 2);
    const before = await used();
    const fork = await Fork.here();
    await operator.settler.settle({ upTo: 1 });
    await operator.settler.settle({ upTo: 2 });
    expect(await used()).to.equal(before + 2);
    await fork.branch(confirmations, 2);
    expect((await operator.settler.step()).orphaned).to.deep.equal([1, 2]);
    await stepsUntil(operator, () => operator.settler.journal.included(2) !== undefined);
    const journal = operator.settler.journal.entries().map(({ outgoing }) => outgoing);
    expect(journal.map(({ nonce }) => nonce)).to.deep.equal([before, before + 1]);
    expect(journal.map(batchNumbersOf)).to.deep.equal([[1], [2]]);
    expect(await used()).to.equal(before + 2);
  });

  it("sends a settlement again that was orphaned while nobody was looking", async () => {
    const given = load();
    const operator = await withBatches(given, 1);
    const before = await used();
    const fork = await Fork.here();
    await operator.settler.settle();
    await operator.stop();
    await fork.branch(confirmations, 2);
    const after = await given.start();
    expect((await after.settler.step()).orphaned).to.deep.equal([1]);
    await stepsUntil(after, () => after.settler.journal.included(1) !== undefined);
    expect(await used()).to.equal(before + 1);
    expect(await settlements(after)).to.have.length(1);
  });

  it("sends nothing when a final settlement is gone, which stops the follower", async () => {
    const given = load();
    const operator = await withBatches(given, 2);
    const before = await used();
    const fork = await Fork.here();
    await operator.settler.settle({ upTo: 1 });
    await mineBlocks(confirmations);
    expect((await operator.follower.step()).settled).to.deep.equal([1]);
    await fork.branch(confirmations + 3, 2);
    expect(await rejection(operator.follower.step())).to.be.instanceOf(DeepReorg);
    for (let step = 0; step < 3; step++) {
      expect(await rejection(operator.settler.step())).to.be.instanceOf(L1Unavailable);
    }
    expect(await used()).to.equal(before);
  });

  it("follows a settlement from a branch to another and back", async () => {
    const given = load();
    const operator = await withBatches(given, 1);
    await mineAtOnce(false);
    const { sent } = await operator.settler.step();
    const [raw] = given.node.requests.find(({ method }) => method === "eth_sendRawTransaction")?.params ?? [];
    const fork = await Fork.here();
    const a = () =>
      fork.branch(2, 1, async () => {
        // It may be waiting still.
        await ethers.provider.send("eth_sendRawTransaction", [raw]).catch(() => undefined);
      });
    const first = await a();
    expect((await operator.settler.step()).included).to.deep.equal([1]);
    const where = operator.settler.journal.included(1);
    await fork.branch(3, 2, () => ethers.provider.send("hardhat_dropTransaction", [sent?.hash]));
    expect((await operator.settler.step()).orphaned).to.deep.equal([1]);
    expect(await a()).to.equal(first);
    await operator.settler.step();
    expect(operator.settler.journal.included(1)).to.deep.equal(where);
    expect(await settlements(operator)).to.deep.equal([sent?.hash]);
  });

  describe("killed", () => {
    /** Another process on the same store, as after a kill. */
    async function restarted(given: Setting, operator: Operator): Promise<Operator> {
      await operator.stop();
      return await given.start();
    }

    it("between its record and the broadcast: it sends that, and not another one", async () => {
      const given = load();
      const operator = await withBatches(given, 2);
      const before = await used();
      given.node.misbehave(fails(/eth_sendRawTransaction/, new RpcFailure(-32603, "killed")));
      await operator.settler.step();
      expect(await used()).to.equal(before);
      given.node.behave();
      const after = await restarted(given, operator);
      expect(after.settler.mayStillSettle(2)).to.equal(true);
      await after.settler.settle();
      expect(await settlements(after)).to.have.length(2);
      expect(await used()).to.equal(before + 1);
    });

    it("between the broadcast and its answer: it doubles nothing and leaves no gap", async () => {
      const given = load();
      const operator = await withBatches(given, 2);
      const before = await used();
      let pass: (() => void) | undefined;
      const passed = new Promise<void>((resolve) => {
        pass = resolve;
      });
      given.node.misbehave(async (request, chain) => {
        const answer = await chain(request);
        if (request.method !== "eth_sendRawTransaction") return answer;
        pass?.();
        return await new Promise<never>(() => undefined);
      });
      const step = operator.settler.step().catch(() => undefined);
      await passed;
      const after = await given.start();
      given.node.behave();
      await after.settler.settle();
      await step;
      expect(await settlements(after)).to.have.length(2);
      expect(await used()).to.equal(before + 1);
      await mineBlocks(confirmations);
      expect((await after.follower.step()).settled).to.deep.equal([1, 2]);
    });

    it("while it waits: it goes on waiting, and replaces what is stuck", async () => {
      const given = load();
      const operator = await withBatches(given, 1);
      await mineAtOnce(false);
      const { sent } = await operator.settler.step();
      await operator.stop();
      const after = await given.start({ now: () => Date.now() + 3_600_000 });
      const again = await after.settler.step();
      expect(again.sent).to.include({ nonce: sent?.nonce, version: 2 });
      await mineBlocks(1);
      expect((await after.settler.step()).included).to.deep.equal([1]);
      expect(await settlements(after)).to.have.length(1);
    });
  });

  it("has one settlement under way, however many processes settle", async () => {
    const given = load();
    const one = await withBatches(given, 3);
    const two = await given.start();
    const before = await used();
    await Promise.all([one.settler.settle(), two.settler.settle()]);
    expect(await settlements(one)).to.have.length(3);
    expect(await used()).to.equal(before + 1);
  });

  it("begins anew, once that is final, when its nonce went to another transaction of the account", async () => {
    const given = load();
    const operator = await withBatches(given, 1);
    const before = await used();
    given.node.misbehave(swallowsTransactions());
    await operator.settler.step();
    given.node.behave();
    const signer = await account(0);
    await signer.sendTransaction({ to: signer.address, nonce: before });
    await mineBlocks(confirmations - 1);
    expect(await operator.settler.step()).to.deep.include({ lost: [], waiting: [1] });
    expect(await settlements(operator)).to.deep.equal([]);
    await mineBlocks(1);
    const step = await operator.settler.step();
    expect(step.lost).to.deep.equal([1]);
    expect(step.sent).to.include({ nonce: before + 1 });
    expect((await operator.settler.step()).included).to.deep.equal([1]);
  });

  it("uses up the nonce of a settlement that somebody else has made", async () => {
    let now = 1_000_000;
    const given = load();
    const operator = await withBatches(given, 1, { now: () => now });
    const before = await used();
    given.node.misbehave(swallowsTransactions());
    await operator.settler.step();
    given.node.behave();
    const [entry] = operator.settler.journal.entries();
    // The account's owner, with another program: the same call at a later nonce, the first one in between left out.
    await ethers.provider.send("hardhat_setNonce", [(await account(0)).address, ethers.toQuantity(before)]);
    const { rollup } = operator.l1.deployment;
    await ethers.provider.send("hardhat_setStorageAt", [rollup, "0x2", await zeroSequencerWord(operator)]);
    await (await account(2)).sendTransaction({ to: rollup, data: entry?.outgoing.data ?? "0x" });
    now += 60_000;
    const step = await operator.settler.step();
    expect(step.included).to.deep.equal([1]);
    expect(step.sent).to.include({ nonce: before });
    expect(await used()).to.equal(before + 1);
    await mineBlocks(confirmations);
    expect((await operator.follower.step()).settled).to.deep.equal([1]);
    expect(await operator.settler.step()).to.include({ isIdle: true });
    expect(await settlements(operator)).to.have.length(1);
  });

  /** The word of the present sequencer with nobody in it, so that everybody may settle. */
  async function zeroSequencerWord({ l1 }: Operator): Promise<string> {
    const word = BigInt(await ethers.provider.getStorage(l1.deployment.rollup, 2));
    return ethers.toBeHex((word >> 160n) << 160n, 32);
  }

  describe("with accounts that the node signs for", () => {
    it("settles once, whatever the node answers", async () => {
      for (const failure of Object.values(failures).slice(0, 3)) {
        const given = load();
        const operator = await withBatches(given, 1, { accountsOfNode: true, store: failure.name });
        const before = await used();
        given.node.misbehave(sendsAndFails(failure));
        await operator.settler.settle();
        expect(await used()).to.equal(before + 1);
        given.node.behave();
        await mineBlocks(confirmations);
        expect((await operator.follower.step()).settled).to.have.length(1);
      }
    });

    it("replaces what is stuck", async () => {
      let now = 1_000_000;
      const options = { now: () => now, stuckAfter: 60_000, accountsOfNode: true };
      const operator = await withBatches(load(), 1, options);
      await mineAtOnce(false);
      const { sent } = await operator.settler.step();
      now += 60_000;
      const again = await operator.settler.step();
      expect(again.sent).to.include({ nonce: sent?.nonce, version: 2, problem: undefined });
      await mineBlocks(1);
      expect(await settlements(operator)).to.deep.equal([again.sent?.hash]);
    });
  });

  it("fills the gap that a forgotten transaction of the account has left before its nonce", async () => {
    let now = 1_000_000;
    const operator = await withBatches(load(), 1, { now: () => now, stuckAfter: 60_000 });
    const before = await used();
    await mineAtOnce(false);
    const { address } = await account(0);
    const other = await ethers.provider.send("eth_sendTransaction", [
      { from: address, to: address, gas: "0x5208" },
    ]);
    expect((await operator.settler.step()).sent).to.include({ nonce: before + 1 });
    await ethers.provider.send("hardhat_dropTransaction", [other]);
    await mineBlocks(1);
    expect(await used()).to.equal(before);
    now += 60_000;
    expect((await operator.settler.step()).sent).to.deep.include({ nonce: before, batchNumbers: [] });
    await mineBlocks(1);
    expect(await used()).to.equal(before + 2);
    expect((await operator.settler.step()).included).to.deep.equal([1]);
  });

  describe("when entries of the queue have become late", () => {
    /** A batch that was proven before an entry came that L1 wants to have settled by now. */
    async function withLateEntry(given: Setting): Promise<Operator> {
      const operator = await withBatches(given, 1);
      await given.deposit(9n, 2);
      await networkHelpers.time.increase(parameters.forcedInclusionPeriod - 60);
      await mineBlocks(confirmations);
      await operator.follower.step();
      return operator;
    }

    it("takes batches apart that leave them waiting, and settles what is sealed instead", async () => {
      const operator = await withLateEntry(load());
      expect((await operator.settler.step()).unsealed).to.deep.equal([1]);
      expect(operator.store.progress.sealed).to.equal(0);
      expect(await operator.sealAndProve()).to.deep.equal([1]);
      await operator.settler.settle();
      expect(operator.settler.journal.included(1)).to.not.equal(undefined);
      await mineBlocks(confirmations);
      expect((await operator.follower.step()).settled).to.deep.equal([1]);
      expect((await syncState(operator.l1)).state.accountCount).to.equal(2);
    });

    it("says in a short command what to do", async () => {
      const operator = await withLateEntry(load());
      const error = await rejection(operator.settler.settle());
      expect(error.message).to.include("batches taken apart: 1").and.include("rollup:sequence");
    });

    it("leaves a batch alone that may still be mined", async () => {
      const given = load();
      const operator = await withBatches(given, 1);
      given.node.misbehave(swallowsTransactions());
      await operator.settler.step();
      given.node.behave();
      await given.deposit(9n, 2);
      await networkHelpers.time.increase(parameters.forcedInclusionPeriod - 60);
      await mineBlocks(confirmations);
      await operator.follower.step();
      expect(await operator.settler.step()).to.deep.include({ unsealed: [], waiting: [1] });
      expect(operator.store.progress.sealed).to.equal(1);
    });
  });

  it("says what the contract refuses, and sends nothing", async () => {
    const given = load();
    const operator = await withBatches(given, 1);
    const proof = operator.store.proofs.get(1);
    if (proof === undefined) throw new Error("The batch is proven.");
    await operator.store.saveProof(1, { ...proof, proof: `0x${"00".repeat(96)}` });
    const before = await used();
    const error = await rejection(operator.settler.settle());
    expect(error).to.be.instanceOf(ContractError);
    expect((error as ContractError).errorName).to.equal("RollupProofInvalid");
    expect(await used()).to.equal(before);
    expect(operator.settler.mayStillSettle(1)).to.equal(false);
  });

  it("settles the good batches before a bad one", async () => {
    const given = load();
    const operator = await withBatches(given, 3);
    const proof = operator.store.proofs.get(2);
    if (proof === undefined) throw new Error("The batch is proven.");
    await operator.store.saveProof(2, { ...proof, proof: `0x${"00".repeat(96)}` });
    const error = await rejection(operator.settler.settle());
    expect((error as ContractError).errorName).to.equal("RollupProofInvalid");
    expect(await settlements(operator)).to.have.length(1);
  });

  it("gives up in a short command, saying what the node has against the transaction", async () => {
    const given = load();
    const operator = await withBatches(given, 1, { resendAfter: 1 });
    given.node.misbehave(fails(/eth_sendRawTransaction/, new RpcFailure(-32000, "insufficient funds")));
    const error = await rejection(operator.settler.settle());
    expect(error.message).to.include("insufficient funds").and.include("same nonce");
    given.node.behave();
    await operator.settler.settle();
    expect(await settlements(operator)).to.have.length(1);
  });
});
