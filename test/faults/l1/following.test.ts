import { expect } from "chai";
import { DeepReorg, L1Unavailable } from "../../../plugin/settlement/chain/errors.ts";
import { rejection } from "../../settlement/rejection.ts";
import { Fork, mineAtOnce, mineBlocks } from "./branches.ts";
import { answersFromOlderBlock, dropsLogs, fails, failures, hangs, lagging } from "./faults.ts";
import { confirmations, type Operator } from "./operator.ts";
import { setting } from "./setting.ts";

describe("L1Follower, of a node that misbehaves", () => {
  const load = setting();

  /** The amounts of the deposits that the store has observed. */
  function observed({ store }: Operator): bigint[] {
    return store.entries
      .entries()
      .map(([, { operation }]) => (operation.kind === 1 ? operation.amount : -1n));
  }

  it("takes an entry once it is at the configured depth, and not before", async () => {
    const { deposit, start } = load();
    const operator = await start();
    await deposit(70n);
    for (let depth = 0; depth < confirmations; depth++) {
      expect(await operator.follower.step()).to.include({ entries: 0 });
      await mineBlocks(1);
    }
    const { head, final, entries } = await operator.follower.step();
    expect(entries).to.equal(1);
    expect(head.number - final.number).to.equal(confirmations);
    expect(observed(operator)).to.deep.equal([70n]);
    expect(operator.follower.checkpoint).to.include({ number: final.number, hash: final.hash });
    expect(await operator.follower.step()).to.include({ entries: 0 });
  });

  it("knows nothing of a deposit that vanishes with a reorganisation", async () => {
    const { deposit, start } = load();
    const operator = await start();
    const fork = await Fork.here();
    await fork.branch(2, 1, () => deposit(70n));
    expect(await operator.follower.step()).to.include({ entries: 0 });
    await fork.branch(confirmations, 2);
    expect(await operator.follower.step()).to.include({ entries: 0 });
    expect(observed(operator)).to.deep.equal([]);
    await fork.branch(confirmations + 1, 3, () => deposit(80n));
    expect(await operator.follower.step()).to.include({ entries: 1 });
    expect(observed(operator)).to.deep.equal([80n]);
  });

  it("goes with L1 from a branch to another and back, and takes what the last one has", async () => {
    const { deposit, start } = load();
    const operator = await start();
    const fork = await Fork.here();
    const a = () => fork.branch(2, 1, () => deposit(70n));
    const first = await a();
    await operator.follower.step();
    await fork.branch(3, 2, () => deposit(80n));
    await operator.follower.step();
    expect(await a()).to.equal(first);
    await operator.follower.step();
    expect(observed(operator)).to.deep.equal([]);
    await mineBlocks(confirmations);
    await operator.follower.step();
    expect(observed(operator)).to.deep.equal([70n]);
  });

  it("goes on where it was after a restart in the middle of a reorganisation", async () => {
    const { deposit, start } = load();
    const before = await start();
    const fork = await Fork.here();
    await fork.branch(3, 1, () => deposit(70n));
    const { final } = await before.follower.step();
    await fork.branch(2, 2, () => deposit(80n));
    await before.stop();
    const after = await start();
    expect(after.follower.checkpoint).to.include({ number: final.number, hash: final.hash });
    expect(await after.follower.step()).to.include({ entries: 0 });
    await mineBlocks(confirmations);
    expect(await after.follower.step()).to.include({ entries: 1 });
    expect(observed(after)).to.deep.equal([80n]);
  });

  it("stops, and says why, when L1 goes back behind the configured depth", async () => {
    const { deposit, start } = load();
    const operator = await start();
    const fork = await Fork.here();
    await fork.branch(confirmations + 1, 1, () => deposit(70n));
    expect(await operator.follower.step()).to.include({ entries: 1 });
    await fork.branch(confirmations + 2, 2);
    const error = await rejection(operator.follower.step());
    expect(error).to.be.instanceOf(DeepReorg);
    expect(error.message)
      .to.match(/below the depth that counts as final/)
      .and.include(`confirmations: ${confirmations}`);
    expect(await rejection(operator.follower.step())).to.be.instanceOf(DeepReorg);
    await operator.stop();
    const again = await start();
    expect(await rejection(again.follower.step())).to.be.instanceOf(DeepReorg);
    expect(observed(again)).to.deep.equal([70n]);
  });

  it("goes on when what had been final is so again", async () => {
    const { deposit, start } = load();
    const operator = await start();
    const fork = await Fork.here();
    const a = () => fork.branch(confirmations + 1, 1, () => deposit(70n));
    const first = await a();
    await operator.follower.step();
    await fork.branch(confirmations + 2, 2);
    expect(await rejection(operator.follower.step())).to.be.instanceOf(DeepReorg);
    expect(await a()).to.equal(first);
    await mineBlocks(1);
    expect(await operator.follower.step()).to.include({ entries: 0 });
    expect(observed(operator)).to.deep.equal([70n]);
  });

  it("waits for a node that lags behind what it has seen of others", async () => {
    const { deposit, start, node } = load();
    const operator = await start();
    await deposit(70n);
    await mineBlocks(confirmations);
    await operator.follower.step();
    const { checkpoint } = operator.follower;
    node.misbehave(lagging(5));
    expect(await operator.follower.step()).to.include({ entries: 0 });
    expect(operator.follower.checkpoint).to.deep.equal(checkpoint);
    await deposit(80n);
    await mineBlocks(confirmations);
    expect(await operator.follower.step()).to.include({ entries: 0 });
    node.behave();
    expect(await operator.follower.step()).to.include({ entries: 1 });
  });

  for (const blocks of [1, 4]) {
    it(`takes nothing of answers from a block ${blocks} older than the one that was asked for`, async () => {
      const { deposit, start, node } = load();
      const operator = await start({ confirmations: 0 });
      await operator.follower.step();
      await deposit(70n);
      node.misbehave(answersFromOlderBlock(blocks));
      expect(await rejection(operator.follower.step())).to.be.instanceOf(L1Unavailable);
      expect(observed(operator)).to.deep.equal([]);
      node.behave();
      expect(await operator.follower.step()).to.include({ entries: 1 });
    });
  }

  for (const [which, drops] of Object.entries({
    first: (position: number) => position === 0,
    last: (position: number) => position === 2,
    middle: (position: number) => position === 1,
    "all the": () => true,
  })) {
    it(`takes nothing from a node that drops ${which} logs, and all from the next one`, async () => {
      const { deposit, start, node } = load();
      const operator = await start();
      await operator.follower.step();
      for (const amount of [70n, 80n, 90n]) await deposit(amount);
      await mineBlocks(confirmations);
      node.misbehave(dropsLogs(drops));
      const error = await rejection(operator.follower.step());
      expect(error).to.be.instanceOf(L1Unavailable);
      expect(error.message).to.include("have a gap");
      expect(observed(operator)).to.deep.equal([]);
      node.behave();
      expect(await operator.follower.step()).to.include({ entries: 3 });
      expect(observed(operator)).to.deep.equal([70n, 80n, 90n]);
    });
  }

  for (const [what, failure] of Object.entries(failures)) {
    it(`survives ${what} in the place of each answer`, async () => {
      const { deposit, start, node } = load();
      const operator = await start();
      await deposit(70n);
      await mineBlocks(confirmations);
      const methods = ["eth_getBlockByNumber", "eth_call", "eth_getLogs"];
      for (const method of methods) {
        node.misbehave(fails(new RegExp(method), failure()));
        expect(await rejection(operator.follower.step()), method).to.be.instanceOf(L1Unavailable);
      }
      node.behave();
      expect(await operator.follower.step()).to.include({ entries: 1 });
      expect(observed(operator)).to.deep.equal([70n]);
    });
  }

  it("does not wait for ever for an answer", async () => {
    const { deposit, start, node } = load();
    const operator = await start({ requestTimeout: 100 });
    await deposit(70n);
    await mineBlocks(confirmations);
    for (const method of [/eth_getBlockByNumber/, /eth_call/, /eth_getLogs/]) {
      node.misbehave(hangs(method));
      const error = await rejection(operator.follower.step());
      expect(error).to.be.instanceOf(L1Unavailable);
      expect(error.message).to.include("does not answer");
    }
    node.behave();
    expect(await operator.follower.step()).to.include({ entries: 1 });
  });

  it("takes nothing if L1 is reorganised while it is read", async () => {
    const { deposit, start, node } = load();
    const operator = await start();
    const fork = await Fork.here();
    await fork.branch(confirmations + 1, 1, () => deposit(70n));
    let isFirst = true;
    node.misbehave(async (request, chain) => {
      const answer = await chain(request);
      if (request.method === "eth_getLogs" && isFirst) {
        isFirst = false;
        await fork.branch(confirmations + 1, 2, () => deposit(80n));
      }
      return answer;
    });
    expect(await rejection(operator.follower.step())).to.be.instanceOf(L1Unavailable);
    expect(observed(operator)).to.deep.equal([]);
    expect(await operator.follower.step()).to.include({ entries: 1 });
    expect(observed(operator)).to.deep.equal([80n]);
  });

  describe("without confirmations, on a chain that is rolled back on purpose", () => {
    it("goes back with it as long as nothing that it has taken is gone", async () => {
      const { deposit, start } = load();
      const operator = await start({ confirmations: 0 });
      await deposit(70n);
      const fork = await Fork.here();
      await fork.branch(3, 1);
      expect(await operator.follower.step()).to.include({ entries: 1 });
      await fork.branch(1, 2, () => deposit(80n));
      expect(await operator.follower.step()).to.include({ entries: 1 });
      expect(observed(operator)).to.deep.equal([70n, 80n]);
    });

    it("stops where it is gone, or another one is in its place", async () => {
      const { deposit, start } = load();
      const operator = await start({ confirmations: 0 });
      const fork = await Fork.here();
      await fork.branch(1, 1, () => deposit(70n));
      expect(await operator.follower.step()).to.include({ entries: 1 });
      await fork.branch(2, 2);
      expect(await rejection(operator.follower.step())).to.be.instanceOf(DeepReorg);
      await fork.branch(2, 3, () => deposit(80n));
      const error = await rejection(operator.follower.step());
      expect(error).to.be.instanceOf(DeepReorg);
      expect(error.message).to.include("not what it was");
    });
  });

  it("reads each part of L1 once", async () => {
    const { deposit, start, node } = load();
    const operator = await start();
    await deposit(70n);
    await mineBlocks(confirmations);
    await operator.follower.step();
    await mineAtOnce(true);
    await mineBlocks(1);
    const from = node.requests.length;
    await operator.follower.step();
    const logs = node.requests.slice(from).filter(({ method }) => method === "eth_getLogs");
    const number = operator.follower.checkpoint?.number ?? 0;
    for (const { params } of logs) {
      expect(params[0]).to.include({
        fromBlock: `0x${number.toString(16)}`,
        toBlock: `0x${number.toString(16)}`,
      });
    }
  });
});
