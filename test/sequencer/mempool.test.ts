import { expect } from "chai";
import type { SignedTransaction } from "../../plugin/protocol/transaction.ts";
import { type MempoolLimits, outbidding } from "../../plugin/sequencer/mempool-limits.ts";
import { Sequencer } from "../../plugin/sequencer/sequencer.ts";
import type { Store } from "../../plugin/sequencer/store.ts";
import {
  alice,
  bob,
  carol,
  cleanUp,
  domain,
  openStore,
  type Person,
  shapes,
  tiny,
  transfer,
  treasury,
  withdrawal,
} from "./fixture.ts";

describe("The mempool", () => {
  let store: Store;
  let sequencer: Sequencer;
  let now: number;

  beforeEach(async () => {
    store = await openStore();
    now = 500;
    await open({});
    await sequencer.observe([alice.deposit(0, 1_000n), bob.deposit(1, 1_000n), carol.deposit(2, 1_000n)]);
  });

  afterEach(cleanUp);

  async function open(limits: Partial<MempoolLimits>): Promise<void> {
    const feeHolder = treasury.holder();
    const options = { store, domain, depth: tiny.depth, shapes, feeHolder, limits, now: () => now };
    sequencer = await Sequencer.open(options);
  }

  type Fields = { readonly amount?: bigint; readonly fee?: bigint; readonly expiry?: number };

  /** A transfer to bob: from account 0 alice's, from 2 carol's. */
  function pay(by: Person, nonce: number, fields: Fields = {}): SignedTransaction {
    const from = [alice, bob, carol].indexOf(by);
    return transfer(by, 1, bob.holder(), { from, nonce, ...fields });
  }

  /** Submits together; what became of each: its status, or why it was refused. */
  async function submit(...transactions: SignedTransaction[]): Promise<string[]> {
    const submissions = await sequencer.submitAll(transactions);
    return submissions.map((submission) =>
      "id" in submission ? (lifeOf(submission.id) ?? "lost") : submission.refusal.code,
    );
  }

  async function idOf(transaction: SignedTransaction): Promise<string> {
    return (await sequencer.submit(transaction)).id;
  }

  function lifeOf(id: string): string | undefined {
    const life = sequencer.transaction(id);
    return life?.status === "dropped" ? life.reason?.code : life?.status;
  }

  describe("a nonce that is not the next one", () => {
    it("waits for those before it, which then are executed together with it", async () => {
      const ids = [await idOf(pay(alice, 2)), await idOf(pay(alice, 1))];
      expect(ids.map(lifeOf)).to.deep.equal(["waiting", "waiting"]);
      expect(sequencer.nextNonce(0)).to.equal(0);
      expect(sequencer.status()).to.include({ pendingTransactions: 0, waitingTransactions: 2 });
      expect(await sequencer.seal()).to.have.length(2);
      ids.push(await idOf(pay(alice, 0)));
      expect(ids.map(lifeOf)).to.deep.equal(["pending", "pending", "pending"]);
      expect(sequencer.nextNonce(0)).to.equal(3);
      const batches = await sequencer.seal();
      expect(batches.flatMap(({ sealed }) => sealed.transactions.map(({ nonce }) => nonce))).to.deep.equal([
        0, 1, 2,
      ]);
    });

    it("waits through a restart", async () => {
      const id = await idOf(pay(alice, 1));
      await open({});
      expect(lifeOf(id)).to.equal("waiting");
      await sequencer.submit(pay(alice, 0));
      expect(lifeOf(id)).to.equal("pending");
    });

    it("may spend what is not there yet, and is dropped if it is not there in its turn", async () => {
      const covered = await idOf(pay(alice, 1, { amount: 1_500n }));
      const poor = await idOf(pay(carol, 1, { amount: 1_001n }));
      await sequencer.submit(transfer(bob, 0, alice.holder(), { from: 1, nonce: 0, amount: 900n }));
      expect(await submit(pay(alice, 0), pay(carol, 0))).to.deep.equal(["pending", "pending"]);
      expect(lifeOf(covered)).to.equal("pending");
      expect(lifeOf(poor)).to.equal("OVERDRAFT");
      expect(sequencer.transaction(poor)?.reason?.reason).to.contain("balance: 999");
    });

    it("displaces nobody by fees that its account does not have", async () => {
      await open({ waiting: 1 });
      const first = await idOf(pay(alice, 1, { fee: 4n }));
      expect(await submit(pay(carol, 1, { fee: 2n ** 90n }))).to.deep.equal(["OVERDRAFT"]);
      expect(await submit(pay(alice, 1, { fee: 1_001n }))).to.deep.equal(["OVERDRAFT"]);
      expect(lifeOf(first)).to.equal("waiting");
    });

    it("waits only within bounds: of distance, of each account, of all", async () => {
      await open({ waitingPerAccount: 3, waiting: 4 });
      expect(await submit(pay(alice, 4), pay(alice, 3), pay(alice, 2))).to.deep.equal([
        "WRONG_NONCE",
        "waiting",
        "waiting",
      ]);
      expect(await submit(pay(alice, 1))).to.deep.equal(["waiting"]);
      expect(await submit(pay(carol, 1), pay(carol, 2))).to.deep.equal(["waiting", "POOL_FULL"]);
    });

    it("is refused at once for what will not change: asset, recipient, signature", async () => {
      const wrong = [
        withdrawal(alice, 0xb0bn, { from: 0, nonce: 1 }, 2),
        transfer(alice, 1, carol.holder(), { from: 0, nonce: 1 }),
        transfer(bob, 1, bob.holder(), { from: 0, nonce: 1 }),
        pay(alice, 1, { expiry: 0 }),
      ];
      const codes = ["WRONG_ASSET", "WRONG_RECIPIENT", "BAD_SIGNATURE", "EXPIRED"];
      expect(await submit(...wrong)).to.deep.equal(codes);
      expect(sequencer.status().waitingTransactions).to.equal(0);
    });

    it("is dropped after a time, and once it expires", async () => {
      const policy = { seconds: 1_000, deadlineMargin: 0 };
      await open({ waitingSeconds: 100 });
      const slow = await idOf(pay(alice, 1));
      now += 50;
      const short = await idOf(pay(carol, 1, { expiry: 2 }));
      await sequencer.sealDue(policy, now);
      expect([slow, short].map(lifeOf)).to.deep.equal(["waiting", "waiting"]);
      now += 50;
      await sequencer.sealDue(policy, now);
      expect([slow, short].map(lifeOf)).to.deep.equal(["WAITED_TOO_LONG", "waiting"]);
      await sequencer.seal();
      expect(lifeOf(short)).to.equal("EXPIRED");
      expect(sequencer.transaction(short)?.reason?.reason).to.contain("nonce missing: 0");
    });

    it("waits again when the one before it is dropped", async () => {
      await sequencer.seal();
      // These fill batches 3 and 4.
      await submit(pay(carol, 0), pay(carol, 1), pay(carol, 2), pay(carol, 3));
      const short = await idOf(pay(alice, 0, { expiry: 4 }));
      const long = await idOf(pay(alice, 1));
      await sequencer.seal();
      expect([short, long].map(lifeOf)).to.deep.equal(["EXPIRED", "waiting"]);
      const again = await idOf(pay(alice, 0));
      expect([again, long].map(lifeOf)).to.deep.equal(["pending", "pending"]);
    });
  });

  describe("a nonce that is pending already", () => {
    it("takes the other one's place for a fee of 10 % more", async () => {
      const [first, next] = [await idOf(pay(alice, 0, { fee: 20n })), await idOf(pay(alice, 1))];
      expect(await submit(pay(alice, 0, { fee: 21n, amount: 2n }))).to.deep.equal(["UNDERPRICED"]);
      const second = await idOf(pay(alice, 0, { fee: 22n, amount: 100n }));
      expect([first, second, next].map(lifeOf)).to.deep.equal(["REPLACED", "pending", "pending"]);
      expect(sequencer.transaction(first)?.reason?.reason).to.contain(second);
      expect(sequencer.account(0)).to.include({ balance: 1_000n - 122n - 1n, nonce: 2 });
      const batches = await sequencer.seal();
      const sealed = batches.flatMap(({ sealed }) => sealed.transactions);
      expect(sealed.map(({ nonce, amount }) => [nonce, amount])).to.deep.equal([
        [0, 100n],
        [1, 1n],
      ]);
    });

    it("may be replaced several times, in one submission too, waiting or not", async () => {
      for (const nonce of [0, 1, 3]) {
        const versions = [0n, 1n, 2n].map((fee) => pay(alice, nonce, { fee }));
        const last = nonce === 3 ? "waiting" : "pending";
        expect(await submit(...versions)).to.deep.equal(["REPLACED", "REPLACED", last]);
      }
      expect(store.transactions.count).to.equal(3);
      expect(store.dropped.count).to.equal(6);
    });

    it("drops what others had built on the one that is replaced, with the reason", async () => {
      await sequencer.submit(pay(alice, 0, { amount: 500n }));
      const spent = await idOf(withdrawal(bob, 0xb0bn, { from: 1, nonce: 0, amount: 1_500n }));
      const small = await idOf(withdrawal(bob, 0xb0bn, { from: 1, nonce: 1, amount: 0n }));
      await sequencer.submit(pay(alice, 0, { amount: 100n, fee: 1n }));
      expect([spent, small].map(lifeOf)).to.deep.equal(["OVERDRAFT", "waiting"]);
      expect(sequencer.account(1).balance).to.equal(1_100n);
    });

    it("is as old as the first in its place, so that replacing it puts nothing off", async () => {
      await submit(pay(alice, 0), pay(carol, 0), pay(carol, 2));
      for (const fee of [1n, 2n]) {
        now += 50;
        expect(await submit(pay(alice, 0, { fee }), pay(carol, 2, { fee }))).to.deep.equal([
          "pending",
          "waiting",
        ]);
      }
      expect(sequencer.status().oldestPending).to.equal(500);
      const { cause } = await sequencer.sealDue({ seconds: 100, transactions: 100, deadlineMargin: 0 }, now);
      expect(cause).to.equal("age");
      await open({ waitingSeconds: 100 });
      await sequencer.sealDue({ seconds: 1_000, deadlineMargin: 0 }, now);
      expect(sequencer.status().waitingTransactions).to.equal(0);
    });

    it("is counted when it is dropped, by who has counted before and by who has not", async () => {
      expect(sequencer.status().droppedTransactions).to.equal(0);
      await submit(pay(alice, 0), pay(alice, 0, { fee: 1n }), pay(alice, 0, { fee: 2n }));
      expect(sequencer.status().droppedTransactions).to.equal(2);
      await open({});
      expect(sequencer.status().droppedTransactions).to.equal(2);
    });

    it("is refused if it could not be paid", async () => {
      await sequencer.submit(pay(alice, 0, { amount: 500n }));
      await sequencer.submit(pay(alice, 1, { amount: 400n }));
      expect(await submit(pay(alice, 0, { amount: 600n, fee: 1n }))).to.deep.equal(["OVERDRAFT"]);
      expect(sequencer.account(0)).to.include({ balance: 100n, nonce: 2 });
    });

    it("is answered as before if it is the same transaction, pending or sealed", async () => {
      const id = await idOf(pay(alice, 0));
      expect(await idOf(pay(alice, 0))).to.equal(id);
      await sequencer.seal();
      expect(await idOf(pay(alice, 0))).to.equal(id);
      expect(lifeOf(id)).to.equal("sealed");
      expect(await submit(pay(alice, 0, { amount: 2n }))).to.deep.equal(["WRONG_NONCE"]);
      expect(sequencer.account(0)).to.include({ balance: 999n, nonce: 1 });
    });
  });

  describe("when it is full", () => {
    it("lets the cheapest go that has no later one, if the new one pays 10 % more", async () => {
      await open({ transactions: 3 });
      const [dear, cheap, last] = [
        await idOf(pay(alice, 0, { fee: 1n })),
        await idOf(pay(alice, 1, { fee: 9n })),
        await idOf(pay(carol, 0, { fee: 20n })),
      ];
      const fromBob = (fee: bigint): SignedTransaction =>
        transfer(bob, 0, alice.holder(), { from: 1, nonce: 0, fee });
      expect(sequencer.estimateFee()).to.deep.equal({ fee: 10n, accepted: true });
      expect(await submit(fromBob(9n))).to.deep.equal(["POOL_FULL"]);
      expect(await submit(fromBob(10n))).to.deep.equal(["pending"]);
      expect([dear, cheap, last].map(lifeOf)).to.deep.equal(["pending", "EVICTED", "pending"]);
      expect(sequencer.account(0)).to.include({ balance: 1_000n - 2n + 1n, nonce: 1 });
      expect(sequencer.estimateFee()).to.deep.equal({ fee: 2n, accepted: true });
      expect(await submit(pay(carol, 1, { fee: 2n }))).to.deep.equal(["pending"]);
      expect(lifeOf(dear)).to.equal("EVICTED");
    });

    it("compares fees within an asset only, and evicts nobody for one of their own", async () => {
      await open({ transactions: 1 });
      await sequencer.observe([carol.deposit(3, 100n, 2)]);
      await sequencer.submit(pay(alice, 0));
      expect(sequencer.estimateFee(2)).to.deep.equal({ fee: 0n, accepted: false });
      const other = transfer(carol, 3, carol.holder(2), { from: 3, nonce: 0, fee: 50n });
      expect(await submit(other, pay(alice, 1, { fee: 50n }))).to.deep.equal(["POOL_FULL", "POOL_FULL"]);
      await sequencer.seal();
      expect(await submit(other)).to.deep.equal(["pending"]);
    });

    it("leaves half of its places to who pays in ETH, whatever tokens fill it", async () => {
      await open({ transactions: 4 });
      await sequencer.observe([carol.deposit(3, 100n, 2)]);
      const token = (nonce: number) => transfer(carol, 3, carol.holder(2), { from: 3, nonce });
      const ids = [];
      for (const nonce of [0, 1, 2, 3]) ids.push(await idOf(token(nonce)));
      expect(await submit(pay(alice, 0))).to.deep.equal(["POOL_FULL"]);
      expect(sequencer.estimateFee()).to.deep.equal({ fee: 1n, accepted: true });
      expect(sequencer.estimateFee(2)).to.deep.equal({ fee: 1n, accepted: true });
      const paid = [pay(alice, 0, { fee: 1n }), pay(alice, 1, { fee: 1n }), pay(alice, 2, { fee: 1n })];
      expect(await submit(...paid)).to.deep.equal(["pending", "pending", "POOL_FULL"]);
      expect(ids.map(lifeOf)).to.deep.equal(["pending", "pending", "EVICTED", "EVICTED"]);
      expect(await submit(token(2))).to.deep.equal(["POOL_FULL"]);
    });

    it("counts the transactions of each account, those that wait included", async () => {
      await open({ perAccount: 2 });
      expect(await submit(pay(alice, 0), pay(alice, 2), pay(alice, 1))).to.deep.equal([
        "pending",
        "waiting",
        "ACCOUNT_LIMIT",
      ]);
      expect(await submit(pay(carol, 0))).to.deep.equal(["pending"]);
    });

    it("lets the cheapest go of those that wait for one that waits", async () => {
      await open({ waiting: 1 });
      const first = await idOf(pay(alice, 1, { fee: 4n }));
      expect(await submit(pay(carol, 1, { fee: 4n }), pay(carol, 1, { fee: 5n }))).to.deep.equal([
        "POOL_FULL",
        "waiting",
      ]);
      expect(lifeOf(first)).to.equal("EVICTED");
    });
  });

  it("takes no fee below the minimum", async () => {
    await open({ minimumFee: 3n });
    expect(sequencer.estimateFee()).to.deep.equal({ fee: 3n, accepted: true });
    expect(await submit(pay(alice, 0, { fee: 2n }), pay(alice, 0, { fee: 3n }))).to.deep.equal([
      "UNDERPRICED",
      "pending",
    ]);
  });

  it("never takes an id for another: what was refused has no life", async () => {
    expect(await submit(pay(alice, 0, { amount: 1_001n }))).to.deep.equal(["OVERDRAFT"]);
    expect(store.arrivals.count).to.equal(0);
    expect(sequencer.transaction(`0x${"00".repeat(32)}`)).to.equal(undefined);
  });

  it("wants 10 % more to outbid, and at least one unit", () => {
    expect([0n, 1n, 9n, 10n, 11n, 100n].map(outbidding)).to.deep.equal([1n, 2n, 10n, 11n, 13n, 110n]);
  });
});
