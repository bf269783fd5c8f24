// Valid batches at which the Jacobian may lose rank: wherever a factor in a constraint is zero, or two things that are
// distinct in general are one.

import { randomInt } from "node:crypto";
import { subgroupOrder } from "../../../plugin/protocol/babyjubjub.ts";
import { fieldOrder } from "../../../plugin/protocol/field.ts";
import { poseidon } from "../../../plugin/protocol/poseidon.ts";
import { State } from "../../../plugin/protocol/state.ts";
import { applyBatch } from "../../../plugin/sequencer/execute.ts";
import { Random, randomBatch, domain as randomDomain } from "../../circuits/random-batch.ts";
import { messageOf } from "./commitment.ts";
import { Forgery } from "./forgery.ts";
import {
  alice,
  batch,
  bob,
  carol,
  dave,
  deposit,
  domain,
  exit,
  fullBatch,
  mallory,
  open,
  operator,
  shape,
  transfer,
  withdrawal,
} from "./scenarios.ts";
import type { TransactionSlot } from "./slots.ts";

/** By what is degenerate about them. */
export const degenerateBatches: Readonly<Record<string, () => Forgery>> = {
  "every slot used": fullBatch,
  "every access used, none by an exit": () =>
    batch({
      operations: [deposit(dave, 40n, true), deposit(alice, 5n)],
      transactions: [transfer(bob, dave), transfer(alice, alice)],
      feeAccounts: [operator],
    }),
  "nothing at all": () => batch({}),
  "two payments of one account to another": () =>
    batch({ transactions: [transfer(alice, bob), transfer(alice, bob, { nonce: 8 })] }),
  "a payment and one back": () =>
    batch({
      transactions: [transfer(alice, bob, { fee: 1n }), transfer(bob, alice)],
      feeAccounts: [operator],
    }),
  "payments of nothing": () =>
    batch({ transactions: [transfer(alice, bob, { amount: 0n }), withdrawal(bob, { amount: 0n })] }),
  "payments to oneself, all of it": () =>
    batch({
      transactions: [
        transfer(alice, alice, { amount: 1000n }),
        transfer(alice, alice, { nonce: 8, amount: 0n }),
      ],
    }),
  "a payer that takes its own fee": () =>
    batch({ transactions: [transfer(alice, bob, { fee: 9n })], feeAccounts: [alice] }),
  "a fee slot that takes nothing": () => batch({ transactions: [transfer(alice, bob)], feeAccounts: [bob] }),
  "a fee slot and no transaction": () => batch({ feeAccounts: [operator] }),
  "two withdrawals of one account, of the same amount": () =>
    batch({ transactions: [withdrawal(alice), withdrawal(alice, { nonce: 8 })] }),
  "an account opened and paid": () =>
    batch({ operations: [open(dave)], transactions: [transfer(alice, dave), transfer(bob, dave)] }),
  "two accounts made by deposits, one of nothing": () =>
    batch({
      operations: [deposit(dave, 0n, true), deposit({ ...dave, index: 13 }, 1n, true)],
    }),
  "two deposits to one account": () => batch({ operations: [deposit(alice, 5n), deposit(alice, 5n)] }),
  "an account made, filled and left in one batch": () =>
    batch({ operations: [deposit(dave, 40n, true), exit(dave)] }),
  "an exit by somebody else": () => batch({ operations: [{ ...exit(alice), owner: mallory.owner }] }),
  "two exits of one account, the second of nothing": () => batch({ operations: [exit(carol), exit(carol)] }),
  "an exit of an empty account, by its owner and by another": () =>
    batch({ operations: [exit(operator), { ...exit(operator), owner: mallory.owner }] }),
  "exits of accounts that nobody has": () => batch({ operations: [exit(dave), { ...exit(dave), index: 0 }] }),
  // Bits of a number are bits by a double root where the bits above are those of the bound, see double-roots.ts.
  "an S that begins like the subgroup order": () =>
    payment(47n, ({ s }) => s >> 244n === subgroupOrder >> 244n),
  "a signature's hash that begins like p": () =>
    payment(3n, (slot) => {
      const { r8x, r8y, ax, ay } = slot;
      return poseidon([r8x, r8y, ax, ay, messageOf(domain, slot)]) >> 247n === fieldOrder >> 247n;
    }),
};

/** One payment, of an amount that happens to be signed as wanted. */
function payment(amount: bigint, wanted: (slot: TransactionSlot) => boolean): Forgery {
  const forgery = batch({ transactions: [transfer(alice, bob, { amount })] });
  if (!wanted(forgery.transaction(0))) throw new Error(`A payment of ${amount} is signed otherwise.`);
  return forgery;
}

/** The last one of a few random batches in a row. */
export function randomForgery(seed: number): Forgery {
  const random = new Random(seed);
  const [drafted, executed] = [new State(shape.depth), new State(shape.depth)];
  for (let batchNumber = 1; batchNumber < 6; batchNumber++) {
    applyBatch(executed, randomBatch(shape, drafted, batchNumber, random));
    for (const [index, account] of executed.accounts()) drafted.set(index, account);
  }
  return Forgery.of(shape, randomDomain, executed, randomBatch(shape, drafted, 6, random));
}

/**
 * Seeds of random batches, drawn anew on each run: one, or many with SOUNDNESS=full. The title of a test has its seed;
 * with SEED=<that> it runs again.
 */
export function randomSeeds(many: number): number[] {
  const first = Number(process.env.SEED ?? randomInt(2 ** 31));
  const count = process.env.SOUNDNESS === "full" ? many : 1;
  return Array.from({ length: count }, (_, position) => first + position);
}
