// A small world and valid batches in it, on the shape `tiny`, for attacks to start from.

import { builtInShapes } from "../../../plugin/circuits/shapes.ts";
import { type Account, createAccount } from "../../../plugin/protocol/account.ts";
import { SigningKey } from "../../../plugin/protocol/eddsa.ts";
import type { Operation } from "../../../plugin/protocol/operation.ts";
import type { Shape } from "../../../plugin/protocol/shape.ts";
import { State } from "../../../plugin/protocol/state.ts";
import {
  type SignedTransaction,
  signTransaction,
  type Transaction,
  transactionKind,
} from "../../../plugin/protocol/transaction.ts";
import { messageOf } from "./commitment.ts";
import { Forgery, identityHash } from "./forgery.ts";
import type { TransactionSlot } from "./slots.ts";

export const shape = builtInShapes.tiny as Shape;
export const domain = 123456789n;
export const batchNumber = 5;

export type Person = {
  readonly key: SigningKey;
  readonly owner: bigint;
  readonly index: number;
  readonly account: Account;
};

function person(seed: number, index: number, asset: number, balance: bigint, nonce: number): Person {
  const key = SigningKey.fromSeed(new Uint8Array(32).fill(seed));
  const owner = BigInt(0xa0000 + seed);
  return {
    key,
    owner,
    index,
    account: { ...createAccount({ ...key.publicKey, owner, asset }), balance, nonce },
  };
}

export const alice = person(1, 3, 1, 1_000n, 7);
export const bob = person(2, 9, 1, 500n, 2);
/** Holds the other asset. */
export const carol = person(3, 20, 2, 300n, 0);
/** Takes fees in asset 1. */
export const operator = person(4, 30, 1, 0n, 0);
export const mallory = person(5, 40, 1, 100n, 0);
/** Has no account yet; the index is where one could be made. */
export const dave = person(6, 12, 1, 0n, 0);

const residents = [alice, bob, carol, operator, mallory];

export function world(): State {
  const state = new State(shape.depth);
  for (const { index, account } of residents) state.set(index, account);
  return state;
}

type Choice = Partial<Pick<Transaction, "nonce" | "amount" | "fee" | "expiry">>;

export function transfer(from: Person, to: Person, choice: Choice = {}): SignedTransaction {
  const payload = identityHash({ ...to.account, asset: BigInt(to.account.asset) });
  return signed(from, { kind: transactionKind.transfer, to: BigInt(to.index), payload }, choice);
}

export function withdrawal(from: Person, choice: Choice = {}): SignedTransaction {
  return signed(
    from,
    { kind: transactionKind.withdraw, to: 0xb0bn, payload: BigInt(from.account.asset) },
    choice,
  );
}

function signed(
  { key, index, account }: Person,
  where: Pick<Transaction, "kind" | "to" | "payload">,
  { nonce = account.nonce, amount = 100n, fee = 0n, expiry = batchNumber }: Choice,
): SignedTransaction {
  return signTransaction(domain, { ...where, from: index, nonce, amount, fee, expiry }, key);
}

export function deposit(to: Person, amount: bigint, creates = false): Operation {
  const { ax, ay, owner, asset } = to.account;
  return { kind: 1, index: to.index, creates, asset, owner, amount, ax, ay };
}

export function exit(of: Person): Operation {
  return { kind: 2, index: of.index, owner: of.owner };
}

export function open(for_: Person): Operation {
  const { ax, ay, owner, asset } = for_.account;
  return { kind: 3, index: for_.index, asset, owner, ax, ay };
}

export type Contents = {
  readonly operations?: readonly Operation[];
  readonly transactions?: readonly SignedTransaction[];
  readonly feeAccounts?: readonly Person[];
  readonly state?: State;
  readonly shape?: Shape;
};

/** The slots of a valid batch. */
export function batch(contents: Contents): Forgery {
  const { operations = [], transactions = [], feeAccounts = [], state = world() } = contents;
  return Forgery.of(contents.shape ?? shape, domain, state, {
    batchNumber,
    operations,
    transactions,
    feeAccounts: feeAccounts.map(({ index }) => index),
  });
}

/** Every kind of slot, all of them used: an account made, a forced exit, two assets, a payment, a withdrawal, fees. */
export function fullBatch(): Forgery {
  return batch({
    operations: [deposit(dave, 40n, true), exit(carol)],
    transactions: [transfer(alice, bob, { fee: 3n }), withdrawal(bob, { amount: 50n, fee: 2n })],
    feeAccounts: [dave],
  });
}

/** Signs what a slot says, whatever it says. */
export function sign(slot: TransactionSlot, key: SigningKey, signedDomain = domain): void {
  Object.assign(slot, key.sign(messageOf(signedDomain, slot)));
}
