// On the tables that accounts are looked up in.

import { type Attack, constraint } from "./attack.ts";
import { identityHash } from "./forgery.ts";
import { alice, batch, bob, carol, dave, deposit, exit, mallory, sign, transfer } from "./scenarios.ts";
import { identityOf } from "./slots.ts";

// Every enabled claim is a row with a multiplicity.
const lookup = constraint("lookup.circom", "claimed === held;");

export const lookupAttacks: readonly Attack[] = [
  {
    name: "spends another's balance, the own key looked up in an unused row",
    // An unused row serves no lookup.
    stoppedBy: constraint(
      "account.circom",
      "AssertZeroUnless()(multiplicity[0] + multiplicity[1] + multiplicity[2], used);",
    ),
    build: () => {
      const forgery = batch({ transactions: [transfer(alice, bob)] });
      const { ax, ay } = mallory.account;
      const asset = BigInt(alice.account.asset);
      Object.assign(forgery.unusedAccount(), {
        index: BigInt(alice.index),
        ax,
        ay,
        asset,
        multiplicity: [1n, 0n, 0n],
      });
      forgery.account(alice.index).multiplicity[0] = 0n;
      Object.assign(forgery.transaction(0), { ax, ay });
      sign(forgery.transaction(0), mallory.key);
      return forgery;
    },
  },
  {
    name: "spends another's balance, signed by the own key in its slot",
    // `lookup`: (index, asset, key) is no row of the senders.
    stoppedBy: lookup,
    build: () => {
      const forgery = batch({ transactions: [transfer(alice, bob)] });
      const { ax, ay } = mallory.account;
      Object.assign(forgery.transaction(0), { ax, ay });
      sign(forgery.transaction(0), mallory.key);
      return forgery;
    },
  },
  {
    name: "spends one asset as another",
    // `lookup`: the same, of sender and recipient.
    stoppedBy: lookup,
    build: () => {
      const forgery = batch({ transactions: [transfer(alice, bob)] });
      forgery.transaction(0).asset = BigInt(carol.account.asset);
      return forgery;
    },
  },
  {
    name: "pays an account of another asset",
    // `lookup`: (index, asset, identity) is no row of the recipients.
    stoppedBy: lookup,
    build: () => {
      const forgery = batch({ operations: [deposit(carol, 1n)], transactions: [transfer(alice, bob)] });
      const payload = identityHash(identityOf(carol.account));
      Object.assign(forgery.transaction(0), { to: BigInt(carol.index), payload });
      sign(forgery.transaction(0), alice.key);
      forgery.derive();
      return forgery;
    },
  },
  {
    name: "pays an account that nobody has",
    // `lookup`: its row has asset 0.
    stoppedBy: lookup,
    build: () => {
      const forgery = batch({ operations: [exit(dave)], transactions: [transfer(alice, bob)] });
      Object.assign(forgery.transaction(0), { to: BigInt(dave.index), payload: 0n, amount: 0n });
      sign(forgery.transaction(0), alice.key);
      forgery.derive();
      return forgery;
    },
  },
  {
    name: "pays whoever has the index now, not whom the sender signed for",
    // `lookup`: the identity signed does not stand at the index.
    stoppedBy: lookup,
    build: () => {
      const forgery = batch({ transactions: [transfer(alice, bob)] });
      forgery.transaction(0).payload = identityHash(identityOf(dave.account));
      sign(forgery.transaction(0), alice.key);
      return forgery;
    },
  },
];
