// On exit rows: each has its cause, each cause its row, in order.

import { type Attack, backedBy, constraint } from "./attack.ts";
import type { Forgery } from "./forgery.ts";
import { alice, batch, bob, carol, fullBatch, mallory, transfer, withdrawal } from "./scenarios.ts";
import type { ExitSlot } from "./slots.ts";

// Causes and rows, each with its position, are the same multiset.
const sameList = constraint("exit.circom", "causeProduct.product === rowProduct.product;");
const sameNumber = constraint(
  "exit.circom",
  "position === rows;",
  "causeProduct.product === rowProduct.product;",
);

const none: ExitSlot = { used: 0n, recipient: 0n, amount: 0n, asset: 0n };

/** A batch with a forced exit and a withdrawal, whose rows are altered. */
function withRows(alter: (rows: [ExitSlot, ExitSlot]) => [ExitSlot, ExitSlot]): Forgery {
  const forgery = fullBatch();
  forgery.exits.splice(0, 2, ...alter([{ ...forgery.exit(0) }, { ...forgery.exit(1) }]));
  return forgery;
}

export const exitAttacks: readonly Attack[] = [
  {
    name: "pays out without a cause",
    // `sameNumber`: there are as many rows as causes, and the products say so too.
    stoppedBy: sameNumber,
    build: () => {
      const forgery = batch({ transactions: [transfer(alice, bob)] });
      Object.assign(forgery.exit(0), { used: 1n, recipient: mallory.owner, amount: 1_000n, asset: 1n });
      return forgery;
    },
  },
  {
    name: "drops an exit row",
    // The same.
    stoppedBy: sameNumber,
    build: () => withRows(([first]) => [first, none]),
  },
  {
    name: "doubles an exit row in the place of another",
    // `sameList`: row 1 is not what the second cause pays.
    stoppedBy: sameList,
    build: () => withRows(([first]) => [first, { ...first }]),
  },
  {
    name: "reorders exit rows",
    // The same: positions differ.
    stoppedBy: sameList,
    build: () => withRows(([first, second]) => [second, first]),
  },
  {
    name: "pays an exit to another recipient",
    // The same.
    stoppedBy: sameList,
    build: () => withRows(([first, second]) => [first, { ...second, recipient: mallory.owner }]),
  },
  {
    name: "pays more than a withdrawal burns",
    // The same.
    stoppedBy: sameList,
    build: () => withRows(([first, second]) => [first, { ...second, amount: second.amount + 1n }]),
  },
  {
    name: "pays less than a forced exit takes from the account",
    // The same.
    stoppedBy: sameList,
    build: () => withRows(([first, second]) => [{ ...first, amount: first.amount - 1n }, second]),
  },
  {
    name: "uses an exit slot behind an unused one",
    // AssertUsedFirst over the exit slots; and a row's position is not its cause's.
    stoppedBy: backedBy(constraint("selectors.circom", "used[i] * (1 - used[i - 1]) === 0;"), sameList),
    build: () => {
      const forgery = batch({ transactions: [withdrawal(alice)] });
      forgery.exits.reverse();
      return forgery;
    },
  },
  {
    name: "pays a withdrawal in another asset",
    // The same.
    stoppedBy: sameList,
    build: () => withRows(([first, second]) => [first, { ...second, asset: BigInt(carol.account.asset) }]),
  },
  ...(["recipient", "amount", "asset"] as const).map(
    (field): Attack => ({
      name: `publishes a row's ${field} in an exit slot that is not used`,
      // What is not used publishes zeros.
      stoppedBy: constraint("exit.circom", `AssertZeroUnless()(exit.${field}, exit.enabled);`),
      build: () => {
        const forgery = fullBatch();
        const unpaid = batch({ transactions: [transfer(alice, bob)] });
        unpaid.exit(1)[field] = forgery.exit(1)[field];
        return unpaid;
      },
    }),
  ),
];
