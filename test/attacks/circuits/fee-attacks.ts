// On fees: paid, collected once, in the asset of the sender.

import { type Attack, constraint } from "./attack.ts";
import type { Forgery } from "./forgery.ts";
import { alice, batch, bob, carol, operator, sign, transfer } from "./scenarios.ts";

function paying(): Forgery {
  return batch({ transactions: [transfer(alice, bob, { fee: 5n })], feeAccounts: [operator] });
}

/** Alice pays a fee of 5 in asset 1, and the fee slot is Carol's, who holds asset 2. */
function payingInAnotherAsset(): Forgery {
  const forgery = batch({ transactions: [transfer(alice, bob)], feeAccounts: [carol] });
  Object.assign(forgery.transaction(0), { fee: 5n, feeSlot: [1n] });
  sign(forgery.transaction(0), alice.key);
  return forgery;
}

function total(collected: bigint): Forgery {
  const forgery = paying();
  forgery.fee(0).total = collected;
  forgery.run();
  forgery.close();
  return forgery;
}

export const feeAttacks: readonly Attack[] = [
  {
    name: "does not collect a fee that was paid",
    // A slot's total is the sum of what is paid to it.
    stoppedBy: constraint("batch.circom", "feeTotal[f] === paid;"),
    build: () => total(0n),
  },
  {
    name: "collects a fee twice",
    // The same.
    stoppedBy: constraint("batch.circom", "feeTotal[f] === paid;"),
    build: () => total(10n),
  },
  {
    name: "debits a fee that no slot collects",
    // A fee that is not 0 has a slot.
    stoppedBy: constraint("transaction.circom", "message.fee * (used - paysFee) === 0;"),
    build: () => {
      const forgery = paying();
      forgery.transaction(0).feeSlot = [0n];
      forgery.derive();
      return forgery;
    },
  },
  {
    name: "collects a fee from a transaction slot that is not used",
    // The same, and a fee slot may be chosen only where the transaction slot is used.
    stoppedBy: constraint(
      "transaction.circom",
      "AssertBitWithin()(paysFee, used);",
      "message.fee * (used - paysFee) === 0;",
    ),
    build: () => {
      const forgery = paying();
      Object.assign(forgery.transaction(1), { fee: 70n, asset: 1n, feeSlot: [1n] });
      forgery.transaction(1).sender.balance = 70n;
      forgery.derive();
      forgery.transaction(1).sender.balance = 70n;
      return forgery;
    },
  },
  {
    name: "collects a fee in another asset",
    // A transaction's fee slot has its asset.
    stoppedBy: constraint("transaction.circom", "feeSlot[j] * (asset - feeAsset[j]) === 0;"),
    build: () => {
      const forgery = payingInAnotherAsset();
      forgery.derive();
      return forgery;
    },
  },
  {
    name: "calls an account of another asset one of this asset, to collect a fee",
    // The claim (index, asset, identity) of a fee slot is a row of the table.
    stoppedBy: constraint("lookup.circom", "claimed === held;"),
    build: () => {
      const forgery = payingInAnotherAsset();
      forgery.fee(0).asset = 1n;
      forgery.derive();
      return forgery;
    },
  },
  {
    name: "burns a fee in a fee slot that is not used",
    // An unused fee slot has asset 0, which no transaction has.
    stoppedBy: constraint("fee.circom", "AssertZeroUnless()(asset, used);"),
    build: () => {
      const forgery = batch({ transactions: [transfer(alice, bob)] });
      Object.assign(forgery.transaction(0), { fee: 5n, feeSlot: [1n] });
      sign(forgery.transaction(0), alice.key);
      forgery.fee(0).asset = 1n;
      forgery.derive();
      return forgery;
    },
  },
];
