// On single transactions: amounts, nonces, expiry, and who signed what.

import { Point, subgroupOrder } from "../../../plugin/protocol/babyjubjub.ts";
import { rollupDomain } from "../../../plugin/protocol/transaction.ts";
import { type Attack, type Constraint, constraint } from "./attack.ts";
import type { Forgery } from "./forgery.ts";
import {
  alice,
  batch,
  batchNumber,
  bob,
  domain,
  mallory,
  operator,
  sign,
  transfer,
  withdrawal,
} from "./scenarios.ts";
import type { TransactionSlot } from "./slots.ts";

function inTransaction(statement: string): Constraint {
  return constraint("transaction.circom", statement);
}

/** Alice pays Bob; she signs what the alteration leaves. */
function altered(change: Partial<TransactionSlot>): Forgery {
  const forgery = batch({ transactions: [transfer(alice, bob)] });
  Object.assign(forgery.transaction(0), change);
  sign(forgery.transaction(0), alice.key);
  forgery.derive();
  return forgery;
}

const amounts: Attack[] = [
  {
    name: "pays -1, which takes 1 from the recipient",
    // An amount has 128 bits.
    stoppedBy: inTransaction("AssertBits(128)(message.amount);"),
    build: () => altered({ amount: -1n }),
  },
  {
    name: "pays 2^128",
    // The same.
    stoppedBy: inTransaction("AssertBits(128)(message.amount);"),
    build: () => {
      const forgery = batch({ transactions: [transfer(alice, bob)] });
      forgery.account(alice.index).first.balance = 2n ** 128n + 10n;
      forgery.pretend(forgery.account(alice.index));
      forgery.transaction(0).amount = 2n ** 128n;
      sign(forgery.transaction(0), alice.key);
      forgery.derive();
      return forgery;
    },
  },
  {
    name: "takes amount and fee of a signed message apart otherwise: 2^128 of an amount for a fee of 1",
    // The same. The message packs both into one element, which the signature is of.
    stoppedBy: inTransaction("AssertBits(128)(message.amount);"),
    build: () => {
      const forgery = batch({ transactions: [transfer(alice, bob, { fee: 5n })], feeAccounts: [operator] });
      const slot = forgery.transaction(0);
      forgery.account(alice.index).first.balance += 2n ** 128n;
      forgery.pretend(forgery.account(alice.index));
      slot.amount += 2n ** 128n;
      slot.fee -= 1n;
      forgery.derive();
      return forgery;
    },
  },
  {
    name: "pays more than the balance, which wraps around",
    // What is left has 128 bits.
    stoppedBy: inTransaction("AssertBits(128)(sender.balance - message.amount - message.fee);"),
    build: () => altered({ amount: 1_001n }),
  },
  {
    name: "robs the account that takes the fees by a negative fee",
    // A fee has 96 bits.
    stoppedBy: inTransaction("AssertBits(96)(message.fee);"),
    build: () => {
      const forgery = batch({ transactions: [transfer(alice, bob, { fee: 5n })], feeAccounts: [mallory] });
      forgery.transaction(0).fee = -50n;
      sign(forgery.transaction(0), alice.key);
      forgery.derive();
      return forgery;
    },
  },
  {
    name: "withdraws what has no asset",
    // The asset of a used slot has an inverse.
    stoppedBy: inTransaction("asset * assetInverse === used;"),
    build: () => {
      const forgery = batch({ transactions: [withdrawal(alice)] });
      forgery.account(alice.index).asset = 0n;
      forgery.pretend(forgery.account(alice.index));
      Object.assign(forgery.transaction(0), { asset: 0n, payload: 0n });
      sign(forgery.transaction(0), alice.key);
      forgery.derive();
      return forgery;
    },
  },
];

const order: Attack[] = [
  {
    name: "includes a transaction a second time (its nonce was used)",
    // The nonce signed is the nonce read.
    stoppedBy: inTransaction("sender.nonce === message.nonce;"),
    build: () => altered({ nonce: BigInt(alice.account.nonce) - 1n }),
  },
  {
    name: "includes a transaction ahead of its turn (its nonce is to come)",
    // The same.
    stoppedBy: inTransaction("sender.nonce === message.nonce;"),
    build: () => altered({ nonce: BigInt(alice.account.nonce) + 1n }),
  },
  {
    name: "signs with the last nonce, which leaves none",
    // The nonce after it has 40 bits.
    stoppedBy: inTransaction("AssertBits(40)(message.nonce + 1);"),
    build: () => {
      const nonce = 2n ** 40n - 1n;
      const forgery = batch({ transactions: [transfer(alice, bob)] });
      forgery.account(alice.index).first.nonce = nonce;
      forgery.pretend(forgery.account(alice.index));
      forgery.transaction(0).nonce = nonce;
      sign(forgery.transaction(0), alice.key);
      forgery.derive();
      return forgery;
    },
  },
  {
    name: "takes nonce and expiry of a signed message apart otherwise: 2^40 of a nonce for a batch of expiry",
    // The same bound: the message packs both into one element.
    stoppedBy: inTransaction("AssertBits(40)(message.nonce + 1);"),
    build: () => {
      const forgery = batch({ transactions: [transfer(alice, bob, { expiry: batchNumber + 1 })] });
      const slot = forgery.transaction(0);
      forgery.account(alice.index).first.nonce += 2n ** 40n;
      forgery.pretend(forgery.account(alice.index));
      slot.nonce += 2n ** 40n;
      slot.expiry -= 1n;
      forgery.derive();
      return forgery;
    },
  },
  {
    name: "includes a transaction that has expired",
    // The expiry is at least the batch's number.
    stoppedBy: inTransaction("AssertBits(32)(message.expiry - batchNumber);"),
    build: () => altered({ expiry: BigInt(batchNumber) - 1n }),
  },
  {
    name: "withdraws another asset than was signed",
    // A withdrawal's payload is its asset.
    stoppedBy: inTransaction("withdraw * (message.payload - asset) === 0;"),
    build: () => {
      const forgery = batch({ transactions: [withdrawal(alice)] });
      forgery.transaction(0).payload = 2n;
      sign(forgery.transaction(0), alice.key);
      return forgery;
    },
  },
];

// Both sides of the signature's equation are the same point, coordinate by coordinate.
const equation = constraint(
  "signature.circom",
  "enabled * (leftSum.xout - rightSum.xout) === 0;",
  "enabled * (leftSum.yout - rightSum.yout) === 0;",
);

const signatures: Attack[] = [
  {
    name: "leaves the signature of a used slot as if it was switched off",
    // `equation`: R8 the identity and S zero are what an unused slot has.
    stoppedBy: equation,
    build: () => {
      const forgery = batch({ transactions: [transfer(alice, bob)] });
      Object.assign(forgery.transaction(0), { r8x: 0n, r8y: 1n, s: 0n });
      return forgery;
    },
  },
  {
    name: "spends another's balance with a signature of one's own",
    // `equation`: the hash is of the account's key.
    stoppedBy: equation,
    build: () => {
      const forgery = batch({ transactions: [transfer(alice, mallory)] });
      sign(forgery.transaction(0), mallory.key);
      return forgery;
    },
  },
  {
    name: "pays another amount than was signed",
    // `equation`: the hash is of the message.
    stoppedBy: equation,
    build: () => {
      const forgery = batch({ transactions: [transfer(alice, bob)] });
      forgery.transaction(0).amount = 900n;
      forgery.derive();
      return forgery;
    },
  },
  {
    name: "withdraws to another address than was signed",
    // The same.
    stoppedBy: equation,
    build: () => {
      const forgery = batch({ transactions: [withdrawal(alice)] });
      forgery.transaction(0).to = mallory.owner;
      forgery.derive();
      return forgery;
    },
  },
  {
    name: "replays what was signed for another rollup",
    // The same: the message has the domain.
    stoppedBy: equation,
    build: () => {
      const forgery = batch({ transactions: [transfer(alice, bob)] });
      sign(forgery.transaction(0), alice.key, domain + 1n);
      return forgery;
    },
  },
  {
    name: "replays what was signed for the same address on another chain",
    // The same: the domain is of both.
    stoppedBy: equation,
    build: () => {
      const [here, there] = [1n, 10n].map((chain) => rollupDomain(chain, rollup));
      const forgery = batch({ transactions: [transfer(alice, bob)] });
      forgery.domain = here ?? 0n;
      sign(forgery.transaction(0), alice.key, there);
      return forgery;
    },
  },
  {
    name: "adds the subgroup order to S, which makes another signature of the same",
    // The bits of S are of a number below that order.
    stoppedBy: constraint("signature.circom", "bit[i] * (1 - equal[i + 1] - bit[i]) === 0;"),
    build: () => {
      for (let amount = 1n; ; amount++) {
        const forgery = batch({ transactions: [transfer(alice, bob, { amount })] });
        const slot = forgery.transaction(0);
        slot.s += subgroupOrder;
        // As 251 bits, which the sum would tell apart otherwise.
        if (slot.s < 2n ** 251n) return forgery;
      }
    },
  },
  {
    name: "signs for a key of order 8, for which anybody can",
    // The fourfold of a key is not of order 1 or 2.
    stoppedBy: constraint("signature.circom", "enabled * small === 0;"),
    build: () => {
      const forgery = batch({ transactions: [transfer(alice, bob)] });
      Object.assign(forgery.account(alice.index), pointOfOrder8());
      forgery.pretend(forgery.account(alice.index));
      const { x: r8x, y: r8y } = Point.BASE.multiply(5n).toAffine();
      Object.assign(forgery.transaction(0), pointOfOrder8(), { r8x, r8y, s: 5n });
      forgery.derive();
      return forgery;
    },
  },
];

const rollup = "0x00000000000000000000000000000000000a11ce";

function pointOfOrder8(): { ax: bigint; ay: bigint } {
  return {
    ax: 4342719913949491028786768530115087822524712248835451589697801404893164183326n,
    ay: 4826523245007015323400664741523384119579596407052839571721035538011798951543n,
  };
}

export const transactionAttacks: readonly Attack[] = [...amounts, ...order, ...signatures];
