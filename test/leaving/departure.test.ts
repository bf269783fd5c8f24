import { expect } from "chai";
import { Wallet } from "../../plugin/client/wallet.ts";
import { departureOf } from "../../plugin/leaving/departure.ts";
import { requestExitOf } from "../../plugin/leaving/request-exit.ts";
import { standOf } from "../../plugin/leaving/stand.ts";
import { parseAddress } from "../../plugin/protocol/address.ts";
import type { Deposit } from "../../plugin/protocol/operation.ts";
import { L1Rollup } from "../../plugin/settlement/l1.ts";
import { syncState } from "../../plugin/settlement/sync.ts";
import { ethers, networkHelpers } from "../settlement/connection.ts";
import { account, deployed, key } from "../settlement/fixture.ts";
import { rejection } from "../settlement/rejection.ts";
import { TestSequencer } from "../settlement/test-sequencer.ts";

/** Account 0 is the owner's ETH, 1 the owner's tokens, 2 somebody else's. One more deposit of the owner's waits. */
async function inUse() {
  const setting = await deployed();
  const { l1, sequencer, token } = setting;
  const owner = await account(5);
  await (await token.getFunction("mint").send(sequencer, 1_000n)).wait();
  const deposit = async (index: number, asset: number, amount: bigint, to: string): Promise<Deposit> => {
    await l1.deposit({ asset, amount, key: key(1), owner: to });
    return { kind: 1, index, creates: true, asset, owner: parseAddress(to), amount, ...key(1) };
  };
  const operator = new TestSequencer(l1);
  await l1.settle([
    operator.batchOf("large", [
      await deposit(0, 1, 70n, owner.address),
      await deposit(1, 2, 80n, owner.address),
      await deposit(2, 1, 90n, sequencer.address),
    ]),
  ]);
  await deposit(0, 1, 7n, owner.address);
  const member = { wallet: await Wallet.fromSigner(owner), signer: owner, isName: false };
  return { ...setting, owner, member, operator };
}

const load = () => networkHelpers.loadFixture(inUse);

async function passDeadline(l1: L1Rollup): Promise<void> {
  const deadline = await l1.deadlineOf(await l1.queueHead());
  await networkHelpers.time.increaseTo(deadline + 1);
}

describe("Requesting an exit", () => {
  it("finds the account from L1 alone, and tells fee and deadline", async () => {
    const { l1, member, sequencer } = await load();
    const queued = await requestExitOf(l1, member, { payer: sequencer, asset: "eth" });
    expect(queued).to.deep.include({ index: 0, balance: 70n, entry: 4 });
    expect(queued.fee > 0n).to.equal(true);
    expect(queued.deadline).to.equal(await l1.deadlineOf(4));
  });

  it("refuses owners without an account, other owners' accounts and unknown assets", async () => {
    const { l1, member, sequencer } = await load();
    const request = { payer: sequencer, asset: "ETH" };
    const stranger = {
      wallet: await Wallet.fromSigner(await account(9)),
      signer: await account(9),
      isName: false,
    };
    expect((await rejection(requestExitOf(l1, stranger, request))).message).to.include(
      "no such account on L1",
    );
    expect((await rejection(requestExitOf(l1, member, { ...request, index: 2 }))).message).to.include(
      "accounts that L1 knows: 0",
    );
    expect((await rejection(requestExitOf(l1, member, { ...request, asset: "XYZ" }))).message).to.include(
      "XYZ",
    );
  });
});

describe("Leaving a rollup", () => {
  it("stands by the queue's head: active, past a deadline, frozen", async () => {
    const { l1 } = await load();
    expect(await standOf(l1)).to.deep.equal({ kind: "active", deadline: await l1.deadlineOf(3) });
    await passDeadline(l1);
    expect(await standOf(l1)).to.deep.include({ kind: "overdue", entry: 3 });
    await l1.freeze();
    expect(await standOf(l1)).to.deep.equal({ kind: "frozen" });
  });

  it("lists what is owed to an owner, and to nobody else", async () => {
    const { l1, owner } = await load();
    const steps = await departureOf(l1, parseAddress(owner.address), await syncState(l1), false);
    expect(steps.map(({ kind, subject, asset, amount }) => [kind, subject, asset, amount])).to.deep.equal([
      ["escape", "account 0", 1, 70n],
      ["escape", "account 1", 2, 80n],
      ["refund", "deposit 3", 1, 7n],
    ]);
  });

  it("pays all of it, by whoever sends the calls, and nothing twice", async () => {
    const { l1, owner, token, deployment } = await load();
    await passDeadline(l1);
    const stranger = new L1Rollup(deployment, await account(9));
    await stranger.freeze();
    const steps = async () => departureOf(l1, parseAddress(owner.address), await syncState(l1), true);
    const before = await ethers.provider.getBalance(owner);
    const first = await steps();
    expect(first.map(({ kind }) => kind)).to.deep.equal(["escape", "escape", "refund", "withdraw"]);
    // Interrupted after two: the rest is found again, even with an entry taken out of the queue.
    for (const step of first.slice(0, 3)) await step.send(stranger);
    const [rest, ...more] = await steps();
    expect(more).to.deep.equal([]);
    expect(rest).to.deep.include({ kind: "withdraw", amount: first[3]?.amount });
    await rest?.send(stranger);
    expect(await steps()).to.deep.equal([]);
    expect(await ethers.provider.getBalance(owner)).to.equal(before + 70n + (rest?.amount ?? 0n));
    expect(await token.getFunction("balanceOf").staticCall(owner)).to.equal(80n);
  });

  it("gives calls that any wallet can send", async () => {
    const { l1, owner, deployment } = await load();
    await passDeadline(l1);
    await l1.freeze();
    const steps = await departureOf(l1, parseAddress(owner.address), await syncState(l1), true);
    const wallet = await account(8);
    for (const { data } of steps)
      await (await wallet.sendTransaction({ to: deployment.rollup, data })).wait();
    expect(await departureOf(l1, parseAddress(owner.address), await syncState(l1), true)).to.deep.equal([]);
  });
});
