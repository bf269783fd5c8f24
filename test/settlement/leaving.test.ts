import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { accountIdentity } from "../../plugin/protocol/account.ts";
import { formatAddress } from "../../plugin/protocol/address.ts";
import { SigningKey } from "../../plugin/protocol/eddsa.ts";
import type { Deposit } from "../../plugin/protocol/operation.ts";
import { signTransaction, transactionKind } from "../../plugin/protocol/transaction.ts";
import { L1Rollup } from "../../plugin/settlement/l1.ts";
import { syncState } from "../../plugin/settlement/sync.ts";
import { ethers, networkHelpers } from "./connection.ts";
import { account, deployed } from "./fixture.ts";
import { rejection } from "./rejection.ts";
import { TestSequencer } from "./test-sequencer.ts";

// Everybody leaves a rollup whose operators are gone, with nothing but what L1 has.

const accountCount = 50;
const ownerCount = 17;
const assetCount = 3;
const ownerOf = (index: number) => 0xa110000000000000000000000000000000000000n + BigInt(index % ownerCount);
const assetOf = (index: number) => 1 + (index % assetCount);
const amountOf = (index: number) => BigInt(1_000 + 37 * index);
const signingKey = (index: number) => SigningKey.fromSeed(new Uint8Array(32).fill(1 + (index % ownerCount)));

/** What each owner has to get in the end, by asset: what was deposited, but for what was paid to others. */
class Expected {
  readonly #amounts = new Map<string, bigint>();

  add(owner: bigint, asset: number, amount: bigint): void {
    this.#amounts.set(`${owner} ${asset}`, this.of(owner, asset) + amount);
  }

  of(owner: bigint, asset: number): bigint {
    return this.#amounts.get(`${owner} ${asset}`) ?? 0n;
  }
}

/**
 * A rollup of 50 accounts of 17 owners in 3 assets, some of whom have paid each other or withdrawn; some of their exits
 * are claimed, five deposits and three exits wait, and the sequencer is gone.
 */
async function abandoned() {
  const setting = await deployed();
  const { l1, deployment, token, sequencer } = setting;
  const other = await ethers.deployContract("SampleToken");
  await l1.registerToken(await other.getAddress());
  for (const each of [token, other]) await (await each.getFunction("mint").send(sequencer, 10n ** 9n)).wait();
  const expected = new Expected();
  const operator = new TestSequencer(l1);
  const deposit = async (index: number, creates: boolean): Promise<Deposit> => {
    const [owner, asset, amount] = [ownerOf(index), assetOf(index), amountOf(index)];
    const key = signingKey(index).publicKey;
    await l1.deposit({ asset, amount, key, owner: formatAddress(owner) });
    expected.add(owner, asset, amount);
    return { kind: 1, index, creates, asset, owner, amount, ...key };
  };
  for (let first = 0; first < accountCount; first += 5) {
    const operations: Deposit[] = [];
    for (let index = first; index < first + 5; index++) operations.push(await deposit(index, true));
    await l1.settle([operator.batchOf("large", operations)]);
  }
  // Accounts 0 to 7: every other one withdraws to its owner, the rest pay to the account of the same asset 9 above.
  for (let batch = 0; batch < 2; batch++) {
    const transactions = [0, 1, 2, 3].map((place) => {
      const from = 4 * batch + place;
      const amount = 100n + BigInt(from);
      const common = { from, nonce: 0, expiry: 100, amount, fee: 0n };
      if (place % 2 === 0) {
        const to = ownerOf(from);
        const payload = BigInt(assetOf(from));
        return signTransaction(
          deployment.domain,
          { ...common, kind: transactionKind.withdraw, to, payload },
          signingKey(from),
        );
      }
      const { ax, ay } = signingKey(from + 9).publicKey;
      const recipient = { ax, ay, owner: ownerOf(from + 9), asset: assetOf(from) };
      expected.add(ownerOf(from), assetOf(from), -amount);
      expected.add(recipient.owner, recipient.asset, amount);
      const payload = accountIdentity(recipient);
      return signTransaction(
        deployment.domain,
        { ...common, kind: transactionKind.transfer, to: BigInt(from + 9), payload },
        signingKey(from),
      );
    });
    const batchNumber = (await l1.batchCount()) + 1;
    await l1.settle([
      operator.batch("large", { batchNumber, operations: [], transactions, feeAccounts: [] }),
    ]);
  }
  const [claimed] = await l1.exitsOf((await l1.batchCount()) - 1);
  if (claimed === undefined) throw new Error("Nobody has withdrawn.");
  await l1.claim(claimed.batchNumber, claimed.row, claimed, claimed.path);
  // What the sequencer never settles.
  for (const index of [3, 11, 17, 22, 50]) await deposit(index, false);
  for (const owner of [12, 13, 14]) {
    const asks = await account(owner);
    await new L1Rollup(deployment, asks).requestExit(owner);
  }
  return { ...setting, other, expected };
}

describe("Leaving", () => {
  it("empties the rollup to the last wei, from L1 data alone", async () => {
    const { deployment, token, other, sequencer, expected } = await networkHelpers.loadFixture(abandoned);
    const stranger = new L1Rollup(deployment, await account(9));
    const [head] = await stranger.queueEntries(await stranger.queueHead());
    await networkHelpers.time.increaseTo((head?.deadline ?? 0) + 1);
    await stranger.freeze();
    expect(await stranger.frozen()).to.equal(true);

    const { state, unclaimed } = await syncState(stranger);
    expect([...state.accounts()]).to.have.length(accountCount);
    for (const [index, account] of state.accounts()) {
      await stranger.escape(index, account, state.path(index));
    }
    expect(unclaimed).to.have.length(3);
    for (const { batchNumber, row } of unclaimed) {
      const exit = (await stranger.exitsOf(batchNumber))[row];
      if (exit === undefined) throw new Error("The exit is gone.");
      await stranger.claim(batchNumber, row, exit, exit.path);
    }
    const entries = await stranger.queueEntries(await stranger.queueHead());
    expect(entries).to.have.length(8);
    for (const entry of entries) {
      await stranger.refund(entry);
      expected.add(entry.owner, 1, entry.fee);
    }
    const settlers = (await stranger.contract.queryFilter("FeesEarned")).map(({ topics }) =>
      BigInt(topics[1] ?? 0),
    );
    expect(new Set(settlers)).to.deep.equal(new Set([BigInt(sequencer.address)]));
    const before = await ethers.provider.getBalance(sequencer);
    const earned = await stranger.credit(1, sequencer.address);
    for (const owner of new Set([...entries.map((entry) => entry.owner), ...settlers])) {
      for (let asset = 1; asset <= assetCount; asset++) {
        const address = formatAddress(owner);
        if ((await stranger.credit(asset, address)) > 0n) await stranger.withdraw(asset, address);
      }
    }

    const { rollup } = deployment;
    const balances = [
      await ethers.provider.getBalance(rollup),
      await token.getFunction("balanceOf").staticCall(rollup),
      await other.getFunction("balanceOf").staticCall(rollup),
    ];
    expect(balances).to.deep.equal([0n, 0n, 0n]);
    for (let asset = 1; asset <= assetCount; asset++) expect(await stranger.escrow(asset)).to.equal(0n);
    const besides = await stranger.besidesEscrow(await ethers.provider.getBlockNumber());
    expect([...besides.values()]).to.deep.equal([0n, 0n, 0n]);
    for (let number = 0; number < ownerCount; number++) {
      const owner = formatAddress(ownerOf(number));
      const held = [
        await ethers.provider.getBalance(owner),
        await token.getFunction("balanceOf").staticCall(owner),
        await other.getFunction("balanceOf").staticCall(owner),
      ];
      const due = [1, 2, 3].map((asset) => expected.of(ownerOf(number), asset));
      expect(held, `owner ${number}`).to.deep.equal(due);
    }
    expect(earned > 0n).to.equal(true);
    expect(await ethers.provider.getBalance(sequencer)).to.equal(before + earned);
  });

  it("says what the contract refuses, and what to do", async () => {
    const { deployment } = await networkHelpers.loadFixture(abandoned);
    const stranger = new L1Rollup(deployment, await account(9));
    const { state } = await syncState(stranger);
    const [entry] = await stranger.queueEntries(await stranger.queueHead());
    if (entry === undefined) throw new Error("Nothing waits.");
    for (const [call, name] of [
      [() => stranger.freeze(), "RollupNotOverdue"],
      [() => stranger.escape(0, state.account(0), state.path(0)), "RollupNotFrozen"],
      [() => stranger.refund(entry), "RollupNotFrozen"],
      [() => stranger.withdraw(1, ZeroAddress), "RollupNothingToWithdraw"],
    ] as const) {
      const error = await rejection(call());
      expect(error).to.have.property("errorName", name);
      expect(error.message).to.include("what to do: ");
    }
    expect(await stranger.frozen()).to.equal(false);
  });
});
