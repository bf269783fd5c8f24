import { expect } from "chai";
import { isAbsent } from "../../plugin/protocol/account.ts";
import {
  rollupDomain,
  type SignedTransaction,
  signTransaction,
  transactionId,
} from "../../plugin/protocol/transaction.ts";
import {
  SequencerError,
  type SequencerErrorCode,
  TransactionRefused,
} from "../../plugin/sequencer/errors.ts";
import type { RefusalCode } from "../../plugin/sequencer/refusal.ts";
import { Sequencer } from "../../plugin/sequencer/sequencer.ts";
import type { Store } from "../../plugin/sequencer/store.ts";
import {
  alice,
  bob,
  carol,
  cleanUp,
  domain,
  identity,
  openSequencer,
  openStore,
  registered,
  shapes,
  tiny,
  transfer,
  treasury,
  withdrawal,
} from "./fixture.ts";

describe("The sequencer", () => {
  let store: Store;
  let sequencer: Sequencer;

  beforeEach(async () => {
    store = await openStore();
    sequencer = await openSequencer(store);
  });

  afterEach(cleanUp);

  /** alice has account 0 and bob account 1, with 100 each. */
  async function fund(): Promise<void> {
    await sequencer.observe([alice.deposit(0, 100n), bob.deposit(1, 100n)]);
  }

  describe("observe", () => {
    it("gives a deposit the account with its identity, else the lowest free index", async () => {
      await sequencer.observe([
        alice.deposit(0, 1n),
        bob.deposit(1, 2n),
        alice.deposit(2, 3n),
        alice.deposit(3, 4n, 2),
      ]);
      expect(sequencer.find(alice.holder())).to.equal(0);
      expect(sequencer.find(bob.holder())).to.equal(1);
      expect(sequencer.find(alice.holder(2))).to.equal(2);
      expect(sequencer.account(0).balance).to.equal(4n);
      const batches = await sequencer.seal();
      const operations = batches.flatMap(({ sealed }) => sealed.operations);
      expect(operations.map(({ index, kind }) => [kind, index])).to.deep.equal([
        [1, 0],
        [1, 1],
        [1, 0],
        [1, 2],
      ]);
      await sequencer.observe([bob.deposit(4, 5n)]);
      const [batch] = await sequencer.seal();
      expect(batch?.sealed.operations).to.deep.equal([
        { kind: 1, index: 1, creates: false, amount: 5n, ...bob.holder() },
      ]);
    });

    it("tells accounts apart by owner, not only by key", async () => {
      await sequencer.observe([alice.deposit(0, 1n), { ...alice.deposit(1, 1n), owner: bob.owner }]);
      expect(sequencer.account(0).balance).to.equal(1n);
      expect(sequencer.account(1).balance).to.equal(1n);
    });

    it("knows entries that it has seen and refuses gaps and changes, changing nothing", async () => {
      await fund();
      await sequencer.observe([alice.deposit(0, 100n), bob.deposit(1, 100n), bob.deposit(2, 1n)]);
      expect(await codeOf(sequencer.observe([bob.deposit(3, 1n), bob.deposit(5, 1n)]))).to.equal("QUEUE_GAP");
      expect(await codeOf(sequencer.observe([alice.deposit(0, 99n), bob.deposit(3, 1n)]))).to.equal(
        "QUEUE_CHANGED",
      );
      expect(await codeOf(sequencer.observe([alice.exit(1, 0)]))).to.equal("QUEUE_CHANGED");
      expect(sequencer.status().observedEntries).to.equal(3);
      expect(sequencer.account(1).balance).to.equal(101n);
    });

    it("that fails leaves nothing to what is asked for in the same turn", async () => {
      await fund();
      const before = [store.progress.observed, sequencer.account(1).balance];
      const gap = sequencer.observe([bob.deposit(2, 5n), bob.deposit(4, 5n)]);
      const opening = sequencer.open(carol.holder());
      expect(await codeOf(gap)).to.equal("QUEUE_GAP");
      expect(await opening).to.equal(2);
      expect([store.progress.observed, sequencer.account(1).balance]).to.deep.equal(before);
      const restarted = await openSequencer(store);
      expect(restarted.status()).to.deep.equal(sequencer.status());
    });

    it("keeps entries that pay nothing: nobody's index, somebody else's account", async () => {
      await fund();
      await sequencer.observe([bob.exit(2, 0), bob.exit(3, 63)]);
      expect(sequencer.account(0).balance).to.equal(100n);
      const batches = await sequencer.seal();
      expect(batches.map(({ exits }) => exits)).to.deep.equal([[], []]);
    });

    it("drops pending transactions whose money a forced exit takes, with the reason", async () => {
      await fund();
      const first = transfer(alice, 1, bob.holder(), { from: 0, nonce: 0, amount: 60n });
      const second = transfer(bob, 0, alice.holder(), { from: 1, nonce: 0, amount: 150n });
      const third = transfer(bob, 0, alice.holder(), { from: 1, nonce: 0, amount: 100n });
      await sequencer.submit(first);
      await sequencer.submit(second);
      await sequencer.observe([alice.exit(2, 0)]);
      expect(store.dropped.entries().map(([, { id, refusal }]) => [id, refusal.code])).to.deep.equal([
        [transactionId(domain, first), "OVERDRAFT"],
        [transactionId(domain, second), "OVERDRAFT"],
      ]);
      expect(sequencer.account(0)).to.include({ balance: 0n, nonce: 0 });
      expect(sequencer.account(1)).to.include({ balance: 100n, nonce: 0 });
      await sequencer.submit(third);
      expect(sequencer.account(0).balance).to.equal(100n);
    });

    it("refuses the deposit that finds no index left", async () => {
      const small = { ...identity, depth: 1 };
      const narrow = await openStore(undefined, small);
      sequencer = await openSequencer(narrow, { shapes: [registered("small", { ...tiny, depth: 1 })] });
      await sequencer.observe([1, 2, 3, 4].map((asset) => alice.deposit(asset - 1, 1n, asset)));
      expect(await codeOf(sequencer.observe([alice.deposit(4, 1n, 5)]))).to.equal("TREE_FULL");
      await sequencer.observe([alice.deposit(4, 1n, 3)]);
      expect(sequencer.account(2).balance).to.equal(2n);
    });
  });

  describe("open", () => {
    it("returns the index that the account has from then on", async () => {
      await fund();
      expect(await sequencer.open(carol.holder())).to.equal(2);
      expect(await sequencer.open(carol.holder())).to.equal(2);
      expect(sequencer.find(carol.holder())).to.equal(2);
      expect(isAbsent(sequencer.account(2))).to.equal(false);
      await sequencer.submit(transfer(alice, 2, carol.holder(), { from: 0, nonce: 0, amount: 7n }));
      await sequencer.seal();
      expect(sequencer.account(2)).to.deep.equal({ ...carol.holder(), nonce: 0, balance: 7n, data: 0n });
      expect(await sequencer.open(carol.holder())).to.equal(2);
    });

    it("leaves it to a deposit that comes before the open is sealed", async () => {
      await fund();
      await sequencer.open(carol.holder());
      await sequencer.submit(transfer(alice, 2, carol.holder(), { from: 0, nonce: 0, amount: 7n }));
      await sequencer.observe([carol.deposit(2, 5n)]);
      expect(sequencer.account(2).balance).to.equal(12n);
      const batches = await sequencer.seal();
      expect(batches.flatMap(({ sealed }) => sealed.operations.map(({ kind }) => kind))).to.deep.equal([
        1, 1, 1,
      ]);
      expect(sequencer.account(2).balance).to.equal(12n);
    });

    it("refuses holders whom the contract would refuse", async () => {
      await fund();
      const refused = [
        { ...carol.holder(), owner: 0n },
        { ...carol.holder(), owner: 2n ** 160n },
        { ...carol.holder(), asset: 0 },
        { ...carol.holder(), ax: 5n },
        { ...carol.holder(), ax: 0n, ay: 1n },
      ];
      for (const holder of refused) {
        expect(await codeOf(sequencer.open(holder)), JSON.stringify(holder, stringify)).to.equal(
          "UNUSABLE_HOLDER",
        );
      }
      expect(await codeOf(sequencer.open(carol.holder(2)))).to.equal("UNKNOWN_ASSET");
      await sequencer.observe([alice.deposit(2, 1n, 3)]);
      expect(await sequencer.open(carol.holder(2))).to.equal(3);
      expect(sequencer.status().accounts).to.equal(4);
    });

    it("keeps a quarter of a small tree for deposits", async () => {
      const narrow = await openStore(undefined, { ...identity, depth: 1 });
      sequencer = await openSequencer(narrow, { shapes: [registered("small", { ...tiny, depth: 1 })] });
      for (const [index, person] of [alice, bob, carol].entries()) {
        expect(await sequencer.open(person.holder())).to.equal(index);
      }
      expect(await codeOf(sequencer.open(treasury.holder()))).to.equal("TREE_FULL");
      expect(await sequencer.open(alice.holder())).to.equal(0);
      await sequencer.observe([treasury.deposit(0, 1n)]);
      expect(sequencer.find(treasury.holder())).to.equal(3);
    });
  });

  describe("submit", () => {
    beforeEach(fund);

    const valid = { from: 0, nonce: 0, amount: 10n };

    it("takes transfers, also to oneself, and withdrawals, and executes them at once", async () => {
      await sequencer.submit(transfer(alice, 1, bob.holder(), valid));
      await sequencer.submit(transfer(alice, 0, alice.holder(), { from: 0, nonce: 1, amount: 90n }));
      await sequencer.submit(withdrawal(bob, 0xb0bn, { from: 1, nonce: 0, amount: 110n }));
      expect(sequencer.account(0)).to.include({ balance: 90n, nonce: 2 });
      expect(sequencer.account(1)).to.include({ balance: 0n, nonce: 1 });
      expect(sequencer.nextNonce(0)).to.equal(2);
      expect(sequencer.pendingCount()).to.equal(5);
    });

    it("names a transaction by its message", async () => {
      const transaction = transfer(alice, 1, bob.holder(), valid);
      expect(await sequencer.submit(transaction)).to.deep.equal({ id: transactionId(domain, transaction) });
    });

    it("admits what is submitted together in the order of submission", async () => {
      const transactions = [0, 1, 2, 3].map((nonce) => transfer(alice, 1, bob.holder(), { from: 0, nonce }));
      const back = transfer(bob, 0, alice.holder(), { from: 1, nonce: 0, amount: 104n });
      await Promise.all([...transactions, back].map((transaction) => sequencer.submit(transaction)));
      const batches = await sequencer.seal();
      expect(batches.flatMap(({ sealed }) => sealed.transactions)).to.deep.equal([...transactions, back]);
    });

    const reasons: [what: string, code: RefusalCode, says: string, transaction: () => SignedTransaction][] = [
      [
        "a signature by another key",
        "BAD_SIGNATURE",
        "account: 0",
        () => transfer(bob, 1, bob.holder(), valid),
      ],
      [
        "another amount than what was signed",
        "BAD_SIGNATURE",
        "sign with the key of the account",
        () => ({ ...transfer(alice, 1, bob.holder(), valid), amount: 11n }),
      ],
      [
        "the nonce of a pending one for the same fee",
        "UNDERPRICED",
        "fee of the other: 0\n  fee that takes its place: 1\n  given: 0",
        () => transfer(alice, 1, bob.holder(), { ...valid, amount: 1n }),
      ],
      [
        "a nonce that is too high to wait for",
        "WRONG_NONCE",
        "expected: 1\n  given: 66",
        () => transfer(alice, 1, bob.holder(), { ...valid, nonce: 66 }),
      ],
      [
        "an overdraft, what is pending included",
        "OVERDRAFT",
        "balance: 70\n  amount: 71",
        () => transfer(alice, 1, bob.holder(), { ...valid, nonce: 1, amount: 71n }),
      ],
      [
        "a sender who does not exist",
        "UNKNOWN_SENDER",
        "account: 7",
        () => transfer(alice, 1, bob.holder(), { ...valid, from: 7 }),
      ],
      [
        "a sender outside the tree",
        "UNKNOWN_SENDER",
        "account: 4294967295",
        () => transfer(alice, 1, bob.holder(), { ...valid, from: 2 ** 32 - 1 }),
      ],
      [
        "a recipient who does not exist",
        "UNKNOWN_RECIPIENT",
        "index: 9",
        () => transfer(alice, 9, bob.holder(), { ...valid, nonce: 1 }),
      ],
      [
        "a recipient of another asset",
        "UNKNOWN_RECIPIENT",
        "recipient's asset: 2\n  sender's asset: 1",
        () => transfer(alice, 2, carol.holder(2), { ...valid, nonce: 1 }),
      ],
      [
        "another recipient at that index than who was signed for",
        "WRONG_RECIPIENT",
        "index: 1",
        () => transfer(alice, 1, carol.holder(), { ...valid, nonce: 1 }),
      ],
      [
        "an expired transaction",
        "EXPIRED",
        "next batch: 1\n  expiry: 0",
        () => transfer(alice, 1, bob.holder(), { ...valid, nonce: 1, expiry: 0 }),
      ],
      [
        "a fee that nobody takes",
        "NO_FEE_ACCOUNT",
        "asset: 1\n  fee: 2",
        () => transfer(alice, 1, bob.holder(), { ...valid, nonce: 1, fee: 2n }),
      ],
      [
        "a withdrawal to the address 0",
        "UNPAYABLE_ADDRESS",
        "address 0",
        () => withdrawal(alice, 0n, { ...valid, nonce: 1 }),
      ],
      [
        "a withdrawal that was signed for another asset",
        "WRONG_ASSET",
        "asset signed: 2",
        () => withdrawal(alice, 0xb0bn, { ...valid, nonce: 1 }, 2),
      ],
      [
        "a withdrawal to the rollup",
        "UNPAYABLE_ADDRESS",
        identity.rollup.toLowerCase(),
        () => withdrawal(alice, BigInt(identity.rollup), { ...valid, nonce: 1 }),
      ],
      [
        "a call, since there are no applications",
        "UNSUPPORTED_KIND",
        "kind: 2",
        () => {
          const { signature: _, ...fields } = transfer(alice, 1, bob.holder(), { ...valid, nonce: 1 });
          return signTransaction(domain, { ...fields, kind: 2 }, alice.key);
        },
      ],
      [
        "an amount beyond 128 bits",
        "MALFORMED",
        "amount",
        () => ({ ...transfer(alice, 1, bob.holder(), valid), amount: 2n ** 128n }),
      ],
      [
        "a negative fee",
        "MALFORMED",
        "fee",
        () => ({ ...transfer(alice, 1, bob.holder(), valid), fee: -1n }),
      ],
    ];

    for (const [what, code, says, transaction] of reasons) {
      it(`refuses ${what}, changing nothing`, async () => {
        await sequencer.observe([carol.deposit(2, 1n, 2)]);
        await sequencer.submit(transfer(alice, 1, bob.holder(), { ...valid, amount: 30n }));
        const before = store.progress;
        const refused = await refusalOf(sequencer.submit(transaction()));
        expect(refused?.refusal.code).to.equal(code);
        expect(refused?.refusal.reason).to.contain(says);
        expect(refused?.message).to.contain(code);
        expect(store.progress).to.deep.equal(before);
        expect(sequencer.account(0)).to.include({ balance: 70n, nonce: 1 });
      });
    }

    it("refuses a signature for another rollup", async () => {
      const elsewhere = await openStore(undefined, { ...identity, chainId: 1n });
      const other = await Sequencer.open({
        store: elsewhere,
        domain: rollupDomain(1n, identity.rollup),
        depth: identity.depth,
        shapes,
      });
      await other.observe([alice.deposit(0, 100n), bob.deposit(1, 100n)]);
      const refused = await refusalOf(other.submit(transfer(alice, 1, bob.holder(), valid)));
      expect(refused?.refusal.code).to.equal("BAD_SIGNATURE");
    });

    it("refuses what no shape has the accounts for", async () => {
      const narrow = registered("narrow", { ...tiny, accounts: 1, operations: 1 });
      sequencer = await openSequencer(store, { shapes: [narrow] });
      const refused = await refusalOf(sequencer.submit(transfer(alice, 1, bob.holder(), valid)));
      expect(refused?.refusal.code).to.equal("TOO_LARGE");
      await sequencer.submit(transfer(alice, 0, alice.holder(), valid));
    });
  });

  describe("fees", () => {
    const paying = { from: 0, nonce: 0, amount: 10n, fee: 3n };

    beforeEach(async () => {
      await fund();
      sequencer = await openSequencer(store, { feeHolder: treasury });
    });

    it("go to an account of the fee holder, opened with the first fee in its asset", async () => {
      await sequencer.observe([alice.deposit(2, 100n, 2)]);
      await sequencer.submit(transfer(alice, 1, bob.holder(), { from: 0, nonce: 0 }));
      expect(sequencer.find(treasury.holder(1))).to.equal(undefined);
      await sequencer.submit(transfer(alice, 1, bob.holder(), { ...paying, nonce: 1 }));
      expect(sequencer.find(treasury.holder(1))).to.equal(3);
      await sequencer.submit(transfer(alice, 2, alice.holder(2), { ...paying, from: 2 }));
      expect(sequencer.find(treasury.holder(2))).to.equal(4);
      const batches = await sequencer.seal();
      const opens = batches.flatMap(({ sealed }) => sealed.operations.filter(({ kind }) => kind === 3));
      expect(opens.length).to.equal(2);
      expect(sequencer.account(3).balance).to.equal(3n);
      expect(sequencer.account(4).balance).to.equal(3n);
      expect(sequencer.account(0).balance).to.equal(86n);
    });

    it("go to the fee holder's account if there is one", async () => {
      await sequencer.observe([treasury.deposit(2, 1n)]);
      await sequencer.submit(transfer(alice, 1, bob.holder(), paying));
      await sequencer.seal();
      expect(sequencer.account(2).balance).to.equal(4n);
      expect(sequencer.status().accounts).to.equal(3);
    });

    it("are taken as before by a sequencer that is not told who takes them", async () => {
      await sequencer.submit(transfer(alice, 1, bob.holder(), paying));
      sequencer = await openSequencer(store);
      await sequencer.submit(transfer(alice, 1, bob.holder(), { ...paying, nonce: 1 }));
      await sequencer.seal();
      expect(sequencer.account(2).balance).to.equal(6n);
    });

    it("can be spent by their holder once they are sealed", async () => {
      await sequencer.submit(transfer(alice, 1, bob.holder(), paying));
      const spend = transfer(treasury, 0, alice.holder(), { from: 2, nonce: 0, amount: 3n });
      expect((await refusalOf(sequencer.submit(spend)))?.refusal.code).to.equal("OVERDRAFT");
      await sequencer.seal();
      await sequencer.submit(spend);
    });

    it("are refused when there is no index left to open an account", async () => {
      const small = await openStore(undefined, { ...identity, depth: 1 });
      const shape = registered("small", { ...tiny, depth: 1 });
      sequencer = await openSequencer(small, { feeHolder: treasury, shapes: [shape] });
      await sequencer.observe([alice.deposit(0, 9n), alice.deposit(1, 9n, 2), alice.deposit(2, 9n, 3)]);
      await sequencer.submit(transfer(alice, 0, alice.holder(), { from: 0, nonce: 0 }));
      const refused = await refusalOf(
        sequencer.submit(transfer(alice, 0, alice.holder(), { from: 0, nonce: 1, fee: 1n })),
      );
      expect(refused?.refusal.code).to.equal("NO_FEE_ACCOUNT");
    });
  });

  describe("seal", () => {
    it("has nothing to do when nothing is pending", async () => {
      expect(await sequencer.seal()).to.deep.equal([]);
      await fund();
      expect((await sequencer.seal()).length).to.equal(1);
      expect(await sequencer.seal()).to.deep.equal([]);
      expect(sequencer.pendingCount()).to.equal(0);
    });

    it("drops what has expired and tells why", async () => {
      await fund();
      const common = { from: 0, expiry: 1 };
      const transactions = [0, 1, 2].map((nonce) => transfer(alice, 1, bob.holder(), { ...common, nonce }));
      for (const transaction of transactions) await sequencer.submit(transaction);
      const batches = await sequencer.seal();
      expect(batches.flatMap(({ sealed }) => sealed.transactions)).to.deep.equal(transactions.slice(0, 2));
      const [dropped, ...others] = store.dropped.entries().map(([, entry]) => entry);
      expect(others).to.deep.equal([]);
      expect(dropped).to.deep.include({
        id: transactionId(domain, transactions[2] as SignedTransaction),
        transaction: transactions[2],
        batchNumber: 2,
      });
      expect(dropped?.refusal.code).to.equal("EXPIRED");
      expect(sequencer.nextNonce(0)).to.equal(2);
      expect(sequencer.status().droppedTransactions).to.equal(1);
    });
  });

  describe("reading", () => {
    it("lists accounts by key and by owner", async () => {
      await fund();
      await sequencer.observe([alice.deposit(2, 5n, 2), { ...alice.deposit(3, 6n), owner: bob.owner }]);
      const byKey = sequencer.accountsOf(alice.key.publicKey);
      expect(byKey.map(({ index, account }) => [index, account.asset, account.balance])).to.deep.equal([
        [0, 1, 100n],
        [2, 2, 5n],
        [3, 1, 6n],
      ]);
      expect(sequencer.accountsOf(bob.owner).map(({ index }) => index)).to.deep.equal([1, 3]);
      expect(sequencer.accountsOf(0xdeadn)).to.deep.equal([]);
    });

    it("tells what waits for what", async () => {
      await fund();
      await sequencer.open(carol.holder());
      await sequencer.submit(transfer(alice, 1, bob.holder(), { from: 0, nonce: 0 }));
      const { oldestPending, ...status } = sequencer.status();
      expect(oldestPending).to.be.closeTo(Math.floor(Date.now() / 1000), 60);
      expect(status).to.deep.equal({
        settledBatch: 0,
        sealedBatch: 0,
        unproven: [],
        pendingOperations: 3,
        pendingTransactions: 1,
        waitingTransactions: 0,
        admittingTransactions: 0,
        observedEntries: 2,
        accounts: 3,
        droppedTransactions: 0,
      });
      await sequencer.seal();
      expect(sequencer.status()).to.deep.include({
        sealedBatch: 2,
        unproven: [1, 2],
        pendingOperations: 0,
        pendingTransactions: 0,
      });
    });
  });

  it("is refused with another rollup's domain, depth or shapes", async () => {
    const right = { store, domain, depth: tiny.depth, shapes };
    const wrong = [
      { ...right, domain: domain + 1n },
      { ...right, depth: 4 },
      { ...right, shapes: [] },
      { ...right, shapes: [registered("deep", { ...tiny, depth: 4 })] },
    ];
    for (const options of wrong)
      expect(await codeOf(Sequencer.open(options))).to.equal("WRONG_CONFIGURATION");
    const feeHolder = { ax: 0n, ay: 1n, owner: 1n };
    expect(await codeOf(Sequencer.open({ ...right, feeHolder }))).to.equal("UNUSABLE_HOLDER");
  });
});

async function codeOf(action: Promise<unknown>): Promise<SequencerErrorCode | undefined> {
  try {
    await action;
  } catch (error) {
    if (error instanceof SequencerError) return error.code;
    throw error;
  }
  return undefined;
}

async function refusalOf(action: Promise<unknown>): Promise<TransactionRefused | undefined> {
  try {
    await action;
  } catch (error) {
    if (error instanceof TransactionRefused) return error;
    throw error;
  }
  return undefined;
}

function stringify(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
