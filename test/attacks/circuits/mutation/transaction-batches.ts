// Transaction slots that exactly one constraint refuses, in each position.

import { Point, subgroupOrder } from "../../../../plugin/protocol/babyjubjub.ts";
import { toField } from "../../../../plugin/protocol/field.ts";
import { poseidon } from "../../../../plugin/protocol/poseidon.ts";
import { messageOf } from "../commitment.ts";
import type { Forgery } from "../forgery.ts";
import {
  alice,
  batch,
  bob,
  carol,
  domain,
  mallory,
  operator,
  type Person,
  sign,
  transfer,
  withdrawal,
} from "../scenarios.ts";
import { identityOf, type TransactionSlot } from "../slots.ts";
import { each, emptyBatch, type RefusedBatch } from "./refused-batch.ts";

const slots = 2;

/** A transaction of Alice in slot `i`; what comes before it is a payment of Bob. */
function at(i: number, transaction = transfer(alice, bob), feeAccounts: Person[] = []): Forgery {
  const transactions = [...(i === 1 ? [transfer(bob, mallory)] : []), transaction];
  return batch({ transactions, feeAccounts });
}

function altered(i: number, forgery: Forgery, change: Partial<TransactionSlot>): Forgery {
  Object.assign(forgery.transaction(i), change);
  sign(forgery.transaction(i), alice.key);
  forgery.derive();
  return forgery;
}

function unused(i: number, change: Partial<TransactionSlot>): Forgery {
  const forgery = batch({});
  Object.assign(forgery.transaction(i), change);
  return forgery;
}

const cell = { balance: 0n, nonce: 0n, data: 0n };

const ranges = each(slots, (i) => {
  const choices: Record<string, Partial<TransactionSlot>> = {
    "an index of 11 bits": { from: 1n << 10n },
    "the nonce -2": { nonce: -2n, sender: { ...cell, nonce: -2n } },
    "a past expiry": { expiry: 4n },
    "an amount of 129 bits": { amount: 1n << 128n, sender: { ...cell, balance: 1n << 128n } },
    "a fee of 97 bits": { fee: 0n },
    "a negative rest": { sender: { ...cell, balance: -1n } },
    "an asset of 33 bits": { asset: 1n << 32n },
    "a sender's age of 4 bits": { senderAge: 8n },
    "a recipient's age of 4 bits": { recipientAge: 8n },
  };
  return Object.entries(choices).map(([name, change]) => ({
    name: `an unused transaction ${i} has ${name}`,
    build: () => {
      if (!("fee" in change)) return unused(i, change);
      return unused(i, { fee: 1n << 96n, sender: { ...cell, balance: 1n << 96n } });
    },
  }));
});

/** With a resident of index 11 beside Bob's 9 and one of 42 beside Mallory's 40. */
function withNeighbours(forgery: Forgery, indices: readonly number[]): Forgery {
  for (const index of indices) {
    const { account } = carol;
    const first = { balance: 10_000n, nonce: 3n, data: 0n };
    const slot = forgery.unusedAccount();
    Object.assign(slot, identityOf({ ...account, asset: 1 }), { existing: 1n, index: BigInt(index), first });
    forgery.pretend(slot);
  }
  forgery.accounts.sort(
    (left, right) =>
      Number(left.existing === 0n) - Number(right.existing === 0n) || Number(left.index - right.index),
  );
  forgery.derive();
  return forgery;
}

// A product's factor where `enabled` is -1 is -(gamma - f - 2): that of the account two indices further on.

const flags: RefusedBatch[] = [
  {
    name: "a transaction is used -1 times, and spends from the account two indices behind its own",
    build: () => {
      const forgery = withNeighbours(batch({ transactions: [transfer(mallory, bob)] }), [11, 42]);
      const [accomplice, victim] = [forgery.account(11), forgery.account(42)];
      const slot = forgery.transaction(1);
      Object.assign(slot, forgery.transaction(0), {
        used: -1n,
        amount: 9_000n,
        nonce: victim.first.nonce,
        sender: { ...victim.first },
        senderAge: 4n,
        recipient: { ...accomplice.first },
        recipientAge: 5n,
      });
      sign(slot, mallory.key);
      victim.last = { ...victim.first, balance: victim.first.balance - slot.amount, nonce: slot.nonce + 1n };
      victim.lastTime = 5n;
      accomplice.last = { ...accomplice.first, balance: accomplice.first.balance + slot.amount };
      accomplice.lastTime = 6n;
      // What one transaction looks up, the other takes back.
      forgery.account(mallory.index).multiplicity = [0n, 0n, 0n];
      forgery.account(bob.index).multiplicity = [0n, 0n, 0n];
      forgery.close();
      return forgery;
    },
    changes: { "transaction[1].assetInverse": -1n },
  },
  ...each(slots, (i) => ({
    name: `an unused transaction ${i} is a withdrawal, and makes a row that nothing pays for`,
    build: () => {
      const forgery = batch({});
      const bobs = forgery.unusedAccount();
      const first = { balance: bob.account.balance, nonce: BigInt(bob.account.nonce), data: 0n };
      Object.assign(bobs, identityOf(bob.account), { existing: 1n, index: BigInt(bob.index), first });
      Object.assign(forgery.fee(0), { used: 1n, index: bobs.index, asset: 1n, identity: 1n });
      withNeighbours(forgery, [11]);
      const beneficiary = forgery.account(11);
      const access = BigInt(3 + 2 * i);
      Object.assign(forgery.transaction(i), {
        withdraw: 1n,
        to: bobs.index,
        payload: 1n,
        asset: 1n,
        amount: 70n,
        sender: { ...cell, balance: 70n },
        recipient: { ...beneficiary.first },
        recipientAge: access,
      });
      beneficiary.last = { ...beneficiary.first, balance: beneficiary.first.balance + 70n };
      beneficiary.lastTime = access + 1n;
      forgery.account(bob.index).multiplicity = [0n, 0n, 0n];
      Object.assign(forgery.exit(0), { used: 1n, recipient: bobs.index, amount: 70n, asset: 1n });
      forgery.close();
      return forgery;
    },
  })),
  ...each(slots, (i) => ({
    name: `an unused transaction ${i} chooses a fee slot`,
    build: emptyBatch,
    changes: { [`transactionFeeSlot[${i}][0]`]: 1n },
  })),
];

const checks = each(slots, (i) => [
  {
    name: `transaction ${i} has another nonce than it reads`,
    build: () => altered(i, at(i), { nonce: BigInt(alice.account.nonce) + 1n }),
  },
  {
    name: `transaction ${i} withdraws another asset than was signed`,
    build: () => altered(i, at(i, withdrawal(alice)), { payload: 2n }),
  },
  {
    name: `transaction ${i} withdraws what has no asset`,
    build: () => {
      const forgery = at(i, withdrawal(alice));
      forgery.account(alice.index).asset = 0n;
      forgery.pretend(forgery.account(alice.index));
      return altered(i, forgery, { asset: 0n, payload: 0n });
    },
  },
  {
    name: `transaction ${i} pays a fee that nobody collects`,
    build: () => altered(i, at(i, transfer(alice, bob, { fee: 5n }), [operator]), { feeSlot: [0n] }),
  },
  {
    name: `transaction ${i} pays a fee in another asset`,
    build: () => altered(i, at(i, transfer(alice, bob), [carol]), { fee: 5n, feeSlot: [1n] }),
  },
]);

/** Signed by the key `secret` B8 so that both sides of the equation are opposite points, or those mirrored. */
function opposite(i: number, mirrored: boolean): Forgery {
  const forgery = at(i);
  const secret = 12_345n;
  const { x: ax, y: ay } = Point.BASE.multiply(secret).toAffine();
  Object.assign(forgery.account(alice.index), { ax, ay });
  forgery.pretend(forgery.account(alice.index));
  const nonce = 67_890n;
  const { x, y } = Point.BASE.multiply(nonce).toAffine();
  const [r8x, r8y] = mirrored ? [toField(-x), toField(-y)] : [x, y];
  const slot = forgery.transaction(i);
  Object.assign(slot, { ax, ay });
  const h = poseidon([r8x, r8y, ax, ay, messageOf(domain, slot)]);
  const right = nonce + (2n * h + 1n) * 4n * secret;
  const s = (-right - 4n * secret) % subgroupOrder;
  Object.assign(slot, { r8x, r8y, s: s + subgroupOrder });
  forgery.derive();
  return forgery;
}

const signatures = each(slots, (i) => [
  { name: `signature ${i} is of the point opposite`, build: () => opposite(i, false) },
  { name: `signature ${i} is of the point opposite, mirrored`, build: () => opposite(i, true) },
  {
    name: `signature ${i} is for a key of order 8`,
    build: () => {
      const forgery = at(i);
      const key = {
        ax: 4342719913949491028786768530115087822524712248835451589697801404893164183326n,
        ay: 4826523245007015323400664741523384119579596407052839571721035538011798951543n,
      };
      Object.assign(forgery.account(alice.index), key);
      forgery.pretend(forgery.account(alice.index));
      const { x: r8x, y: r8y } = Point.BASE.multiply(5n).toAffine();
      Object.assign(forgery.transaction(i), key, { r8x, r8y, s: 5n });
      forgery.derive();
      return forgery;
    },
  },
  { name: `the unused signature ${i} has R8 off the curve`, build: () => unused(i, { r8x: 5n }) },
  {
    name: `the unused signature ${i} says that its key is small`,
    build: emptyBatch,
    changes: {
      [`transaction[${i}].VerifySignature.small`]: 1n,
      [`transaction[${i}].VerifySignature.IsZero.inv`]: 0n,
    },
  },
]);

export const transactionBatches: readonly RefusedBatch[] = [...ranges, ...flags, ...checks, ...signatures];
