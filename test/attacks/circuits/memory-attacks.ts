// On the memory: what accesses read, when, and what becomes of what they write.

import { type Attack, backedBy, constraint } from "./attack.ts";
import type { Forgery } from "./forgery.ts";
import { alice, batch, bob, carol, deposit, exit, mallory, sign, transfer } from "./scenarios.ts";

// First tuples and writes have the product of reads and last tuples.
const memory = constraint("batch.circom", "before.product === after.product;");

const payment = (): Forgery => batch({ transactions: [transfer(alice, bob)] });

export const memoryAttacks: readonly Attack[] = [
  {
    name: "spends a balance twice, reading it as it was before it was spent (an older age)",
    // `memory`: the first tuple is read twice, the first payment's write never.
    stoppedBy: memory,
    build: () => {
      const again = transfer(alice, bob, { nonce: alice.account.nonce + 1 });
      const forgery = batch({ transactions: [transfer(alice, bob), again] });
      const account = forgery.account(alice.index);
      const slot = forgery.transaction(1);
      slot.nonce = account.first.nonce;
      slot.sender = { ...account.first };
      slot.senderAge = 4n;
      sign(slot, alice.key);
      account.last = { ...account.last, balance: 900n, nonce: account.first.nonce + 1n };
      forgery.close();
      return forgery;
    },
  },
  {
    name: "spends what it receives only later in the batch",
    // An age is a number of few bits, so not negative.
    stoppedBy: constraint("transaction.circom", "AssertBits(bitsFor(N))(senderAge);"),
    build: () => {
      const transactions = [transfer(mallory, alice), transfer(alice, bob, { amount: 1_100n })];
      const forgery = batch({ transactions });
      forgery.transactions.reverse();
      forgery.derive([4, 5, 2, 3]);
      return forgery;
    },
  },
  {
    name: "receives before an earlier transaction of the batch",
    // The same for the recipient's age.
    stoppedBy: constraint("transaction.circom", "AssertBits(bitsFor(N))(recipientAge);"),
    build: () => {
      const transactions = [transfer(bob, mallory, { amount: 500n }), transfer(alice, bob)];
      const forgery = batch({ transactions });
      forgery.transactions.reverse();
      forgery.derive([4, 5, 2, 3]);
      return forgery;
    },
  },
  {
    name: "has a forced exit take a deposit that comes behind it",
    // The same for an operation's age.
    stoppedBy: constraint("operation.circom", "AssertBits(bitsFor(N))(age);"),
    build: () => {
      const forgery = batch({ operations: [deposit(carol, 40n), exit(carol)] });
      forgery.operations.reverse();
      forgery.derive([1, 0]);
      return forgery;
    },
  },
  {
    name: "collects fees before they fall due",
    // The same: paying out fees is the last access, so a transaction that reads its write has a negative age.
    stoppedBy: constraint("transaction.circom", "AssertBits(bitsFor(N))(senderAge);"),
    build: () => {
      const transactions = [transfer(alice, bob, { fee: 900n }), transfer(bob, mallory, { amount: 500n })];
      const forgery = batch({ transactions, feeAccounts: [bob] });
      forgery.transaction(1).amount = 1_500n;
      sign(forgery.transaction(1), bob.key);
      forgery.derive([2, 3, 6, 4, 5]);
      return forgery;
    },
  },
  {
    name: "drops a debit: the sender's account closes as it was opened",
    // `memory`: the last tuple is the first one, which was read; the write is left over.
    stoppedBy: memory,
    build: () => {
      const forgery = payment();
      const account = forgery.account(alice.index);
      Object.assign(account, { last: { ...account.first }, lastTime: 0n });
      forgery.close();
      return forgery;
    },
  },
  {
    name: "credits a recipient without debiting the sender",
    // `memory`: the last tuple has a balance that no access has written.
    stoppedBy: memory,
    build: () => {
      const forgery = payment();
      const account = forgery.account(alice.index);
      account.last.balance = account.first.balance;
      forgery.close();
      return forgery;
    },
  },
  {
    name: "drops a credit",
    // `memory`: the recipient's write is left over.
    stoppedBy: memory,
    build: () => {
      const forgery = payment();
      const account = forgery.account(bob.index);
      Object.assign(account, { last: { ...account.first }, lastTime: 0n });
      forgery.close();
      return forgery;
    },
  },
  {
    name: "changes an account that nothing touches",
    // `memory`: its first and last tuple differ.
    stoppedBy: memory,
    build: () => {
      const forgery = batch({ operations: [deposit(bob, 40n)] });
      const slot = forgery.unusedAccount();
      const first = { balance: mallory.account.balance, nonce: 0n, data: 0n };
      const { ax, ay, owner } = mallory.account;
      Object.assign(slot, { existing: 1n, index: BigInt(mallory.index), ax, ay, owner, asset: 1n, first });
      slot.last = { ...first, balance: 1_000_000n };
      forgery.close();
      return forgery;
    },
  },
  {
    name: "keeps the nonce of an account that has signed",
    // `memory`: a sender's write has a nonce one higher, the last tuple doesn't.
    stoppedBy: memory,
    build: () => {
      const forgery = payment();
      const account = forgery.account(alice.index);
      account.last.nonce = account.first.nonce;
      forgery.close();
      return forgery;
    },
  },
  {
    name: "exits with more than the balance",
    // `memory`: nobody wrote the cell that the exit reads.
    stoppedBy: memory,
    build: () => {
      const forgery = batch({ operations: [exit(carol)] });
      forgery.operation(0).cell.balance = 1_000_000n;
      forgery.listExits();
      return forgery;
    },
  },
  {
    name: "exits with less than the balance, and the rest is gone",
    // `memory`: the same.
    stoppedBy: memory,
    build: () => {
      const forgery = batch({ operations: [exit(carol)] });
      forgery.operation(0).cell.balance = 1n;
      forgery.listExits();
      return forgery;
    },
  },
  {
    name: "pays an account that it doesn't open, so that there is no row of it",
    // `memory`: the recipient's cell was never opened; and the recipient is no row of the table.
    stoppedBy: backedBy(memory, constraint("lookup.circom", "claimed === held;")),
    build: () => {
      const forgery = payment();
      const position = forgery.accounts.indexOf(forgery.account(bob.index));
      forgery.accounts[position] = structuredClone(forgery.unusedAccount());
      forgery.close();
      return forgery;
    },
  },
  {
    name: "reads another balance than the account has, to cover what it spends",
    // `memory`: the same for a sender.
    stoppedBy: memory,
    build: () => {
      const forgery = payment();
      const slot = forgery.transaction(0);
      slot.amount = 5_000n;
      sign(slot, alice.key);
      forgery.derive();
      slot.sender.balance = 6_000n;
      forgery.account(alice.index).last.balance = 1_000n;
      forgery.close();
      return forgery;
    },
  },
];
