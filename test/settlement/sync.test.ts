import { expect } from "chai";
import { formatAddress } from "../../plugin/protocol/address.ts";
import { type Deposit, type Exit, type Operation, operationKind } from "../../plugin/protocol/operation.ts";
import type { SealedBatch } from "../../plugin/protocol/sealed-batch.ts";
import { State } from "../../plugin/protocol/state.ts";
import { applyBatch } from "../../plugin/sequencer/execute.ts";
import type { BatchToSettle } from "../../plugin/settlement/batch-to-settle.ts";
import { L1Rollup } from "../../plugin/settlement/l1.ts";
import type { SettledBatch } from "../../plugin/settlement/settled-batches.ts";
import { syncState, type UnclaimedExit } from "../../plugin/settlement/sync.ts";
import { Random, randomBatch } from "../circuits/random-batch.ts";
import { altered } from "./altered-provider.ts";
import { ethers, networkHelpers } from "./connection.ts";
import { deployed, key, type ShapeName, shapes } from "./fixture.ts";
import { rejection } from "./rejection.ts";
import { TestSequencer } from "./test-sequencer.ts";

const load = () => networkHelpers.loadFixture(deployed);

function copyOf(state: State): State {
  const copy = new State(state.depth);
  for (const [index, account] of state.accounts()) copy.set(index, account);
  return copy;
}

/** L1 takes no deposit of nothing; what one would do, if anything, an open does. */
function withoutEmptyDeposits(batch: SealedBatch): SealedBatch {
  const operations = batch.operations.flatMap((operation): Operation[] => {
    if (operation.kind !== operationKind.deposit || operation.amount > 0n) return [operation];
    const { index, creates, asset, owner, ax, ay } = operation;
    return creates ? [{ kind: operationKind.open, index, asset, owner, ax, ay }] : [];
  });
  return { ...batch, operations };
}

/** Puts a deposit or an exit into the queue, as whoever it has to come from. */
async function queue(l1: L1Rollup, operation: Deposit | Exit): Promise<void> {
  const owner = formatAddress(operation.owner);
  if (operation.kind === operationKind.deposit) {
    await l1.deposit({ ...operation, owner, key: operation });
    return;
  }
  await networkHelpers.setBalance(owner, 10n ** 18n);
  const signer = await ethers.getImpersonatedSigner(owner);
  await new L1Rollup(l1.deployment, signer).requestExit(operation.index);
}

/** What happened on L2, kept besides L1. */
type History = {
  readonly state: State;
  readonly exits: readonly UnclaimedExit[];
  /** How many operations and transactions of each kind there were. */
  readonly kinds: ReadonlyMap<string, number>;
};

/** Queues and settles random batches, several in a transaction at times. */
async function randomHistory(l1: L1Rollup, batches: number, seed: number): Promise<History> {
  const random = new Random(seed);
  const sequencer = new TestSequencer(l1);
  const state = new State(shapes.small.depth);
  const exits: UnclaimedExit[] = [];
  const kinds = new Map<string, number>();
  const count = (kind: string) => kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  let proven: BatchToSettle[] = [];
  for (let batchNumber = 1; batchNumber <= batches; batchNumber++) {
    const name: ShapeName = random.pick(["small", "large"]);
    const sealed = withoutEmptyDeposits(randomBatch(shapes[name], copyOf(state), batchNumber, random));
    for (const operation of sealed.operations) {
      if (operation.kind !== operationKind.open) await queue(l1, operation);
      const { owner } = state.account(operation.index);
      if (operation.kind === operationKind.exit) count(owner === operation.owner ? "exit" : "wrong exit");
      else
        count(
          operation.kind === operationKind.open ? "open" : operation.creates ? "new deposit" : "old deposit",
        );
    }
    for (const { kind } of sealed.transactions) count(kind === 0 ? "transfer" : "withdrawal");
    proven.push(sequencer.batch(name, sealed));
    exits.push(...applyBatch(state, sealed).map((exit, row) => ({ ...exit, batchNumber, row })));
    if (random.below(2) === 0 || batchNumber === batches) {
      await l1.settle(proven);
      proven = [];
    }
  }
  return { state, exits, kinds };
}

/** A rollup for random histories: the sequencer, who deposits for all, has tokens. */
async function withTokens() {
  const setting = await deployed();
  await (await setting.token.getFunction("mint").send(setting.sequencer, 10n ** 9n)).wait();
  return setting;
}

describe("syncState", () => {
  it("finds the empty state of a rollup that has settled nothing", async () => {
    const { l1 } = await load();
    await l1.deposit({ asset: 1, amount: 5n, key: key(1) });
    const { state, batchNumber, unclaimed } = await syncState(l1);
    expect(state.accountCount).to.equal(0);
    expect(batchNumber).to.equal(0);
    expect(unclaimed).to.deep.equal([]);
  });

  it("rebuilds random histories, account by account", async () => {
    const kinds = new Map<string, number>();
    for (const seed of [1, 2, 3, 4]) {
      const { l1 } = await networkHelpers.loadFixture(withTokens);
      const history = await randomHistory(l1, 8, seed);
      for (const [kind, count] of history.kinds) kinds.set(kind, (kinds.get(kind) ?? 0) + count);
      const batches: SettledBatch[] = [];
      const synced = await syncState(l1, {
        onBatch(batch, total) {
          expect(total).to.equal(8);
          batches.push(batch);
        },
      });
      expect(batches.map(({ batchNumber }) => batchNumber)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8]);
      expect(synced.batchNumber).to.equal(8);
      const byIndex = (state: State) => [...state.accounts()].sort(([a], [b]) => a - b);
      expect(byIndex(synced.state), `seed ${seed}`).to.deep.equal(byIndex(history.state));
      expect(synced.state.root).to.equal(await l1.root());
      expect(synced.unclaimed).to.deep.equal(history.exits);
      for (const asset of [1, 2])
        expect(await l1.escrow(asset)).to.equal(heldBy(synced.state, history.exits, asset));
    }
    const all = ["new deposit", "old deposit", "exit", "wrong exit", "open", "transfer", "withdrawal"];
    for (const kind of all) expect(kinds.get(kind), kind).to.be.greaterThan(2);
  });

  it("leaves empty what an exit of nobody's account has touched", async () => {
    const { l1 } = await load();
    const exit: Exit = { kind: 2, index: 7, owner: 5n };
    await queue(l1, exit);
    const batch = new TestSequencer(l1).batchOf("small", [exit]);
    expect(batch.rows).to.deep.equal([{ index: 7, nonceIncrease: 0, balance: 0n }]);
    await l1.settle([batch]);
    expect((await syncState(l1)).state.accountCount).to.equal(0);
  });

  it("leaves out exits that were claimed", async () => {
    const { l1 } = await networkHelpers.loadFixture(withTokens);
    const { exits } = await randomHistory(l1, 8, 1);
    const [first, ...others] = exits;
    if (first === undefined) throw new Error("The history has exits.");
    const row = (await l1.exitsOf(first.batchNumber))[first.row];
    if (row === undefined) throw new Error("The batch has the exit.");
    await l1.claim(first.batchNumber, first.row, row, row.path);
    expect((await syncState(l1)).unclaimed).to.deep.equal(others);
  });

  it("is as of the last block that counts as final", async () => {
    const { l1, deployment } = await networkHelpers.loadFixture(withTokens);
    const batches = new TestSequencer(l1);
    const owner = 5n;
    for (const index of [1, 2, 3]) {
      await l1.settle([batches.batchOf("small", [{ kind: 3, index, asset: 1, owner, ...key(1) }])]);
    }
    const careful = new L1Rollup(deployment, ethers.provider, { confirmations: 1 });
    const { batchNumber, state } = await syncState(careful);
    expect(batchNumber).to.equal(2);
    expect(state.accountCount).to.equal(2);
  });

  describe("of a batch that is not what its root says", () => {
    /** Settles a good batch, then one that was falsified before it was proven to a verifier that believes it. */
    async function falsified(change: Parameters<TestSequencer["batch"]>[2]): Promise<string> {
      const { l1 } = await load();
      const sequencer = new TestSequencer(l1);
      const open = (index: number): Operation => ({ kind: 3, index, asset: 1, owner: 5n, ...key(1) });
      const first = sequencer.batchOf("small", [open(1)]);
      const sealed = { batchNumber: 2, operations: [open(2)], transactions: [], feeAccounts: [] };
      await l1.settle([first, sequencer.batch("small", sealed, change)]);
      const seen: number[] = [];
      const onBatch = ({ batchNumber }: SettledBatch) => seen.push(batchNumber);
      const { message } = await rejection(syncState(l1, { onBatch }));
      expect(seen).to.deep.equal([1]);
      expect(message).to.include("The data of batch 2 does not lead to its root.");
      return message;
    }

    it("names it for a wrong root", async () => {
      const message = await falsified((batch) => ({ ...batch, newRoot: 5n }));
      expect(message).to.include(`root settled: ${ethers.toBeHex(5n, 32)}`);
    });

    it("names it for a wrong balance", async () => {
      await falsified((batch) => ({ ...batch, rows: batch.rows.map((row) => ({ ...row, balance: 1n })) }));
    });

    it("names it for an account created twice", async () => {
      const message = await falsified((batch) => ({
        ...batch,
        operations: batch.operations.map((operation) => ({ ...operation, index: 1 })),
      }));
      expect(message).to.include("account: 1");
    });

    it("names it for a row of an account that nobody has", async () => {
      const message = await falsified((batch) => ({
        ...batch,
        rows: [...batch.rows, { index: 9, nonceIncrease: 0, balance: 1n }],
      }));
      expect(message).to.include("account: 9");
    });

    it("names it for a nonce beyond its bits", async () => {
      const { l1 } = await load();
      const open: Operation = { kind: 3, index: 1, asset: 1, owner: 5n, ...key(1) };
      const sequencer = new TestSequencer(l1);
      await l1.settle([sequencer.batchOf("small", [open])]);
      const rows = [{ index: 1, nonceIncrease: 65_535, balance: 0n }];
      const sealed = { batchNumber: 2, operations: [], transactions: [], feeAccounts: [] };
      await l1.settle([sequencer.batch("small", sealed, (batch) => ({ ...batch, rows }))]);
      expect((await rejection(syncState(l1))).message).to.include("batch 2");
    });
  });

  it("refuses a node whose contract has another root than the last batch", async () => {
    const { l1, deployment } = await load();
    await l1.settle([new TestSequencer(l1).batchOf("small", [])]);
    const selector = l1.contract.interface.getFunction("root")?.selector ?? "";
    const liar = altered(ethers.provider, {
      async call(transaction) {
        return transaction.data === selector ? ethers.toBeHex(5n, 32) : ethers.provider.call(transaction);
      },
    });
    const { message } = await rejection(syncState(new L1Rollup(deployment, liar)));
    expect(message).to.include("not the contract's").and.to.include("last batch: 1");
  });

  it("refuses a node that has lost a batch", async () => {
    const { l1, deployment } = await load();
    const sequencer = new TestSequencer(l1);
    for (let left = 3; left > 0; left--) await l1.settle([sequencer.batchOf("small", [])]);
    for (const lost of [0, 1, 2]) {
      const forgetful = altered(ethers.provider, {
        async getLogs(filter) {
          return (await ethers.provider.getLogs(filter)).filter((_, position) => position !== lost);
        },
      });
      const { message } = await rejection(syncState(new L1Rollup(deployment, forgetful)));
      expect(message)
        .to.include("gap")
        .and.to.include(`expected number: ${lost + 1}`);
    }
  });
});

/** What the rollup has to hold of an asset when nothing waits in the queue. */
function heldBy(state: State, exits: readonly UnclaimedExit[], asset: number): bigint {
  const amounts = [
    ...[...state.accounts()]
      .filter(([, account]) => account.asset === asset)
      .map(([, { balance }]) => balance),
    ...exits.filter((exit) => exit.asset === asset).map(({ amount }) => amount),
  ];
  return amounts.reduce((sum, amount) => sum + amount, 0n);
}
