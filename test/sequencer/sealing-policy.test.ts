import { expect } from "chai";
import {
  defaultDeadlineMargin,
  defaultSealingSeconds,
  type PendingSummary,
  sealingCause,
} from "../../plugin/sequencer/sealing-policy.ts";
import type { Sequencer } from "../../plugin/sequencer/sequencer.ts";
import type { Store } from "../../plugin/sequencer/store.ts";
import { alice, bob, cleanUp, openSequencer, openStore, transfer } from "./fixture.ts";

const now = 10_000;
const nothing: PendingSummary = {
  transactions: 0,
  oldest: undefined,
  deadline: undefined,
  unproven: 0,
  largestBatch: 8,
};

describe("sealingCause", () => {
  it("has nothing sealed while there is little, young and not wanted by L1", () => {
    expect(sealingCause({}, nothing, now)).to.equal(undefined);
    const little = { ...nothing, transactions: 7, oldest: now - defaultSealingSeconds + 1 };
    expect(sealingCause({}, little, now)).to.equal(undefined);
    const later = { ...little, deadline: now + defaultDeadlineMargin + 1 };
    expect(sealingCause({}, later, now)).to.equal(undefined);
  });

  it("seals by size, by age and by the deadline of the queue", () => {
    expect(sealingCause({}, { ...nothing, transactions: 8 }, now)).to.equal("size");
    expect(sealingCause({ transactions: 3 }, { ...nothing, transactions: 3 }, now)).to.equal("size");
    expect(sealingCause({}, { ...nothing, oldest: now - defaultSealingSeconds }, now)).to.equal("age");
    expect(sealingCause({ seconds: 5 }, { ...nothing, oldest: now - 5 }, now)).to.equal("age");
    const deadline = now + defaultDeadlineMargin;
    expect(sealingCause({}, { ...nothing, deadline }, now)).to.equal("deadline");
    expect(sealingCause({ deadlineMargin: 10 }, { ...nothing, deadline }, now)).to.equal(undefined);
  });

  it("waits for proofs where there are too many without one, but for the deadline", () => {
    const much = { ...nothing, transactions: 99, oldest: 0, unproven: 4 };
    expect(sealingCause({ unproven: 4 }, much, now)).to.equal(undefined);
    expect(sealingCause({ unproven: 5 }, much, now)).to.equal("age");
    expect(sealingCause({ unproven: 4 }, { ...much, deadline: now }, now)).to.equal("deadline");
  });
});

describe("sealDue", () => {
  let store: Store;
  let sequencer: Sequencer;
  /** Unix time when a test begins. */
  let seconds: number;
  const policy = { deadlineMargin: 0, transactions: 4, seconds: 30 };

  beforeEach(async () => {
    seconds = Math.floor(Date.now() / 1000);
    store = await openStore();
    sequencer = await openSequencer(store);
    const entries = [alice.deposit(0, 100n), bob.deposit(1, 100n)];
    await sequencer.observe(entries.map((entry) => ({ ...entry, deadline: seconds + 1_000 })));
    await sequencer.seal();
  });

  afterEach(cleanUp);

  async function submit(from: number, count: number): Promise<void> {
    const nonces = Array.from({ length: count }, (_, i) => from + i);
    await sequencer.submitAll(nonces.map((nonce) => transfer(alice, 1, bob.holder(), { from: 0, nonce })));
  }

  it("seals by size only what fills batches, and the rest once it is old", async () => {
    await submit(0, 3);
    expect(await sequencer.sealDue(policy, seconds)).to.deep.equal({ cause: undefined, batches: [] });
    await submit(3, 4);
    const { cause, batches } = await sequencer.sealDue(policy, seconds);
    expect(cause).to.equal("size");
    expect(batches.map(({ sealed }) => sealed.transactions.length)).to.deep.equal([2, 2]);
    expect(sequencer.status().pendingTransactions).to.equal(3);
    expect(sequencer.nextNonce(0)).to.equal(7);
    expect((await sequencer.sealDue(policy, seconds)).cause).to.equal(undefined);
    const rest = await sequencer.sealDue(policy, seconds + 100);
    expect(rest.cause).to.equal("age");
    expect(sequencer.pendingCount()).to.equal(0);
  });

  it("seals operations once they have been seen for long enough, or L1 wants them", async () => {
    await sequencer.observe([{ ...alice.deposit(2, 1n), deadline: seconds + 500 }]);
    expect((await sequencer.sealDue(policy, seconds)).cause).to.equal(undefined);
    expect((await sequencer.sealDue({ ...policy, deadlineMargin: 500 }, seconds)).cause).to.equal("deadline");
    await sequencer.observe([{ ...alice.deposit(3, 1n), deadline: seconds + 500 }]);
    expect((await sequencer.sealDue(policy, seconds + 1)).cause).to.equal(undefined);
    expect((await sequencer.sealDue(policy, seconds + 31)).cause).to.equal("age");
    expect((await sequencer.sealDue(policy, seconds + 99)).cause).to.equal(undefined);
  });

  it("counts sealed batches without a proof", async () => {
    await submit(0, 4);
    expect((await sequencer.sealDue({ ...policy, unproven: 1 }, seconds)).cause).to.equal(undefined);
    await store.settled(1, { transactionHash: "0x00", gasUsed: 1n });
    expect((await sequencer.sealDue({ ...policy, unproven: 1 }, seconds)).cause).to.equal("size");
  });
});
