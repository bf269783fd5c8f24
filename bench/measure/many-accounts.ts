// Accounts and signed transactions by the hundred thousand, in seconds: keys and nonces whose secrets follow each other,
// so that a point costs one addition. INSECURE, and as much work to verify as any others.

import { normalizeZ } from "@noble/curves/abstract/curve.js";
import { type Account, accountIdentity } from "../../plugin/protocol/account.ts";
import { Point, subgroupOrder } from "../../plugin/protocol/babyjubjub.ts";
import { poseidon } from "../../plugin/protocol/poseidon.ts";
import {
  encodeTransaction,
  type Transaction,
  transactionKind,
  transactionMessage,
} from "../../plugin/protocol/transaction.ts";
import { randomNumbers } from "../workload/random-numbers.ts";

const firstSecret = 0x1234567890abcdef1234567890abcdefn;
const firstNonceSecret = 0xfedcba0987654321fedcba0987654321n;
const balance = 10n ** 18n;
const expiry = 2 ** 32 - 1;
/** Points whose inverses are made together. */
const pointsAtOnce = 1_000;

/** The points `(first + i)·B8`, affine, one after another. */
function* followingPoints(first: bigint): Generator<{ x: bigint; y: bigint }> {
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
 * Transfers between accounts of manyAccounts at random, encoded, in an order in which they can be executed.
 *
 * @param accounts - All of them, by index.
 * @param fee - Of each.
 */
export function* manyTransfers(
  domain: bigint,
  accounts: readonly Account[],
  count: number,
  fee: bigint,
): Generator<string> {
  const random = randomNumbers(7);
  const points = followingPoints(firstNonceSecret);
  const nonces = new Map<number, number>();
  for (let number = 0; number < count; number++) {
    const [from, to] = [random(accounts.length), random(accounts.length)];
    const [sender, recipient] = [accounts[from], accounts[to]];
    if (sender === undefined || recipient === undefined) throw new Error("There is no such account.");
    const nonce = nonces.get(from) ?? 0;
    nonces.set(from, nonce + 1);
    const transaction: Transaction = {
      kind: transactionKind.transfer,
      from,
      nonce,
      expiry,
      to: BigInt(to),
      amount: BigInt(1 + random(1_000_000)) * 10n ** 6n,
      fee,
      payload: accountIdentity(recipient),
    };
    const { x: r8x, y: r8y } = points.next().value;
    const challenge = poseidon([r8x, r8y, sender.ax, sender.ay, transactionMessage(domain, transaction)]);
    const secret = (firstSecret + BigInt(from)) % subgroupOrder;
    const nonceSecret = firstNonceSecret + BigInt(number);
    const s = (nonceSecret + 8n * challenge * secret) % subgroupOrder;
    yield encodeTransaction({ ...transaction, signature: { r8x, r8y, s } });
  }
}
