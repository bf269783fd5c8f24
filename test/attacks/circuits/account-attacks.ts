// On the table of account slots: which accounts a batch opens, how often, in which state, and how it closes them.

import { Field, invert } from "@noble/curves/abstract/modular.js";
import { fieldOrder, toField } from "../../../plugin/protocol/field.ts";
import { poseidon } from "../../../plugin/protocol/poseidon.ts";
import { type Attack, constraint } from "./attack.ts";
import { type Forgery, identityHash, leafOf } from "./forgery.ts";
import { alice, batch, bob, carol, dave, deposit, exit, mallory, open, sign, transfer } from "./scenarios.ts";
import { type AccountSlot, type CellColumns, identityOf } from "./slots.ts";

const nothing: CellColumns = { balance: 0n, nonce: 0n, data: 0n };

const payment = (): Forgery => batch({ transactions: [transfer(alice, bob)] });

/** An account slot in a state with something in it that the tree is made to hold too. */
function createdWith(field: keyof CellColumns): Forgery {
  const forgery = batch({ operations: [open(dave)] });
  const slot = forgery.account(dave.index);
  slot.first = { ...nothing, [field]: 1_000n };
  forgery.pretend(slot);
  forgery.derive();
  return forgery;
}

const order: Attack[] = [
  {
    name: "opens an account twice",
    // The gap between the indices of neighbouring slots is a number of 2 L bits, so not -1.
    stoppedBy: constraint("selectors.circom", "AssertBits(bits)(gap[i]);"),
    build: () => {
      const forgery = payment();
      const slot = forgery.account(bob.index);
      const again = { ...slot, first: { ...slot.last }, lastTime: 0n };
      Object.assign(forgery.unusedAccount(), { ...again, multiplicity: [0n, 0n, 0n] });
      forgery.close();
      return forgery;
    },
  },
  {
    name: "opens an account under a second index, whose lowest bits are none",
    // The bits of an index are bits. Where three children are equal, a node's child is (1 - b0 b1) times those and
    // b0 b1 times the fourth: any b0 and its inverse b1 stand for position 3. Alice's index is 3.
    stoppedBy: constraint("selectors.circom", "flag * (flag - 1) === 0;"),
    build: () => {
      const forgery = payment();
      const slot = forgery.account(alice.index);
      const first = { ...slot.last };
      const path = pathWith(slot, leafOf(identityHash(slot), first));
      const [low, high] = bitsOfFour;
      const indexBits = [low, high, ...slot.path.slice(1).flatMap(() => [0n, 0n])];
      const alias: AccountSlot = { ...slot, index: 4n, indexBits, first, lastTime: 0n, path };
      alias.multiplicity = [0n, 0n, 0n];
      forgery.accounts.splice(1, 2, alias, forgery.account(bob.index));
      return forgery;
    },
  },
  {
    name: "opens accounts out of order",
    // The same gap is negative.
    stoppedBy: constraint("selectors.circom", "AssertBits(bits)(gap[i]);"),
    build: () => {
      const forgery = payment();
      forgery.accounts.splice(0, 2, forgery.account(bob.index), forgery.account(alice.index));
      forgery.close();
      return forgery;
    },
  },
  {
    name: "uses an account slot behind an unused one",
    // AssertUsedFirst over the account slots.
    stoppedBy: constraint("selectors.circom", "used[i] * (1 - used[i - 1]) === 0;"),
    build: () => {
      const forgery = payment();
      const unused = { ...forgery.unusedAccount(), index: 5n };
      forgery.accounts.splice(1, 2, unused, forgery.account(bob.index));
      forgery.close();
      return forgery;
    },
  },
  {
    name: "uses a transaction slot behind an unused one",
    // AssertUsedFirst over the transaction slots.
    stoppedBy: constraint("selectors.circom", "used[i] * (1 - used[i - 1]) === 0;"),
    build: () => {
      const forgery = payment();
      forgery.transactions.reverse();
      forgery.derive();
      return forgery;
    },
  },
  {
    name: "uses an operation slot behind an unused one",
    // AssertUsedFirst over the operation slots.
    stoppedBy: constraint("selectors.circom", "used[i] * (1 - used[i - 1]) === 0;"),
    build: () => {
      const forgery = batch({ operations: [deposit(bob, 40n)] });
      forgery.operations.reverse();
      forgery.derive();
      return forgery;
    },
  },
];

const creation: Attack[] = [
  {
    name: "creates an account without an operation",
    // Creating operations and created slots are the same multiset of indices.
    stoppedBy: constraint("operation.circom", "operations.product === slots.product;"),
    build: () => {
      const forgery = batch({});
      Object.assign(forgery.unusedAccount(), identityOf(dave.account), {
        created: 1n,
        index: BigInt(dave.index),
      });
      forgery.derive();
      return forgery;
    },
  },
  {
    name: "creates two accounts by one operation",
    // The same: an operation, two slots.
    stoppedBy: constraint("operation.circom", "operations.product === slots.product;"),
    build: () => {
      const forgery = batch({ operations: [open(dave)] });
      const second = { ...forgery.account(dave.index), index: BigInt(dave.index) + 1n };
      Object.assign(forgery.unusedAccount(), second);
      forgery.derive();
      return forgery;
    },
  },
  {
    name: "creates one account twice",
    // The same: two operations, one slot.
    stoppedBy: constraint("operation.circom", "operations.product === slots.product;"),
    build: () => {
      const forgery = batch({ operations: [open(dave)] });
      Object.assign(forgery.operation(1), structuredClone(forgery.operation(0)));
      forgery.derive();
      return forgery;
    },
  },
  {
    name: "counts a deposit to an old account as creating one",
    // The same: an operation, no slot.
    stoppedBy: constraint("operation.circom", "operations.product === slots.product;"),
    build: () => {
      const forgery = batch({ operations: [deposit(bob, 40n)] });
      forgery.operation(0).creates = 1n;
      return forgery;
    },
  },
  {
    name: "has an exit create an account, whose key is nowhere published",
    // Only a deposit's flag may be set.
    stoppedBy: constraint("selectors.circom", "flag * (flag - allowed) === 0;"),
    build: () => {
      const forgery = batch({ operations: [exit(dave)] });
      const identity = identityOf(mallory.account);
      Object.assign(forgery.account(dave.index), identity, { absent: 0n, created: 1n });
      Object.assign(forgery.operation(0), { holder: identity, creates: 1n });
      forgery.derive();
      return forgery;
    },
  },
  {
    name: "creates an account where there is one, on a path of another tree",
    // A used slot's path starts at the root that the slots before it have left.
    stoppedBy: constraint("account.circom", "used * (path.oldRoot - root) === 0;"),
    build: () => {
      const forgery = batch({ operations: [open(dave)] });
      const { oldRoot } = forgery;
      forgery.account(dave.index).index = BigInt(alice.index);
      forgery.operation(0).index = BigInt(alice.index);
      forgery.tree.update(alice.index, leafOf(0n, nothing));
      forgery.derive();
      forgery.oldRoot = oldRoot;
      return forgery;
    },
  },
  ...(["balance", "nonce", "data"] as const).map(
    (field): Attack => ({
      name: `creates an account that has a ${field} from the start`,
      // What is fresh starts from zero.
      stoppedBy: constraint("account.circom", `fresh * first.${field} === 0;`),
      build: () => createdWith(field),
    }),
  ),
];

const closing: Attack[] = [
  {
    name: "calls an account absent, so that its forced exit pays nothing",
    // The leaf that a slot opens stands at its position among the children.
    stoppedBy: constraint("state-tree.circom", "child[0] + low + high + cross === oldChild;"),
    build: () => {
      const forgery = batch({ operations: [exit(carol)] });
      const nobody = { ax: 0n, ay: 0n, owner: 0n, asset: 0n };
      const state = { existing: 0n, absent: 1n, first: { ...nothing } };
      Object.assign(forgery.account(carol.index), nobody, state);
      forgery.operation(0).holder = nobody;
      forgery.derive();
      forgery.newRoot = forgery.oldRoot;
      return forgery;
    },
  },
  {
    name: "pays an account that nobody has, giving it an asset for that",
    // An absent account has no asset, and ends with nothing.
    stoppedBy: constraint("account.circom", "absent * identity.asset === 0;", "absent * last.balance === 0;"),
    build: () => {
      const forgery = batch({ operations: [exit(dave)], transactions: [transfer(alice, bob)] });
      forgery.account(dave.index).asset = 1n;
      forgery.operation(0).holder.asset = 1n;
      const slot = forgery.transaction(0);
      Object.assign(slot, { to: BigInt(dave.index), payload: 0n });
      sign(slot, alice.key);
      forgery.derive();
      return forgery;
    },
  },
  {
    name: "closes an account with another owner",
    // The new leaf has the identity of the slot, so the new root is another one.
    stoppedBy: constraint("batch.circom", "root[A] === newRoot;"),
    build: () => {
      const forgery = payment();
      const tree = forgery.tree.copy();
      const { last } = forgery.account(alice.index);
      tree.update(alice.index, leafOf(identityHash(identityOf(mallory.account)), last));
      tree.update(bob.index, leafOf(identityHash(identityOf(bob.account)), forgery.account(bob.index).last));
      forgery.newRoot = tree.root;
      return forgery;
    },
  },
  {
    name: "gives an account that nothing else touches a balance, on a path with other siblings",
    // A path has to start at the root that there is, and its siblings are the same before and after.
    stoppedBy: constraint("account.circom", "used * (path.oldRoot - root) === 0;"),
    build: () => {
      const forgery = payment();
      const { oldRoot } = forgery;
      const rich = { balance: 1_000_000n, nonce: 0n, data: 0n };
      forgery.tree.update(mallory.index, leafOf(identityHash(identityOf(mallory.account)), rich));
      forgery.derive();
      forgery.oldRoot = oldRoot;
      return forgery;
    },
  },
  {
    name: "opens an account with another key than it has",
    // The identity is hashed into the leaf, so the path starts at another root.
    stoppedBy: constraint("account.circom", "used * (path.oldRoot - root) === 0;"),
    build: () => {
      const forgery = payment();
      const { oldRoot } = forgery;
      const { ax, ay } = mallory.account;
      Object.assign(forgery.account(alice.index), { ax, ay });
      Object.assign(forgery.transaction(0), { ax, ay });
      sign(forgery.transaction(0), mallory.key);
      forgery.pretend(forgery.account(alice.index));
      forgery.derive();
      forgery.oldRoot = oldRoot;
      return forgery;
    },
  },
];

/** b0 and b1 with b0 + 2 b1 = 4 and b0 b1 = 1: the index says 4, the path goes by position 3. */
const bitsOfFour = ((): [b0: bigint, b1: bigint] => {
  const root = Field(fieldOrder).sqrt(2n);
  return [toField(2n + root), toField(1n - root * invert(2n, fieldOrder))];
})();

/** The path of a slot at index 3, with another leaf. */
function pathWith({ path }: AccountSlot, leaf: bigint): bigint[][] {
  let node = leaf;
  return path.map((children, level) => {
    const changed = children.with(level === 0 ? 3 : 0, node);
    node = poseidon(changed);
    return changed;
  });
}

export const accountAttacks: readonly Attack[] = [...order, ...creation, ...closing];
