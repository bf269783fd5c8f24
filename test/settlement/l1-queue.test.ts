import { expect } from "chai";
import type { Log } from "ethers";
import { ContractError } from "../../plugin/settlement/contract-error.ts";
import { L1Rollup } from "../../plugin/settlement/l1.ts";
import { altered } from "./altered-provider.ts";
import { ethers, networkHelpers } from "./connection.ts";
import { deployed, key } from "./fixture.ts";
import { rejection } from "./rejection.ts";
import { TestSequencer } from "./test-sequencer.ts";

const noAddress = ethers.ZeroAddress;

/** A rollup whose queue has a deposit of ETH, one of a token, and an exit. */
async function withQueue() {
  const setting = await deployed();
  const { deployment, alice, bob } = setting;
  const byAlice = new L1Rollup(deployment, alice);
  const queued = [
    await byAlice.deposit({ asset: 1, amount: 70n, key: key(1) }),
    await byAlice.deposit({ asset: 2, amount: 80n, key: key(2), owner: bob.address }),
    await byAlice.requestExit(9),
  ];
  return { ...setting, byAlice, queued };
}

const load = () => networkHelpers.loadFixture(withQueue);

async function contractError(promise: Promise<unknown>): Promise<ContractError> {
  const error = await rejection(promise);
  if (!(error instanceof ContractError)) throw error;
  return error;
}

describe("L1Rollup: deposits, exits and tokens", () => {
  it("queues ETH of the signer's", async () => {
    const { byAlice, alice, queued } = await load();
    const period = 86_400;
    const { blockNumber, entry } = queued[0] ?? {};
    const fee = entry?.fee;
    expect(fee).to.be.a("bigint");
    const timestamp = (await ethers.provider.getBlock(blockNumber ?? 0))?.timestamp ?? 0;
    const owner = BigInt(alice.address);
    const deadline = timestamp + period;
    const expected = {
      entry: 0,
      kind: 1,
      asset: 1,
      amount: 70n,
      owner,
      ...key(1),
      deadline,
      blockNumber,
      fee,
    };
    expect(entry).to.deep.equal(expected);
    expect(await byAlice.escrow(1)).to.equal(70n);
  });

  it("approves a token for what is missing, by way of 0 where something was approved", async () => {
    const { byAlice, alice, token, deployment } = await load();
    const allowance = () => token.getFunction("allowance").staticCall(alice, deployment.rollup);
    const approvals = async () => (await token.queryFilter("Approval")).map((event) => BigInt(event.data));
    expect(await byAlice.escrow(2)).to.equal(80n);
    expect(await allowance()).to.equal(0n);
    expect(await approvals()).to.deep.equal([80n]);
    const byAddress = { token: await token.getAddress(), key: key(1) };
    await (await token.connect(alice).getFunction("approve").send(deployment.rollup, 100n)).wait();
    await byAlice.deposit({ ...byAddress, amount: 40n });
    expect(await allowance()).to.equal(60n);
    await byAlice.deposit({ ...byAddress, amount: 61n });
    expect(await approvals()).to.deep.equal([80n, 100n, 0n, 61n]);
    expect(await byAlice.escrow(2)).to.equal(181n);
  });

  it("takes ETH by its address too", async () => {
    const { byAlice } = await load();
    const { entry } = await byAlice.deposit({ token: noAddress, amount: 5n, key: key(1) });
    expect(entry).to.include({ entry: 3, asset: 1, amount: 5n });
  });

  it("lists assets as they describe themselves, ETH first", async () => {
    const { l1, token, deployment } = await load();
    const nameless = deployment.shapes[0]?.verifier ?? "";
    const registered = await l1.registerToken(nameless);
    expect(registered).to.deep.equal({ asset: 3, address: nameless, symbol: "ASSET3", decimals: 0 });
    expect(await l1.tokens()).to.deep.equal([
      { asset: 1, address: noAddress, symbol: "ETH", decimals: 18 },
      { asset: 2, address: await token.getAddress(), symbol: "SUSD", decimals: 6 },
      registered,
    ]);
  });

  it("says by name and value what the contract refuses, and what to do", async () => {
    const { byAlice, l1, token } = await load();
    const empty = await contractError(byAlice.deposit({ asset: 1, amount: 0n, key: key(1) }));
    expect(empty.errorName).to.equal("RollupDepositEmpty");
    expect(empty.message)
      .to.match(/^Nothing arrived.*\n {2}refused to: deposit\n/)
      .and.to.include("what to do: ");
    const wrongKey = { ax: 1n, ay: 2n };
    const key_ = await contractError(byAlice.deposit({ asset: 1, amount: 1n, key: wrongKey }));
    expect(key_.errorArguments).to.deep.equal(wrongKey);
    const outside = await contractError(byAlice.requestExit(64));
    expect(outside.errorArguments).to.deep.equal({ index: 64n, capacity: 64n });
    const again = await contractError(l1.registerToken(await token.getAddress()));
    expect(again.errorName).to.equal("RollupTokenAlreadyRegistered");
  });

  it("says what a token refuses", async () => {
    const { byAlice } = await load();
    const error = await contractError(byAlice.deposit({ asset: 2, amount: 10n ** 9n, key: key(1) }));
    expect(error.errorName).to.equal("ERC20InsufficientBalance");
    expect(error.errorArguments.needed).to.equal(10n ** 9n);
  });

  it("refuses assets and tokens that are not registered", async () => {
    const { byAlice, bob, queued } = await load();
    const error = await rejection(byAlice.deposit({ asset: 3, amount: 1n, key: key(1) }));
    expect(error.message).to.include("asset: 3").and.to.include("last asset: 2");
    for (const token of [bob.address, (await ethers.deployContract("SampleToken")).target as string]) {
      const refused = await contractError(byAlice.deposit({ token, amount: 1n, key: key(1) }));
      expect(refused.errorArguments).to.deep.equal({ token });
    }
    expect(await byAlice.queueTail()).to.equal(queued.length);
  });

  it("refuses to send without an account", async () => {
    const { deployment } = await load();
    const reader = new L1Rollup(deployment, ethers.provider);
    expect((await rejection(reader.requestExit(1))).message).to.include("no account");
    expect((await rejection(reader.deposit({ asset: 2, amount: 1n, key: key(1) }))).message).to.include(
      "no account",
    );
    expect(await reader.queueTail()).to.equal(3);
  });
});

describe("L1Rollup: queueEntries", () => {
  it("reads what was queued, in order", async () => {
    const { l1, queued } = await load();
    const entries = await l1.queueEntries();
    expect(entries).to.deep.equal(queued.map(({ entry }) => entry));
    expect(entries.map(({ kind }) => kind)).to.deep.equal([1, 1, 2]);
  });

  it("begins where it is told to", async () => {
    const { l1, queued } = await load();
    const [, second, third] = queued.map(({ entry }) => entry);
    expect(await l1.queueEntries(1)).to.deep.equal([second, third]);
    expect(await l1.queueEntries(2, second?.blockNumber)).to.deep.equal([third]);
    expect(await l1.queueEntries(3, third?.blockNumber)).to.deep.equal([]);
  });

  it("reads entries that are settled", async () => {
    const { l1, queued } = await load();
    const [first] = await l1.queueEntries();
    if (first?.kind !== 1) throw new Error("The first entry is a deposit.");
    const batch = new TestSequencer(l1).batchOf("small", [{ ...first, index: 0, creates: true }]);
    await l1.settle([batch]);
    expect(await l1.queueHead()).to.equal(1);
    expect(await l1.queueEntries()).to.deep.equal(queued.map(({ entry }) => entry));
  });

  it("reads only blocks that count as final", async () => {
    const { deployment, queued } = await load();
    const careful = new L1Rollup(deployment, ethers.provider, { confirmations: 1 });
    expect(await careful.queueEntries()).to.deep.equal(queued.slice(0, 2).map(({ entry }) => entry));
    await networkHelpers.mine(1);
    expect(await careful.queueEntries()).to.have.length(3);
    const impatient = new L1Rollup(deployment, ethers.provider, { confirmations: 1_000 });
    expect(await impatient.queueEntries()).to.deep.equal([]);
  });

  it("asks a node for as few blocks as it wants", async () => {
    const { deployment, queued } = await load();
    const asked: number[] = [];
    const limited = altered(ethers.provider, {
      async getLogs(filter) {
        const { fromBlock, toBlock } = filter as { fromBlock: number; toBlock: number };
        asked.push(toBlock - fromBlock + 1);
        if (toBlock - fromBlock >= 3) throw new Error("at most 3 blocks");
        return ethers.provider.getLogs(filter);
      },
    });
    await networkHelpers.mine(10);
    const l1 = new L1Rollup(deployment, limited);
    expect(await l1.queueEntries()).to.deep.equal(queued.map(({ entry }) => entry));
    const blocks = (await ethers.provider.getBlockNumber()) - deployment.blockNumber + 1;
    const answered = asked.filter((size) => size <= 3);
    expect(answered.reduce((sum, size) => sum + size, 0)).to.equal(blocks);
  });

  it("passes on why a node refuses even one block", async () => {
    const { deployment } = await load();
    const getLogs = () => Promise.reject(new Error("no logs today"));
    const l1 = new L1Rollup(deployment, altered(ethers.provider, { getLogs }));
    let caught: unknown;
    await l1.queueEntries().catch((error: unknown) => (caught = error));
    expect(caught).to.have.property("message", "no logs today");
  });

  /** A rollup on a node that changes the logs. */
  async function onNode(change: (logs: Log[]) => Log[]) {
    const { deployment } = await load();
    const getLogs: typeof ethers.provider.getLogs = async (filter) =>
      change(await ethers.provider.getLogs(filter));
    return new L1Rollup(deployment, altered(ethers.provider, { getLogs }));
  }

  for (const [place, missing] of [
    ["first", 0],
    ["middle", 1],
    ["last", 2],
  ] as const) {
    it(`refuses a node that has lost the ${place} event`, async () => {
      const l1 = await onNode((logs) => logs.filter((_, position) => position !== missing));
      expect((await rejection(l1.queueEntries())).message).to.include(`expected number: ${missing}`);
    });
  }

  it("refuses events that the contract has no hash of", async () => {
    const richer = (log: Log) => {
      const data = log.data.replace(ethers.toBeHex(70n, 32).slice(2), ethers.toBeHex(71n, 32).slice(2));
      return new ethers.Log({ ...log.toJSON(), data, index: log.index }, ethers.provider);
    };
    const l1 = await onNode((logs) => logs.map(richer));
    const { message } = await rejection(l1.queueEntries());
    expect(message).to.include("entry: 0").and.to.include("another node");
  });
});

describe("L1Rollup: a provider that remembers an old block number", () => {
  it("is waited for, so that what was sent can be read", async () => {
    const { deployment, alice } = await load();
    let remembered: number | undefined;
    const slow = altered(ethers.provider, {
      async getBlockNumber() {
        if (remembered !== undefined) return remembered;
        remembered = await ethers.provider.getBlockNumber();
        setTimeout(() => {
          remembered = undefined;
        }, 100);
        return remembered;
      },
    });
    const l1 = new L1Rollup(deployment, alice.connect(slow));
    await slow.getBlockNumber();
    await l1.requestExit(5);
    expect(await l1.queueEntries(3)).to.have.length(1);
  });
});
