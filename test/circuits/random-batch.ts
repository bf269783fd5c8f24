// Random batches that a sequencer could seal on a state: every kind of operation and transaction, on purpose often
// on the same few accounts, with slots left empty and filled to the last one.

import { accountIdentity, isAbsent } from "../../plugin/protocol/account.ts";
import { SigningKey } from "../../plugin/protocol/eddsa.ts";
import type { Operation } from "../../plugin/protocol/operation.ts";
import type { SealedBatch } from "../../plugin/protocol/sealed-batch.ts";
import type { Shape } from "../../plugin/protocol/shape.ts";
import type { State } from "../../plugin/protocol/state.ts";
import {
  type SignedTransaction,
  signTransaction,
  transactionKind,
} from "../../plugin/protocol/transaction.ts";
import { applyOperation, applyTransaction } from "../../plugin/sequencer/execute.ts";

export const domain = 123456789n;

/** Owners by number: a key and an L1 address. */
const people = Array.from({ length: 4 }, (_, i) => ({
  key: SigningKey.fromSeed(new Uint8Array(32).fill(i + 1)),
  owner: BigInt(0xa000 + i),
}));

/** A small deterministic generator (mulberry32), so that a failing batch can be had again from its seed. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** An integer from 0 to n - 1. */
  below(n: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % n;
  }

  pick<T>(from: readonly T[]): T {
    const value = from[this.below(from.length)];
    if (value === undefined) throw new Error("Nothing to pick from.");
    return value;
  }
}

/**
 * Makes a batch and leaves `state` as it is after the batch, but for the fees.
 *
 * @returns the batch, with the number of account slots that it needs within the shape
 */
export function randomBatch(shape: Shape, state: State, batchNumber: number, random: Random): SealedBatch {
  const touched = new Set<number>();
  const fits = (...indices: number[]): boolean =>
    new Set([...touched, ...indices]).size <= shape.accounts - shape.fees;
  const touch = (...indices: number[]): void => {
    for (const index of indices) touched.add(index);
  };
  let exits = 0;

  const operations: Operation[] = [];
  for (let left = random.below(shape.operations + 1); left > 0; left--) {
    const operation = randomOperation(state, random);
    if (!fits(operation.index)) continue;
    touch(operation.index);
    operations.push(operation);
    if (applyOperation(state, operation) !== undefined) exits++;
  }

  const feeAccounts = lowestOfEachAsset(state).slice(0, shape.fees);
  const feeAssets = feeAccounts.map((index) => state.account(index).asset);
  touch(...feeAccounts);
  const transactions: SignedTransaction[] = [];
  for (let left = random.below(shape.transactions + 1); left > 0; left--) {
    const transaction = randomTransaction(state, batchNumber, feeAssets, exits < shape.exits, random);
    if (transaction === undefined) continue;
    const indices =
      transaction.kind === transactionKind.transfer
        ? [transaction.from, Number(transaction.to)]
        : [transaction.from];
    if (new Set([...touched, ...indices]).size > shape.accounts) continue;
    touch(...indices);
    transactions.push(transaction);
    if (applyTransaction(state, transaction) !== undefined) exits++;
  }
  return { batchNumber, operations, transactions, feeAccounts };
}

function randomOperation(state: State, random: Random): Operation {
  const index = random.below(Math.min(state.capacity, 8));
  const account = state.account(index);
  const { key, owner } = random.pick(people);
  const kind = random.below(4);
  if (kind === 0) {
    const right = random.below(2) === 0 && !isAbsent(account);
    return { kind: 2, index, owner: right ? account.owner : owner };
  }
  if (!isAbsent(account)) {
    const { ax, ay, owner, asset } = account;
    return { kind: 1, index, creates: false, asset, owner, amount: BigInt(random.below(1000)), ax, ay };
  }
  const asset = 1 + random.below(2);
  const { ax, ay } = key.publicKey;
  if (kind === 1) return { kind: 3, index, asset, owner, ax, ay };
  return { kind: 1, index, creates: true, asset, owner, amount: BigInt(random.below(1000)), ax, ay };
}

function randomTransaction(
  state: State,
  batchNumber: number,
  feeAssets: readonly number[],
  mayWithdraw: boolean,
  random: Random,
): SignedTransaction | undefined {
  const accounts = [...state.accounts()];
  if (accounts.length === 0) return undefined;
  const [from, sender] = random.pick(accounts);
  const key = people.find(({ key }) => key.publicKey.ax === sender.ax)?.key;
  if (key === undefined) return undefined;
  const maxFee = feeAssets.includes(sender.asset) ? 3 : 0;
  const fee = BigInt(random.below(maxFee + 1));
  if (sender.balance < fee) return undefined;
  const spendable = sender.balance - fee;
  const amount = random.pick([0n, spendable, spendable / 2n, spendable / 3n]);
  const common = { from, nonce: sender.nonce, expiry: batchNumber + random.below(3), amount, fee };
  if (mayWithdraw && random.below(3) === 0) {
    const to = BigInt(0xb000 + random.below(5));
    return signTransaction(
      domain,
      { kind: transactionKind.withdraw, to, payload: BigInt(sender.asset), ...common },
      key,
    );
  }
  const sameAsset = accounts.filter(([, account]) => account.asset === sender.asset);
  const [index, recipient] = random.pick(sameAsset);
  const payload = accountIdentity(recipient);
  return signTransaction(
    domain,
    { kind: transactionKind.transfer, to: BigInt(index), payload, ...common },
    key,
  );
}

function lowestOfEachAsset(state: State): number[] {
  const byAsset = new Map<number, number>();
  for (const [index, account] of [...state.accounts()].sort(([a], [b]) => a - b)) {
    if (!byAsset.has(account.asset)) byAsset.set(account.asset, index);
  }
  return [...byAsset].sort(([a], [b]) => a - b).map(([, index]) => index);
}
