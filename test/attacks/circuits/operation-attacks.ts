// On operations: whom a deposit credits, whom an exit pays, what is published of them.

import { type Attack, backedBy, type Constraint, constraint } from "./attack.ts";
import type { Forgery } from "./forgery.ts";
import { batch, bob, carol, dave, deposit, exit, mallory, open, world } from "./scenarios.ts";
import { identityOf } from "./slots.ts";

function inOperation(statement: string): Constraint {
  return constraint("operation.circom", statement);
}

// Every claimed holder is a row of the table.
const lookup = constraint("lookup.circom", "claimed === held;");

/** The queue asks for Carol's exit; the operation is altered. */
function carolsExit(asks: bigint, holds: bigint): Forgery {
  const forgery = batch({ operations: [exit(carol)] });
  forgery.operation(0).owner = asks;
  forgery.operation(0).holder.owner = holds;
  forgery.derive();
  return forgery;
}

export const operationAttacks: readonly Attack[] = [
  {
    name: "credits a deposit to another key",
    // `lookup`: the published holder does not stand at the index that is credited.
    stoppedBy: lookup,
    build: () => {
      const forgery = batch({ operations: [deposit(mallory, 40n)] });
      Object.assign(forgery.operation(0), { owner: bob.owner, holder: identityOf(bob.account) });
      return forgery;
    },
  },
  {
    name: "credits a deposit to the account of another owner with the same key",
    // The published owner is the holder's.
    stoppedBy: inOperation("named * (owner - holder.owner) === 0;"),
    build: () => {
      const forgery = batch({ operations: [deposit(mallory, 40n)] });
      forgery.operation(0).owner = bob.owner;
      return forgery;
    },
  },
  {
    name: "pays an exit out to somebody who does not own the account",
    // `lookup`: the holder claimed has another owner than the row.
    stoppedBy: lookup,
    build: () => carolsExit(mallory.owner, mallory.owner),
  },
  {
    name: "pays nothing to the owner who asks for the exit",
    // The same.
    stoppedBy: lookup,
    build: () => carolsExit(carol.owner, mallory.owner),
  },
  {
    name: "pays an exit out in another asset",
    // The same: the asset is the holder's.
    stoppedBy: lookup,
    build: () => {
      const forgery = batch({ operations: [exit(carol)] });
      forgery.operation(0).holder.asset = 1n;
      forgery.derive();
      return forgery;
    },
  },
  {
    name: "takes two packed operations apart otherwise: 2^32 of an asset for a flag that says an account is made",
    // Every part of the packed element is bounded: the asset where the account is opened, and here.
    stoppedBy: backedBy(
      constraint("account.circom", "AssertBits(32)(identity.asset);"),
      inOperation("AssertBits(32)(holder.asset);"),
    ),
    build: () => {
      // As published: one account of asset 1 is made, and another one of asset 1 gets a deposit. As proven: an account
      // of asset 1 + 2^32 gets one, and one of asset 1 - 2^32 is made.
      const state = world();
      state.set(dave.index, dave.account);
      const made = { ...dave, index: dave.index + 1 };
      const forgery = batch({ operations: [deposit(dave, 40n), deposit(made, 40n, true)], state });
      for (const [position, { index }] of [dave, made].entries()) {
        const asset = 1n + (position === 0 ? 2n ** 32n : -(2n ** 32n));
        forgery.account(index).asset = asset;
        forgery.operation(position).holder.asset = asset;
      }
      forgery.pretend(forgery.account(dave.index));
      forgery.derive();
      return forgery;
    },
  },
  {
    name: "opens an account and credits it",
    // Only a deposit has an amount.
    stoppedBy: inOperation("AssertZeroUnless()(amount, isDeposit);"),
    build: () => {
      const forgery = batch({ operations: [open(dave)] });
      forgery.operation(0).amount = 1_000n;
      forgery.derive();
      return forgery;
    },
  },
  {
    name: "opens an account with a key off the curve",
    // The curve's equation.
    stoppedBy: inOperation("named * (168700 * axSquare + aySquare - 1 - 168696 * bothSquare) === 0;"),
    build: () => {
      const forgery = batch({ operations: [open(dave)] });
      forgery.account(dave.index).ax += 1n;
      forgery.operation(0).holder.ax += 1n;
      forgery.derive();
      return forgery;
    },
  },
  ...(["index", "owner"] as const).map(
    (field): Attack => ({
      name: `publishes an ${field} in an operation slot that is not used`,
      // What is not used publishes zeros.
      stoppedBy: inOperation(`AssertZeroUnless()(${field}, used);`),
      build: () => {
        const forgery = batch({});
        forgery.operation(0)[field] = 1n;
        return forgery;
      },
    }),
  ),
  {
    name: "publishes an amount in an operation slot that is not used",
    // Only a deposit has an amount.
    stoppedBy: inOperation("AssertZeroUnless()(amount, isDeposit);"),
    build: () => {
      const forgery = batch({});
      forgery.operation(0).amount = 1n;
      return forgery;
    },
  },
];
