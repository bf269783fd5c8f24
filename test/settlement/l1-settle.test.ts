import { expect } from "chai";
import { concat, type TransactionResponse, toBeHex } from "ethers";
import { type ExitRow, packBatch } from "../../plugin/protocol/batch-data.ts";
import { SigningKey } from "../../plugin/protocol/eddsa.ts";
import type { Operation } from "../../plugin/protocol/operation.ts";
import { signTransaction } from "../../plugin/protocol/transaction.ts";
import type { BatchToSettle } from "../../plugin/settlement/batch-to-settle.ts";
import { ContractError } from "../../plugin/settlement/contract-error.ts";
import { deployRollup } from "../../plugin/settlement/deploy.ts";
import { L1Rollup } from "../../plugin/settlement/l1.ts";
import type { SettledBatch } from "../../plugin/settlement/settled-batches.ts";
import { altered } from "./altered-provider.ts";
import { ethers, networkHelpers } from "./connection.ts";
import { account, deployed, deploymentRequest, key, parameters } from "./fixture.ts";
import { rejection } from "./rejection.ts";
import { TestSequencer } from "./test-sequencer.ts";

/** A rollup with three batches that can be settled: two opens and a deposit; a withdrawal and an exit; nothing. */
async function withBatches() {
  const setting = await deployed();
  return { ...setting, batches: await threeBatches(setting.l1) };
}

async function threeBatches(l1: L1Rollup) {
  const alice = await account(1);
  const bob = await account(2);
  const byAlice = new L1Rollup(l1.deployment, alice);
  await byAlice.deposit({ asset: 1, amount: 100n, key: key(1) });
  await byAlice.requestExit(0);
  const sequencer = new TestSequencer(l1);
  const owner = BigInt(alice.address);
  const operations: Operation[] = [
    { kind: 3, index: 1, asset: 1, owner: BigInt(bob.address), ...key(2) },
    { kind: 3, index: 2, asset: 2, owner, ...key(1) },
    { kind: 1, index: 0, creates: true, asset: 1, owner, amount: 100n, ...key(1) },
  ];
  const withdrawal = signTransaction(
    l1.deployment.domain,
    { kind: 1, from: 0, nonce: 0, expiry: 9, to: BigInt(bob.address), amount: 30n, fee: 0n, payload: 1n },
    SigningKey.fromSeed(new Uint8Array(32).fill(1)),
  );
  const first = sequencer.batch("large", {
    batchNumber: 1,
    operations,
    transactions: [withdrawal],
    feeAccounts: [],
  });
  return [
    first,
    sequencer.batchOf("small", [{ kind: 2, index: 0, owner }]),
    sequencer.batchOf("small", []),
  ] as const;
}

const load = () => networkHelpers.loadFixture(withBatches);

async function all(batches: AsyncIterable<SettledBatch>): Promise<SettledBatch[]> {
  const found: SettledBatch[] = [];
  for await (const batch of batches) found.push(batch);
  return found;
}

/** What L1 is to tell of a batch that was settled. */
function told(batch: BatchToSettle) {
  const { proof: _, shapeId: shape, ...data } = batch;
  return { ...data, shape };
}

/** What L1 tells of settled batches, without where. */
async function found(l1: L1Rollup, from?: number) {
  const batches = await all(l1.settledBatches(from));
  return batches.map(
    ({ transactionHash: _, blockNumber: __, blockHash: ____, gasUsed: ___, ...batch }) => batch,
  );
}

async function contractError(promise: Promise<unknown>): Promise<ContractError> {
  const error = await rejection(promise);
  if (!(error instanceof ContractError)) throw error;
  return error;
}

function word(value: bigint | number): string {
  return toBeHex(BigInt.asUintN(256, BigInt(value)), 32);
}

/**
 * A call of `settle` with one batch that no ABI encoder writes: the batch stands before the array that has it, by a
 * negative offset; the exits are at a position without bytes; and the last section, the rows, has no padding.
 */
function oddCalldata(selector: string, batch: BatchToSettle): string {
  const { operations, exits, rows } = packBatch(batch);
  if (exits !== "0x") throw new Error("The batch must have no exits.");
  const padding = (32 - ((operations.length / 2 - 1) % 32)) % 32;
  const sections = [word(operations.length / 2 - 1), operations, `0x${"00".repeat(padding)}`];
  const operationsBytes = concat(sections).length / 2 - 1;
  const head = 64;
  const structBytes = 192;
  const proofBytes = 32 + 32 + 32 + 96;
  const proofs = head + structBytes;
  const array = proofs + proofBytes;
  const operationsAt = array + 64;
  const rowsAt = operationsAt + operationsBytes;
  return concat([
    selector,
    ...[word(array), word(proofs)],
    ...[word(batch.newRoot), word(batch.commitment), batch.shapeId],
    ...[word(operationsAt - head), word(-(2n ** 200n)), word(rowsAt - head)],
    ...[word(1), word(32), word(96), batch.proof],
    ...[word(1), word(head - (array + 32))],
    ...sections,
    ...[word(rows.length / 2 - 1), rows],
  ]);
}

describe("L1Rollup: settle", () => {
  it("settles several batches in one transaction and reads them back from its calldata", async () => {
    const { l1, batches } = await load();
    const settlement = await l1.settle(batches);
    expect(settlement.batchNumbers).to.deep.equal([1, 2, 3]);
    expect(await l1.batchCount()).to.equal(3);
    expect(await l1.root()).to.equal(batches[2].newRoot);
    expect(await l1.accountCount()).to.equal(3);
    expect(await found(l1)).to.deep.equal(batches.map(told));
    for (const batch of await all(l1.settledBatches())) {
      const { transactionHash, blockNumber } = settlement;
      expect(batch).to.include({ transactionHash, blockNumber });
    }
    const shares = (await all(l1.settledBatches())).map((batch) => batch.gasUsed);
    expect(shares.reduce((sum, share) => sum + share, 0n)).to.equal(settlement.gasUsed);
  });

  it("reads batches of several transactions, from any of them on", async () => {
    const { l1, batches } = await load();
    await l1.settle(batches.slice(0, 1));
    await l1.settle(batches.slice(1));
    for (const from of [1, 2, 3])
      expect(await found(l1, from)).to.deep.equal(batches.slice(from - 1).map(told));
    expect(await found(l1, 4)).to.deep.equal([]);
  });

  it("has nothing to read of a rollup that has settled nothing", async () => {
    const { l1 } = await load();
    expect(await found(l1)).to.deep.equal([]);
  });

  it("reads batches that a contract settled from their events, however deep the call", async () => {
    const request = await deploymentRequest({ parameters: { ...parameters, sequencer: ethers.ZeroAddress } });
    const l1 = new L1Rollup(await deployRollup(request), await account(0));
    await l1.registerToken((await ethers.deployContract("SampleToken")).target as string);
    const batches = await threeBatches(l1);
    const caller = await ethers.deployContract("ScriptedAccount");
    const settle = (part: readonly BatchToSettle[]) =>
      l1.contract.interface.encodeFunctionData("settle", [
        part.map(({ newRoot, commitment, shapeId: shape, ...data }) => ({
          newRoot,
          commitment,
          shape,
          ...packBatch(data),
        })),
        part.map(({ proof }) => proof),
      ]);
    const { rollup } = l1.deployment;
    const execute = caller.getFunction("execute");
    await (await execute.send(rollup, settle(batches.slice(0, 2)))).wait();
    // The third by a contract that calls that contract.
    const inner = caller.interface.encodeFunctionData("execute", [rollup, settle(batches.slice(2))]);
    const outer = await ethers.deployContract("ScriptedAccount");
    await (await outer.getFunction("execute").send(caller, inner)).wait();
    expect(await found(l1)).to.deep.equal(batches.map(told));
  });

  it("reads calldata that only the contract understands", async () => {
    const { l1, sequencer } = await load();
    const opens: Operation[] = [1, 2].map((number) => ({
      ...key(number),
      kind: 3,
      index: 3 * number,
      asset: 1,
      owner: BigInt(sequencer.address),
    }));
    const batch = new TestSequencer(l1).batchOf("small", opens);
    const selector = l1.contract.interface.getFunction("settle")?.selector ?? "";
    const data = oddCalldata(selector, batch);
    expect(() => l1.contract.interface.decodeFunctionData("settle", data).toArray(true)).to.throw();
    await (await sequencer.sendTransaction({ to: l1.deployment.rollup, data })).wait();
    expect(await l1.batchCount()).to.equal(1);
    expect(await found(l1)).to.deep.equal([told(batch)]);
  });

  it("refuses a node whose transaction is not what was executed", async () => {
    const { l1, batches, deployment } = await load();
    await l1.settle(batches.slice(0, 2));
    const change = (alter: (transaction: TransactionResponse) => object | null) =>
      new L1Rollup(
        deployment,
        altered(ethers.provider, {
          async getTransaction(hash) {
            const transaction = await ethers.provider.getTransaction(hash);
            return transaction && (alter(transaction) as TransactionResponse | null);
          },
        }),
      );
    const root = word(batches[1].newRoot).slice(2);
    const liars = {
      "another root": change(({ to, data }) => ({ to, data: data.replace(root, word(5).slice(2)) })),
      "a call of something else": change(({ to, data }) => ({ to, data: `0x12345678${data.slice(10)}` })),
      "a call of another contract": change(({ data }) => ({ to: ethers.ZeroAddress, data })),
      "no transaction": change(() => null),
    };
    for (const liar of Object.values(liars)) {
      expect((await rejection(found(liar))).message)
        .to.match(/batch|transaction/)
        .and.to.include("what to do");
    }
  });

  it("says that a batch is settled already, or too early, and sends nothing", async () => {
    const { l1, batches } = await load();
    expect((await rejection(l1.settle(batches.slice(1)))).message)
      .to.include("cannot settle yet")
      .and.include("batch: 2");
    await l1.settle(batches.slice(0, 2));
    const block = await ethers.provider.getBlockNumber();
    const again = await rejection(l1.settle(batches));
    expect(again.message)
      .to.include("settled already")
      .and.to.include("batch: 1")
      .and.to.include("last settled: 2");
    expect(await ethers.provider.getBlockNumber()).to.equal(block);
    await l1.settle(batches.slice(2));
  });

  it("says what the contract refuses", async () => {
    const { l1, batches, deployment, bob } = await load();
    const [first] = batches;
    const byBob = new L1Rollup(deployment, bob);
    const stranger = await contractError(byBob.settle([first]));
    expect(stranger.errorName).to.equal("RollupNotSequencer");
    expect(stranger.message).to.include(`caller: ${bob.address}`);
    const rows = first.rows.map((row) => ({ ...row, balance: row.balance + 1n }));
    const forged = await contractError(l1.settle([{ ...first, rows }]));
    expect(forged.errorArguments).to.deep.equal({ batchNumber: 1n });
    expect(forged.errorName).to.equal("RollupProofInvalid");
    const [open, , deposit] = first.operations;
    if (open === undefined || deposit?.kind !== 1) throw new Error("The first batch is another one.");
    const operations = [open, { ...deposit, amount: 101n }];
    const mismatch = await contractError(l1.settle([{ ...first, operations }]));
    expect(mismatch.errorName).to.equal("RollupQueueEntryMismatch");
    expect(mismatch.errorArguments.entry).to.equal(0n);
    expect(await l1.batchCount()).to.equal(0);
  });
});

describe("L1Rollup: claims", () => {
  /** The rollup after its batches. */
  async function settled() {
    const setting = await withBatches();
    await setting.l1.settle(setting.batches);
    return setting;
  }
  const load = () => networkHelpers.loadFixture(settled);

  it("knows a batch's exits, each with its path, and claims them", async () => {
    const { l1, alice, bob } = await load();
    const [withdrawal, ...others] = await l1.exitsOf(1);
    expect(others).to.deep.equal([]);
    const expected = {
      recipient: BigInt(bob.address),
      amount: 30n,
      asset: 1,
      batchNumber: 1,
      row: 0,
      claimed: false,
    };
    expect(withdrawal).to.deep.include(expected);
    expect(withdrawal?.path).to.have.length(3);
    const [exit] = await l1.exitsOf(2);
    expect(exit).to.deep.include({ recipient: BigInt(alice.address), amount: 70n });
    expect(await l1.exitsOf(3)).to.deep.equal([]);
    for (const [claimed, recipient] of [
      [withdrawal, bob],
      [exit, alice],
    ] as const) {
      if (claimed === undefined) throw new Error("There is an exit.");
      const { batchNumber, row, path, amount } = claimed;
      await l1.claim(batchNumber, row, claimed, path);
      const [after, before] = await Promise.all(
        [0, 1].map(async (back) =>
          ethers.provider.getBalance(recipient, (await ethers.provider.getBlockNumber()) - back),
        ),
      );
      expect((after ?? 0n) - (before ?? 0n)).to.equal(amount);
      expect(await l1.isClaimed(batchNumber, row)).to.equal(true);
    }
    expect((await l1.exitsOf(1)).map(({ claimed }) => claimed)).to.deep.equal([true]);
    const claims = await l1.claimedExits(await ethers.provider.getBlockNumber());
    expect(claims).to.deep.equal([
      { batchNumber: 1, row: 0 },
      { batchNumber: 2, row: 0 },
    ]);
    expect(await l1.escrow(1)).to.equal(0n);
  });

  it("lets the recipient, and nobody else, have the money sent elsewhere", async () => {
    const { l1, deployment, bob } = await load();
    const [exit] = await l1.exitsOf(1);
    if (exit === undefined) throw new Error("There is an exit.");
    const to = `0x${"77".repeat(20)}`;
    const stranger = await contractError(l1.claim(1, 0, exit, exit.path, to));
    expect(stranger.errorName).to.equal("RollupRedirectNotAllowed");
    await new L1Rollup(deployment, bob).claim(1, 0, exit, exit.path, to);
    expect(await ethers.provider.getBalance(to)).to.equal(30n);
  });

  it("says why a claim is refused", async () => {
    const { l1 } = await load();
    const [exit] = await l1.exitsOf(1);
    if (exit === undefined) throw new Error("There is an exit.");
    const claim = (row: number, changed: ExitRow, path = exit.path) =>
      contractError(l1.claim(1, row, changed, path));
    const more = await claim(0, { ...exit, amount: 31n });
    expect(more.errorName).to.equal("RollupExitPathInvalid");
    const missing = await claim(1, exit);
    expect(missing.errorArguments).to.deep.equal({ batchNumber: 1n, row: 1n, count: 1n });
    const short = await claim(0, exit, exit.path.slice(1));
    expect(short.errorArguments).to.deep.equal({ given: 2n, expected: 3n });
    await l1.claim(1, 0, exit, exit.path);
    const twice = await claim(0, exit);
    expect(twice.errorName).to.equal("RollupExitAlreadyClaimed");
  });

  it("says that a batch is not settled", async () => {
    const { l1 } = await load();
    const { message } = await rejection(l1.exitsOf(4));
    expect(message).to.include("batch: 4").and.to.include("last settled: 3");
  });
});
