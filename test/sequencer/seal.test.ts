import { expect } from "chai";
import fc from "fast-check";
import { traceBatch } from "../../plugin/circuits/trace.ts";
import { accountIdentity, type Holder } from "../../plugin/protocol/account.ts";
import type { Deposit, Exit, Open } from "../../plugin/protocol/operation.ts";
import type { Shape } from "../../plugin/protocol/shape.ts";
import { State } from "../../plugin/protocol/state.ts";
import { type SignedTransaction, transactionKind } from "../../plugin/protocol/transaction.ts";
import { Draft } from "../../plugin/sequencer/draft.ts";
import { applyOperation, applyTransaction, refusalOf } from "../../plugin/sequencer/execute.ts";
import type { RegisteredShape, SealedRecord } from "../../plugin/sequencer/records.ts";
import { type Pending, sealPending } from "../../plugin/sequencer/seal.ts";
import { Random } from "../circuits/random-batch.ts";
import { alice, bob, carol, registered, shapes, tiny } from "./fixture.ts";

// Sealing does not look at signatures, nor does the trace.
const signature = { r8x: 0n, r8y: 0n, s: 0n };

function transfer(
  from: number,
  nonce: number,
  to: number,
  recipient: Holder,
  amount: bigint,
  fee = 0n,
): SignedTransaction {
  const kind = transactionKind.transfer;
  const payload = accountIdentity(recipient);
  return { kind, from, nonce, expiry: 1_000, to: BigInt(to), amount, fee, payload, signature };
}

function withdrawal(from: number, nonce: number, amount: bigint, fee = 0n, asset = 1): SignedTransaction {
  const payload = BigInt(asset);
  return { kind: 1, from, nonce, expiry: 1_000, to: 0xb0bn, amount, fee, payload, signature };
}

function deposit(index: number, holder: Holder, amount: bigint, creates: boolean): Deposit {
  return { kind: 1, index, creates, amount, ...holder };
}

/** A state with an account for each holder, from index 0 on. */
function stateOf(balance: bigint, ...holders: Holder[]): State {
  const state = new State(tiny.depth);
  holders.forEach((holder, index) => {
    state.set(index, { ...holder, nonce: 0, balance, data: 0n });
  });
  return state;
}

function pending(work: {
  entries?: (Deposit | Exit)[];
  opens?: Open[];
  transactions?: SignedTransaction[];
}): Pending {
  return {
    entries: work.entries ?? [],
    opens: new Map((work.opens ?? []).map((open, i) => [10_000 + i, open])),
    transactions: new Map((work.transactions ?? []).map((transaction, i) => [i, transaction])),
  };
}

const noFees = new Map<number, number>();

describe("Sealing", () => {
  const people = [alice.holder(), bob.holder(), carol.holder()] as const;
  const [a, b] = people;

  it("makes no batch of nothing", () => {
    const state = new State(tiny.depth);
    expect(sealPending(state, pending({}), shapes, 1, noFees)).to.deep.equal({
      batches: [],
      sources: [],
      dropped: [],
      entries: 0,
    });
  });

  it("numbers batches and keeps the order of the L1 queue and of arrival", () => {
    const entries: Deposit[] = [0, 1, 2].map((amount) => deposit(0, a, BigInt(amount), amount === 0));
    const transactions = [0, 1, 2].map((nonce) => transfer(0, nonce, 0, a, 1n));
    const state = new State(tiny.depth);
    const { batches, dropped } = sealPending(state, pending({ entries, transactions }), shapes, 7, noFees);
    expect(dropped).to.deep.equal([]);
    expect(batches.map(({ sealed }) => sealed.batchNumber)).to.deep.equal([7, 8]);
    expect(batches.flatMap(({ sealed }) => sealed.operations)).to.deep.equal(entries);
    expect(batches.flatMap(({ sealed }) => sealed.transactions)).to.deep.equal(transactions);
  });

  it("puts entries of the queue before opens, and both before transactions", () => {
    const open: Open = { kind: 3, index: 1, ...b };
    const entries = [deposit(0, a, 5n, true), deposit(0, a, 5n, false), deposit(0, a, 5n, false)];
    const transactions = [transfer(0, 0, 1, b, 15n)];
    const { batches } = sealPending(
      new State(tiny.depth),
      pending({ entries, opens: [open], transactions }),
      shapes,
      1,
      noFees,
    );
    expect(batches.map(({ sealed }) => sealed.operations)).to.deep.equal([
      entries.slice(0, 2),
      [entries[2], open],
    ]);
    expect(batches.map(({ sealed }) => sealed.transactions.length)).to.deep.equal([0, 1]);
  });

  it("fills a batch with later transactions when an earlier one finds no account slot", () => {
    const shape = registered("narrow", { ...tiny, accounts: 2, operations: 2, transactions: 4 });
    const state = stateOf(10n, ...people);
    const transactions = [
      transfer(0, 0, 1, b, 1n),
      transfer(2, 0, 1, b, 2n),
      transfer(1, 0, 0, a, 3n),
      transfer(2, 1, 2, carol.holder(), 4n),
    ];
    const { batches } = sealPending(state, pending({ transactions }), [shape], 1, noFees);
    expect(batches.map(({ sealed }) => sealed.transactions.map(({ amount }) => amount))).to.deep.equal([
      [1n, 3n],
      [2n, 4n],
    ]);
  });

  it("keeps account slots for the accounts that have most transactions among them", () => {
    const shape = registered("four-accounts", { ...tiny, transactions: 6 });
    const state = stateOf(10n, ...people, alice.holder(1), bob.holder(1), carol.holder(1));
    const transactions = [
      transfer(0, 0, 1, b, 1n),
      transfer(2, 0, 3, a, 2n),
      ...[0, 1, 2, 3, 4].map((nonce) => transfer(4, nonce, 5, carol.holder(), 1n)),
    ];
    const { batches } = sealPending(state, pending({ transactions }), [shape], 1, noFees);
    expect(batches.map(({ sealed }) => sealed.transactions.map(({ from }) => from))).to.deep.equal([
      [0, 4, 4, 4, 4, 4],
      [2],
    ]);
  });

  it("keeps no account slots for transactions that it would never get to", () => {
    const shape = registered("large", { ...tiny, transactions: 200 });
    const others = Array.from({ length: 600 }, (_, i) => ({ ...a, owner: BigInt(i + 1) }));
    const state = stateOf(10n, ...others);
    const pay = (from: number, to: number, nonce: number): SignedTransaction =>
      transfer(from, nonce, to, others[to] as Holder, 0n);
    const near = Array.from({ length: 50 }, (_, nonce) => pay(2, 3, nonce));
    // To themselves, so that each is worth a slot of its own.
    const passedOver = Array.from({ length: 1_180 }, (_, i) =>
      pay(6 + (i % 590), 6 + (i % 590), Math.floor(i / 590)),
    );
    const far = Array.from({ length: 300 }, (_, nonce) => pay(4, 5, nonce));
    const transactions = [pay(0, 1, 0), ...passedOver.slice(0, 2), ...near, ...passedOver.slice(2), ...far];
    const { batches } = sealPending(state, pending({ transactions }), [shape], 1, noFees, { batches: 1 });
    expect(batches[0]?.sealed.transactions).to.deep.equal([pay(0, 1, 0), ...near]);
  });

  it("keeps to the order of arrival where that takes as many", () => {
    const state = stateOf(10n, ...people);
    const transactions = [
      transfer(0, 0, 1, b, 1n),
      transfer(2, 0, 2, carol.holder(), 1n),
      transfer(1, 0, 0, a, 1n),
    ];
    const { batches } = sealPending(state, pending({ transactions }), shapes, 1, noFees);
    expect(batches.map(({ sealed }) => sealed.transactions)).to.deep.equal([
      transactions.slice(0, 2),
      transactions.slice(2),
    ]);
  });

  it("keeps a transaction for the next batch when the money it spends comes with one that was passed over", () => {
    const shape = registered("narrow", { ...tiny, accounts: 2, transactions: 4 });
    const state = stateOf(10n, ...people);
    const transactions = [
      transfer(0, 0, 1, b, 1n),
      transfer(2, 0, 1, b, 10n),
      transfer(1, 0, 0, a, 21n),
      transfer(1, 1, 0, a, 0n),
    ];
    const { batches, dropped } = sealPending(state, pending({ transactions }), [shape], 1, noFees);
    expect(dropped).to.deep.equal([]);
    expect(batches.map(({ sealed }) => sealed.transactions.map(({ amount }) => amount))).to.deep.equal([
      [1n],
      [10n],
      [21n, 0n],
    ]);
  });

  it("keeps what touches an account with a forced exit in the queue for after the exit", () => {
    const shape = registered("one-each", { ...tiny, transactions: 1, operations: 1, exits: 1 });
    const entries: (Deposit | Exit)[] = [
      deposit(2, carol.holder(), 1n, true),
      { kind: 2, index: 0, owner: alice.owner },
    ];
    const transactions = [transfer(1, 0, 0, a, 5n), transfer(0, 0, 1, b, 5n)];
    const { batches, dropped } = sealPending(
      stateOf(10n, a, b),
      pending({ entries, transactions }),
      [shape],
      1,
      noFees,
    );
    expect(dropped).to.deep.equal([]);
    expect(batches.map(({ sealed }) => sealed.transactions.length)).to.deep.equal([0, 1, 1]);
    expect(batches.flatMap(({ exits }) => exits.map(({ amount }) => amount))).to.deep.equal([10n]);
  });

  it("has withdrawals wait for a batch with exit slots left", () => {
    const shape = registered("few-exits", { ...tiny, operations: 1, exits: 1 });
    const transactions = [0, 1].map((nonce) => withdrawal(0, nonce, 1n));
    const { batches } = sealPending(stateOf(5n, a), pending({ transactions }), [shape], 1, noFees);
    expect(batches.map(({ exits }) => exits)).to.deep.equal(
      [1, 1].map(() => [{ recipient: 0xb0bn, amount: 1n, asset: 1 }]),
    );
  });

  it("gives the fee account a slot only in batches with a fee in its asset", () => {
    const state = stateOf(10n, alice.holder(1), alice.holder(2), bob.holder(1), bob.holder(2));
    const fees = new Map([
      [1, 2],
      [2, 3],
    ]);
    const transactions = [
      transfer(0, 0, 0, alice.holder(1), 1n, 0n),
      transfer(1, 0, 1, alice.holder(2), 1n, 3n),
      transfer(0, 1, 0, alice.holder(1), 1n, 4n),
    ];
    const { batches } = sealPending(state, pending({ transactions }), shapes, 1, fees);
    expect(batches.map(({ sealed }) => sealed.feeAccounts)).to.deep.equal([[3], [2]]);
    expect(batches.map(({ rows }) => rows)).to.deep.equal([
      [
        { index: 0, nonceIncrease: 1, balance: 10n },
        { index: 1, nonceIncrease: 1, balance: 7n },
        { index: 3, nonceIncrease: 0, balance: 13n },
      ],
      [
        { index: 0, nonceIncrease: 1, balance: 6n },
        { index: 2, nonceIncrease: 0, balance: 14n },
      ],
    ]);
  });

  it("credits no more assets with fees than the shape has slots, by increasing asset", () => {
    const state = stateOf(10n, alice.holder(2), alice.holder(1));
    const fees = new Map([
      [1, 1],
      [2, 0],
    ]);
    const transactions = [
      transfer(0, 0, 0, alice.holder(2), 1n, 1n),
      transfer(1, 0, 1, alice.holder(1), 1n, 1n),
    ];
    const one = sealPending(
      stateOf(10n, alice.holder(2), alice.holder(1)),
      pending({ transactions }),
      shapes,
      1,
      fees,
    );
    expect(one.batches.map(({ sealed }) => sealed.feeAccounts)).to.deep.equal([[0], [1]]);
    const wide = registered("wide", { ...tiny, fees: 2 });
    const two = sealPending(state, pending({ transactions }), [wide], 1, fees);
    expect(two.batches.map(({ sealed }) => sealed.feeAccounts)).to.deep.equal([[1, 0]]);
  });

  it("chooses the cheapest shape that holds the work", () => {
    const large = registered("large", { ...tiny, transactions: 8, accounts: 8 });
    const both = [large, ...shapes];
    const seal = (count: number): string[] => {
      const transactions = Array.from({ length: count }, (_, nonce) => transfer(0, nonce, 0, a, 1n));
      const { batches } = sealPending(stateOf(99n, a), pending({ transactions }), both, 1, noFees);
      return batches.map(({ shapeName }) => shapeName);
    };
    expect(seal(2)).to.deep.equal(["tiny"]);
    expect(seal(3)).to.deep.equal(["large"]);
    expect(seal(10)).to.deep.equal(["large", "tiny"]);
  });

  it("takes as much of a long queue as the largest shape can, at whatever cost: L1 wants late entries", () => {
    // Twice the operations for far more than twice the cost.
    const operations = 2 * tiny.operations;
    const large = { ...tiny, transactions: 64, accounts: 64, operations, exits: operations };
    const entries = Array.from({ length: operations + 1 }, (_, place) => deposit(0, a, 5n, place === 0));
    const both = [...shapes, registered("large", large)];
    const { batches } = sealPending(new State(tiny.depth), pending({ entries }), both, 1, noFees);
    expect(batches.map(({ shapeName }) => shapeName)).to.deep.equal(["large", "tiny"]);
  });

  it("drops what has expired by the batch that would take it, and what depends on it", () => {
    const transactions = [0, 1, 2, 3].map((nonce) => transfer(0, nonce, 0, a, 1n));
    const expired = { ...(transactions[2] as SignedTransaction), expiry: 1 };
    const work = pending({ transactions: transactions.with(2, expired) });
    const { batches, dropped } = sealPending(stateOf(9n, a), work, shapes, 1, noFees);
    expect(batches.length).to.equal(1);
    expect(
      dropped.map(({ arrival, batchNumber, refusal }) => [arrival, batchNumber, refusal.code]),
    ).to.deep.equal([
      [2, 2, "EXPIRED"],
      [3, 2, "WRONG_NONCE"],
    ]);
    expect(dropped[0]?.refusal.reason).to.contain("expiry: 1");
  });

  it("drops a transaction that no shape has the accounts for", () => {
    const narrow = registered("narrow", { ...tiny, accounts: 1, operations: 1 });
    const transactions = [transfer(0, 0, 1, b, 1n), transfer(1, 0, 1, b, 2n)];
    const { batches, dropped } = sealPending(
      stateOf(9n, a, b),
      pending({ transactions }),
      [narrow],
      1,
      noFees,
    );
    expect(batches.map(({ sealed }) => sealed.transactions)).to.deep.equal([[transactions[1]]]);
    expect(dropped.map(({ refusal }) => refusal.code)).to.deep.equal(["TOO_LARGE"]);
  });

  it("never has the first wait for a shape that others pay better for", () => {
    const narrow = registered("narrow", { ...tiny, accounts: 1, operations: 1, transactions: 8 });
    const own = Array.from({ length: 12 }, (_, nonce) => transfer(1, nonce, 1, b, 2n));
    const transactions = [transfer(0, 0, 1, b, 1n), ...own];
    const both = [...shapes, narrow];
    const { batches } = sealPending(stateOf(99n, a, b), pending({ transactions }), both, 1, noFees);
    expect(batches[0]?.sealed.transactions[0]).to.equal(transactions[0]);
    expect(batches.map(({ shapeName }) => shapeName)).to.deep.equal(["tiny", "narrow", "narrow"]);
  });

  it("takes the other shape where one has too few accounts", () => {
    const narrow = registered("narrow", { ...tiny, accounts: 1, operations: 1 });
    const transactions = [transfer(0, 0, 1, b, 1n), transfer(1, 0, 1, b, 2n)];
    const both = [narrow, ...shapes];
    const { dropped } = sealPending(stateOf(9n, a, b), pending({ transactions }), both, 1, noFees);
    expect(dropped).to.deep.equal([]);
  });

  it("does the exits of the queue that pay nothing: wrong owner, nobody's index, no balance", () => {
    const state = stateOf(0n, a);
    state.set(1, { ...b, nonce: 0, balance: 5n, data: 0n });
    const entries: Exit[] = [
      { kind: 2, index: 1, owner: alice.owner },
      { kind: 2, index: 63, owner: alice.owner },
      { kind: 2, index: 0, owner: alice.owner },
    ];
    const { batches } = sealPending(state, pending({ entries }), shapes, 1, noFees);
    expect(batches.map(({ exits }) => exits)).to.deep.equal([[], []]);
    expect(batches.flatMap(({ rows }) => rows.map(({ index }) => index))).to.deep.equal([1, 63, 0]);
  });

  it("seals every queue alone in the smallest shape, each entry in one batch", () => {
    const smallest = registered("smallest", {
      ...tiny,
      transactions: 1,
      accounts: 1,
      operations: 1,
      exits: 1,
      fees: 1,
    });
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { state, work } = randomWork(new Random(seed), { entries: 6, transactions: 0 });
        const traced = copyOf(state);
        const { batches } = sealPending(state, { ...work, opens: new Map() }, [smallest], 1, noFees);
        expect(batches.length).to.equal(work.entries.length);
        for (const { sealed } of batches) traceBatch(smallest.shape, traced, sealed);
        expect(traced.root).to.equal(state.root);
      }),
      { seed: 1, numRuns: 20 },
    );
  });
});

/** Shapes that make different things scarce. */
const choices: readonly (readonly RegisteredShape[])[] = [
  shapes,
  [registered("few-accounts", { ...tiny, transactions: 8, accounts: 3 })],
  [registered("few-exits", { ...tiny, transactions: 5, accounts: 8, exits: 2, fees: 2 })],
  [registered("one-operation", { ...tiny, transactions: 3, operations: 1, exits: 1 })],
  [
    registered("roomy", { ...tiny, transactions: 16, accounts: 16, operations: 8, exits: 8, fees: 2 }),
    ...shapes,
  ],
];

type Work = { readonly state: State; readonly work: Pending; readonly feeAccounts: Map<number, number> };

/**
 * Pending work as a sequencer admits it: everything is valid after what is before it, the operations being before all
 * transactions.
 */
function randomWork(random: Random, sizes: { entries: number; transactions: number }): Work {
  const holders = [alice, bob, carol].flatMap((person) => [person.holder(1), person.holder(2)]);
  const state = new State(tiny.depth);
  const indices = new Map<number, Holder>();
  for (const [index, holder] of holders.entries()) {
    if (random.below(3) > 0) continue;
    state.set(index, { ...holder, nonce: random.below(9), balance: BigInt(random.below(100)), data: 0n });
    indices.set(index, holder);
  }
  const draft = new Draft(state);
  const entries: (Deposit | Exit)[] = [];
  const reserved = new Map<number, Holder>();
  const opens: Open[] = [];
  for (let left = random.below(4); left > 0; left--) {
    const index = random.below(holders.length);
    const holder = holders[index] as Holder;
    if (indices.has(index) || reserved.has(index)) continue;
    reserved.set(index, holder);
    opens.push({ kind: 3, index, ...holder });
  }
  for (let left = random.below(sizes.entries + 1); left > 0; left--) {
    const index = random.below(holders.length);
    const holder = holders[index] as Holder;
    if (random.below(3) === 0) {
      entries.push({ kind: 2, index, owner: random.pick([alice, bob, carol]).owner });
    } else if (!reserved.has(index)) {
      entries.push(deposit(index, holder, BigInt(1 + random.below(50)), !indices.has(index)));
      indices.set(index, holder);
    }
  }
  for (const operation of [...entries, ...opens]) applyOperation(draft, operation);
  for (const [index, holder] of reserved) indices.set(index, holder);

  const feeAccounts = new Map<number, number>();
  for (const [index, { asset }] of indices) if (!feeAccounts.has(asset)) feeAccounts.set(asset, index);
  const transactions: SignedTransaction[] = [];
  for (let left = sizes.transactions; left > 0 && indices.size > 0; left--) {
    const [from, sender] = random.pick([...indices]);
    const { nonce, balance } = draft.account(from);
    const fee = balance > 2n ? BigInt(random.below(3)) : 0n;
    const amount = random.pick([0n, balance - fee, (balance - fee) / 2n]);
    const [to, recipient] = random.pick([...indices].filter(([, { asset }]) => asset === sender.asset));
    const transaction =
      random.below(3) === 0
        ? withdrawal(from, nonce, amount, fee, sender.asset)
        : transfer(from, nonce, to, recipient, amount, fee);
    expect(refusalOf(draft, transaction, 1, feeAccounts)).to.equal(undefined);
    applyTransaction(draft, transaction);
    transactions.push(transaction);
  }
  return { state, work: pending({ entries, opens, transactions }), feeAccounts };
}

/** A transaction with n before it is sealed within n + 1 batches behind that of the last operation. */
function expectFair({ transactions }: Pending, batches: readonly SealedRecord[]): void {
  const lastOperation = batches.findLastIndex(({ sealed }) => sealed.operations.length > 0);
  for (const [before, transaction] of [...transactions.values()].entries()) {
    const position = batches.findIndex(({ sealed }) => sealed.transactions.includes(transaction));
    expect(position).to.be.at.most(lastOperation + 1 + before);
  }
}

function copyOf(state: State): State {
  const copy = new State(state.depth);
  for (const [index, account] of state.accounts()) copy.set(index, account);
  return copy;
}

/** What an asset's accounts hold together. */
function total(state: State, asset: number): bigint {
  return [...state.accounts()].reduce(
    (sum, [, account]) => sum + (account.asset === asset ? account.balance : 0n),
    0n,
  );
}

describe("Sealing random work", () => {
  for (const [choice, available] of choices.entries()) {
    it(`seals all of it into batches that trace: ${available.map(({ name }) => name).join(", ")}`, () => {
      fc.assert(
        fc.property(fc.nat(), (seed) => {
          const random = new Random(seed + choice);
          const { state, work, feeAccounts } = randomWork(random, { entries: 8, transactions: 25 });
          const before = copyOf(state);
          const traced = copyOf(state);
          const { batches, dropped } = sealPending(state, work, available, 5, feeAccounts);

          expect(dropped).to.deep.equal([]);
          for (const [position, { sealed, shapeName, exits, rows }] of batches.entries()) {
            const { shape } = available.find(({ name }) => name === shapeName) as RegisteredShape;
            expect(sealed.batchNumber).to.equal(5 + position);
            const trace = traceBatch(shape, traced, sealed);
            expect(trace.exits).to.deep.equal(exits);
            expect(trace.rows).to.deep.equal(rows);
            expect(sealed.operations.length + sealed.transactions.length).to.be.greaterThan(0);
            expectFull(
              shape,
              batches.slice(position + 1).flatMap((later) => later.sealed.operations),
              sealed,
            );
          }
          expect(traced.root).to.equal(state.root);

          const operations = batches.flatMap(({ sealed }) => sealed.operations);
          expect(operations.filter(({ kind }) => kind !== 3)).to.deep.equal(work.entries);
          expect(operations.filter(({ kind }) => kind === 3)).to.deep.equal([...work.opens.values()]);
          const sealedTransactions = batches.flatMap(({ sealed }) => sealed.transactions);
          expectFair(work, batches);
          expect(arrivalsOf(work, sealedTransactions)).to.deep.equal([...work.transactions.keys()]);

          for (const asset of [1, 2]) {
            const paidIn = operations.reduce(
              (sum, operation) =>
                sum + (operation.kind === 1 && operation.asset === asset ? operation.amount : 0n),
              0n,
            );
            const paidOut = batches
              .flatMap(({ exits }) => exits)
              .reduce((sum, exit) => sum + (exit.asset === asset ? exit.amount : 0n), 0n);
            expect(total(state, asset)).to.equal(total(before, asset) + paidIn - paidOut);
          }
        }),
        { seed: 1, numRuns: 30 },
      );
    });
  }

  it("gives the same batches again", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const [first, second] = [1, 2].map(() => {
          const { state, work, feeAccounts } = randomWork(new Random(seed), { entries: 5, transactions: 10 });
          return sealPending(state, work, shapes, 1, feeAccounts);
        });
        expect(first).to.deep.equal(second);
      }),
      { seed: 1, numRuns: 20 },
    );
  });

  it("loses nothing when the state does not admit the work: it is sealed or dropped with a reason", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = new Random(seed);
        const { state, work, feeAccounts } = randomWork(random, { entries: 5, transactions: 20 });
        const exit: Exit = { kind: 2, index: random.below(6), owner: alice.owner };
        const spoilt: Pending = {
          ...work,
          entries: [exit, ...work.entries],
          transactions: new Map(
            [...work.transactions].map(([arrival, transaction]) => [
              arrival,
              random.below(8) === 0 ? { ...transaction, expiry: random.below(3) } : transaction,
            ]),
          ),
        };
        const traced = copyOf(state);
        const { batches, dropped } = sealPending(state, spoilt, shapes, 1, feeAccounts);
        for (const { sealed } of batches) traceBatch(tiny, traced, sealed);
        expect(traced.root).to.equal(state.root);
        const outcomes = [
          ...batches.flatMap(({ sealed }) => sealed.transactions),
          ...dropped.map(({ transaction }) => transaction),
        ];
        expect(arrivalsOf(spoilt, outcomes)).to.deep.equal([...spoilt.transactions.keys()]);
        for (const { refusal } of dropped) {
          expect(refusal.code).to.be.oneOf(["EXPIRED", "OVERDRAFT", "WRONG_NONCE"]);
        }
      }),
      { seed: 1, numRuns: 30 },
    );
  });
});

/** When the transactions arrived, sorted. */
function arrivalsOf(work: Pending, transactions: readonly SignedTransaction[]): (number | undefined)[] {
  const arrivals = new Map([...work.transactions].map(([arrival, transaction]) => [transaction, arrival]));
  return transactions
    .map((transaction) => arrivals.get(transaction))
    .sort((one, other) => (one ?? -1) - (other ?? -1));
}

/** The contract refuses a batch that leaves overdue entries behind although it has slots for them. */
function expectFull(
  shape: Shape,
  laterOperations: readonly { kind: number }[],
  sealed: { operations: readonly { kind: number }[] },
): void {
  const entriesLater = laterOperations.filter(({ kind }) => kind !== 3).length;
  const entriesHere = sealed.operations.filter(({ kind }) => kind !== 3).length;
  if (entriesLater > 0) expect(entriesHere).to.equal(shape.operations);
}
