// Accounts and signed transactions by the hundred thousand, in seconds: keys and nonces whose secrets follow each other,
// so that a point costs one addition. INSECURE, and as much work to verify as any others.

import { normalizeZ } from "@noble/curves/abstract/curve.js";
import type { Account } from "../../plugin/protocol/account.ts";
import { Point, subgroupOrder } from "../../plugin/protocol/babyjubjub.ts";
import {
  encodeTransaction,
  messageElements,
  type Transaction,
  transactionKind,
} from "../../plugin/protocol/transaction.ts";
import { randomNumbers } from "../workload/random-numbers.ts";
import type { Payment } from "../workload/workload.ts";
import { ManyHashes } from "./many-hashes.ts";

const firstSecret = 0x1234567890abcdef1234567890abcdefn;
const firstNonceSecret = 0xfedcba0987654321fedcba0987654321n;
const balance = 10n ** 18n;
const expiry = 2 ** 32 - 1;
/** Points whose inverses are made together. */
const pointsAtOnce = 1_000;
const transfersAtOnce = 1_000;

type Coordinates = { readonly x: bigint; readonly y: bigint };

/** The points `(first + i)·B8`, affine, one after another. */
function* followingPoints(first: bigint): Generator<Coordinates, never> {
  let next = Point.BASE.multiply(first);
  for (;;) {
    const points = Array.from({ length: pointsAtOnce }, () => {
      const point = next;
      next = next.add(Point.BASE);
      return point;
    });
    for (const point of normalizeZ(Point, points)) yield point.toAffine();
  }
}

/** Accounts of ETH, each with a key of its own. */
export function* manyAccounts(count: number): Generator<[index: number, account: Account]> {
  const points = followingPoints(firstSecret);
  for (let index = 0; index < count; index++) {
    const { x: ax, y: ay } = points.next().value;
    yield [index, { ax, ay, owner: BigInt(index + 1), asset: 1, nonce: 0, balance, data: 0n }];
  }
}

/**
 * Signed transfers between accounts of manyAccounts, encoded, in an order in which they can be executed.
 *
 * @param accounts - All of them, by index.
 * @param payments - Who pays whom, as many as there shall be transfers. Amounts are random.
 * @param fee - Of each.
 */
export function* manyTransfers(
  domain: bigint,
  accounts: readonly Account[],
  payments: Iterable<Payment>,
  fee: bigint,
): Generator<string> {
  const random = randomNumbers(7);
  const points = followingPoints(firstNonceSecret);
  const nonces = new Map<number, number>();
  const [ofFour, ofFive] = [new ManyHashes(4), new ManyHashes(5)];
  let nonceSecret = firstNonceSecret;
  for (const group of groupsOf(transfersAtOnce, payments)) {
    const recipients = group.map(({ to }) => accountAt(accounts, to));
    const identities = ofFour.of(
      recipients.map(({ ax, ay, owner, asset }) => [ax, ay, owner, BigInt(asset)]),
    );
    const transactions = group.map(({ from, to }, position): Transaction => {
      const nonce = nonces.get(from) ?? 0;
      nonces.set(from, nonce + 1);
      const amount = BigInt(1 + random(1_000_000)) * 10n ** 6n;
      const payload = identities[position] as bigint;
      const kind = transactionKind.transfer;
      return { kind, from, nonce, expiry, to: BigInt(to), amount, fee, payload };
    });
    const messages = ofFive.of(transactions.map((transaction) => messageElements(domain, transaction)));
    const nonceKeys = transactions.map(() => points.next().value);
    const challenges = ofFive.of(
      transactions.map(({ from }, position) => {
        const { x, y } = nonceKeys[position] as Coordinates;
        const { ax, ay } = accountAt(accounts, from);
        return [x, y, ax, ay, messages[position] as bigint];
      }),
    );
    for (const [position, transaction] of transactions.entries()) {
      const { x: r8x, y: r8y } = nonceKeys[position] as Coordinates;
      const secret = (firstSecret + BigInt(transaction.from)) % subgroupOrder;
      const s = (nonceSecret++ + 8n * (challenges[position] as bigint) * secret) % subgroupOrder;
      yield encodeTransaction({ ...transaction, signature: { r8x, r8y, s } });
    }
  }
}

function accountAt(accounts: readonly Account[], index: number): Account {
  const account = accounts[index];
  if (account === undefined) throw new RangeError(`There is no account ${index} among ${accounts.length}.`);
  return account;
}

function* groupsOf<Item>(size: number, items: Iterable<Item>): Generator<Item[]> {
  let group: Item[] = [];
  for (const item of items) {
    group.push(item);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
