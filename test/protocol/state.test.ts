import { expect } from "chai";
import fc from "fast-check";
import { type Account, absentAccount, accountIdentity, accountLeaf } from "../../plugin/protocol/account.ts";
import { State } from "../../plugin/protocol/state.ts";
import { plainHasher } from "../../plugin/protocol/state-hasher.ts";
import { StateTree } from "../../plugin/protocol/tree.ts";
import { stateHasher } from "../../plugin/sequencer/hashing/kernel-hasher.ts";
import { account } from "./arbitraries.ts";
import { refusal } from "./refusal.ts";

const depth = 5;
const changes = fc.array(fc.tuple(fc.nat(4 ** depth - 1), fc.oneof(account, fc.constant(absentAccount))), {
  maxLength: 12,
});

/** What a state with these accounts has to say. */
function plain(accounts: ReadonlyMap<number, Account>): StateTree {
  const tree = new StateTree(depth);
  tree.updateAll(new Map([...accounts].map(([index, each]) => [index, accountLeaf(each)])));
  return tree;
}

function apply(state: State, accounts: Map<number, Account>, list: readonly [number, Account][]): void {
  for (const [index, each] of list) {
    state.set(index, each);
    accounts.set(index, each);
  }
}

function expectSame(state: State, accounts: ReadonlyMap<number, Account>): void {
  const tree = plain(accounts);
  expect(state.root).to.equal(tree.root);
  for (const [index, each] of accounts) {
    expect(state.account(index)).to.deep.equal(each);
    expect(state.identity(index)).to.equal(accountIdentity(each));
    expect(state.path(index)).to.deep.equal(tree.path(index));
  }
  const present = [...accounts].filter(([, { asset }]) => asset !== 0).sort(([a], [b]) => a - b);
  expect([...state.accounts()].sort(([a], [b]) => a - b)).to.deep.equal(present);
  expect(state.accountCount).to.equal(present.length);
}

for (const [name, hasher] of [
  ["bigints", plainHasher],
  ["what the sequencer takes", stateHasher()],
] as const) {
  describe(`State, hashed by ${name}`, () => {
    it("has the accounts that were set, and the tree over them", () => {
      fc.assert(
        fc.property(changes, changes, (first, second) => {
          const state = new State(depth, hasher);
          const accounts = new Map<number, Account>();
          apply(state, accounts, first);
          expectSame(state, accounts);
          apply(state, accounts, second);
          expectSame(state, accounts);
        }),
        { numRuns: 12 },
      );
    });

    it("is not changed by changes of its copy, nor the copy by its own", () => {
      fc.assert(
        fc.property(changes, changes, changes, fc.boolean(), (first, ofState, ofCopy, isHashed) => {
          const state = new State(depth, hasher);
          const accounts = new Map<number, Account>();
          apply(state, accounts, first);
          if (isHashed) expectSame(state, accounts);
          const copy = state.copy();
          const copied = new Map(accounts);
          apply(state, accounts, ofState);
          apply(copy, copied, ofCopy);
          expectSame(state, accounts);
          expectSame(copy, copied);
        }),
        { numRuns: 12 },
      );
    });

    it("hashes thousands at once as it does one after another", () => {
      const [example] = fc.sample(account, 1) as [Account];
      const atOnce = new State(6, hasher);
      const oneByOne = new State(6, hasher);
      for (let index = 0; index < 1_100; index++) atOnce.set(index, { ...example, nonce: index });
      for (let index = 1_099; index >= 0; index--) {
        oneByOne.set(index, { ...example, nonce: index });
        if (index % 500 === 0) oneByOne.path(index);
      }
      expect(oneByOne.root).to.equal(atOnce.root);
    }).timeout(60_000);
  });
}

describe("State", () => {
  it("knows another identity when an index gets another holder", () => {
    const [first, second] = fc.sample(account, 2) as [Account, Account];
    const state = new State(depth);
    state.set(3, first);
    expect(state.identity(3)).to.equal(accountIdentity(first));
    state.set(3, { ...first, balance: 1n, nonce: 9 });
    expect(state.identity(3)).to.equal(accountIdentity(first));
    state.set(3, second);
    expect(state.identity(3)).to.equal(accountIdentity(second));
    state.set(3, absentAccount);
    expect(state.identity(3)).to.equal(0n);
    expect(state.accountCount).to.equal(0);
  });

  it("refuses accounts and indices that cannot be, and stays as it was", () => {
    const [example] = fc.sample(account, 1) as [Account];
    const state = new State(2);
    state.set(15, example);
    const { root } = state;
    for (const index of [-1, 16, 0.5, Number.NaN]) {
      expect(refusal(() => state.set(index, example))).to.equal("OUT_OF_RANGE");
    }
    expect(refusal(() => state.set(15, { ...example, balance: -1n }))).to.equal("OUT_OF_RANGE");
    expect(refusal(() => state.set(15, { ...example, nonce: 2 ** 40 }))).to.equal("OUT_OF_RANGE");
    expect(refusal(() => state.set(15, { ...absentAccount, balance: 1n }))).to.equal("INVALID_ACCOUNT");
    expect(state.account(15)).to.deep.equal(example);
    expect(state.root).to.equal(root);
  });
});
