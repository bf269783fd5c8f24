import { ProtocolError } from "./errors.ts";
import { assertElement } from "./field.ts";
import { poseidon } from "./poseidon.ts";
import { assertBits, assertInteger } from "./range.ts";

/** Who holds what: the fields of an account that never change once set (protocol section 1). */
export type Holder = {
  /** The owner's BabyJubJub key. */
  readonly ax: bigint;
  readonly ay: bigint;
  /** The owner's L1 address, 160 bits. */
  readonly owner: bigint;
  /** 0 none, 1 ETH, from 2 on registered ERC-20 tokens; 32 bits. */
  readonly asset: number;
};

/** One owner's holding of one asset. */
export type Account = Holder & {
  /** The number of transactions that the account has signed, 40 bits. */
  readonly nonce: number;
  /** In the asset's base unit, 128 bits. */
  readonly balance: bigint;
  /** The commitment to the account's application storage, 0 if it has none. */
  readonly data: bigint;
};

/** What is at an index that nobody has: all fields zero. */
export const absentAccount: Account = {
  ax: 0n,
  ay: 0n,
  owner: 0n,
  asset: 0,
  nonce: 0,
  balance: 0n,
  data: 0n,
};

/** Whether the account is the absent one, which is the only one with asset 0. */
export function isAbsent(account: Pick<Account, "asset">): boolean {
  return account.asset === 0;
}

/**
 * An account that somebody has just got: nothing in it yet.
 *
 * @throws ProtocolError `INVALID_ACCOUNT`, `OUT_OF_RANGE`, `NOT_AN_ELEMENT`
 */
export function createAccount(holder: Holder): Account {
  const account = {
    ax: holder.ax,
    ay: holder.ay,
    owner: holder.owner,
    asset: holder.asset,
    nonce: 0,
    balance: 0n,
    data: 0n,
  };
  if (isAbsent(account)) {
    throw new ProtocolError("INVALID_ACCOUNT", "An account needs an asset.", { given: "asset 0" });
  }
  assertAccount(account);
  return account;
}

/**
 * Refuses fields outside the ranges of protocol section 1, an owner of zero, and an absent account with
 * something in it.
 *
 * @throws ProtocolError `INVALID_ACCOUNT`, `OUT_OF_RANGE`, `NOT_AN_ELEMENT`
 */
export function assertAccount(account: Account): void {
  assertHolder(account);
  assertInteger("The nonce of an account", account.nonce, 40);
  assertBits("The balance of an account", account.balance, 128);
  assertElement("The data of an account", account.data);
  if (isAbsent(account) && (account.nonce !== 0 || account.balance !== 0n || account.data !== 0n)) {
    throw new ProtocolError("INVALID_ACCOUNT", "An account without an asset has something in it.", {
      nonce: account.nonce,
      balance: account.balance,
      data: account.data,
    });
  }
}

/**
 * `H_4(ax, ay, owner, asset)`, or 0 for the absent account. It is what a transfer binds its recipient by.
 *
 * @throws ProtocolError `INVALID_ACCOUNT`, `OUT_OF_RANGE`, `NOT_AN_ELEMENT`
 */
export function accountIdentity(holder: Holder): bigint {
  assertHolder(holder);
  if (isAbsent(holder)) return 0n;
  return poseidon([holder.ax, holder.ay, holder.owner, BigInt(holder.asset)]);
}

/**
 * `H_4(identity, nonce, balance, data)`, the account's leaf in the state tree.
 *
 * @throws ProtocolError `INVALID_ACCOUNT`, `OUT_OF_RANGE`, `NOT_AN_ELEMENT`
 */
export function accountLeaf(account: Account): bigint {
  assertAccount(account);
  return poseidon([accountIdentity(account), BigInt(account.nonce), account.balance, account.data]);
}

function assertHolder(holder: Holder): void {
  assertElement("The key (ax) of an account", holder.ax);
  assertElement("The key (ay) of an account", holder.ay);
  assertBits("The owner of an account", holder.owner, 160);
  assertInteger("The asset of an account", holder.asset, 32);
  const unowned = holder.ax === 0n && holder.ay === 0n && holder.owner === 0n;
  if (isAbsent(holder) ? !unowned : holder.owner === 0n) {
    throw new ProtocolError("INVALID_ACCOUNT", "An account has an owner if and only if it has an asset.", {
      asset: holder.asset,
      owner: holder.owner,
      key: `${holder.ax}, ${holder.ay}`,
    });
  }
}
