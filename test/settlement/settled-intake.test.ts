import { expect } from "chai";
import { State } from "../../plugin/protocol/state.ts";
import type { Sequencer } from "../../plugin/sequencer/sequencer.ts";
import type { Store } from "../../plugin/sequencer/store.ts";
import { L1Unavailable } from "../../plugin/settlement/chain/errors.ts";
import { SettlementError } from "../../plugin/settlement/errors.ts";
import { replayBatch } from "../../plugin/settlement/following/replay.ts";
import { SettledIntake } from "../../plugin/settlement/following/settled-intake.ts";
import type { L1Rollup } from "../../plugin/settlement/l1.ts";
import type { SettledBatch } from "../../plugin/settlement/settled-batches.ts";
import {
  alice,
  bob,
  cleanUp,
  openSequencer,
  openStore,
  type Person,
  shapes,
  tiny,
} from "../sequencer/fixture.ts";
import { rejection } from "./rejection.ts";

const blockHash = `0x${"ef".repeat(32)}`;

describe("SettledIntake, of what a node says", () => {
  let store: Store;
  let sequencer: Sequencer;

  beforeEach(async () => {
    store = await openStore();
    sequencer = await openSequencer(store);
    // What was acknowledged here and has not settled yet.
    await sequencer.observe([alice.deposit(0, 100n)]);
    await sequencer.seal();
  });

  afterEach(cleanUp);

  /** The batch with a deposit of somebody's at an index; its root, unless another one is given, is right. */
  function deposit(
    state: State,
    batchNumber: number,
    index: number,
    by: Person,
    root?: bigint,
  ): SettledBatch {
    const operations = [{ kind: 1, index, creates: true, amount: 5n, ...by.holder() }] as const;
    const rows = [{ index, nonceIncrease: 0, balance: 5n }];
    const where = { transactionHash: blockHash, blockNumber: 9, blockHash, gasUsed: 1n };
    const shape = shapes[0]?.id ?? "";
    const batch = { batchNumber, operations, rows, exits: [], commitment: 1n, shape, newRoot: 0n, ...where };
    try {
      replayBatch(state, batch);
    } catch (error) {
      if (!(error instanceof SettlementError)) throw error;
    }
    return { ...batch, newRoot: root ?? state.root };
  }

  /** Takes batches over as if a node had told of them; of the contract it says that its root is `root`. */
  async function take(
    batches: readonly SettledBatch[],
    root: bigint,
    confirm = async (): Promise<void> => {},
  ) {
    const l1 = {
      deployment: { shapes },
      async *settledBatches() {
        yield* batches;
      },
    } as unknown as L1Rollup;
    const intake = new SettledIntake({ l1, store, sequencer });
    const at = { number: 9, hash: blockHash, batchCount: batches.length, root, queueTail: 2 };
    return await intake.take(at, 0, confirm);
  }

  function expectNothingTaken(): void {
    expect(store.settledBatch).to.equal(0);
    expect(store.progress.sealed).to.equal(1);
    expect(sequencer.account(0).balance).to.equal(100n);
  }

  it("adopts batches that lead to the contract's root", async () => {
    const state = new State(tiny.depth);
    const batches = [deposit(state, 1, 0, bob), deposit(state, 2, 1, alice)];
    expect(await take(batches, state.root)).to.deep.equal({ settled: [], adopted: [1, 2] });
    expect(store.progress.sealed).to.equal(2);
    expect(store.accounts.get(1)?.ax).to.equal(alice.key.publicKey.ax);
  });

  it("takes nothing of a history whose end is not the contract's, and takes nothing apart for it", async () => {
    const state = new State(tiny.depth);
    const batches = [deposit(state, 1, 0, bob), deposit(state, 2, 1, alice)];
    expect(await rejection(take(batches, 77n))).to.be.instanceOf(L1Unavailable);
    expectNothingTaken();
    const broken = [batches[0], { ...batches[1], newRoot: 77n }] as SettledBatch[];
    expect(await rejection(take(broken, 77n))).to.be.instanceOf(SettlementError);
    expectNothingTaken();
  });

  it("takes nothing when the block that it was asked about is gone by then", async () => {
    const state = new State(tiny.depth);
    const batch = deposit(state, 1, 0, bob);
    const gone = async () => {
      throw new L1Unavailable("L1 was reorganised while it was read.");
    };
    expect(await rejection(take([batch], state.root, gone))).to.be.instanceOf(L1Unavailable);
    expectNothingTaken();
    expect((await take([batch], state.root)).adopted).to.deep.equal([1]);
  });
});
