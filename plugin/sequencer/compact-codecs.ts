// How the store writes what there is most of: fixed-width big-endian bytes. Reading takes back exactly that and throws on
// anything else.

import { type Account, assertAccount, isAbsent } from "../protocol/account.ts";
import { fixedHex, HexReader } from "../protocol/hex.ts";
import { decodeTransaction, encodeTransaction } from "../protocol/transaction.ts";
import type { BytesCodec } from "./codec.ts";
import type { BatchSources, Place, PooledRecord } from "./records.ts";

type Field = readonly [value: bigint | number, bytes: number];

/** `ax 32 bytes | ay 32 bytes | owner 20 bytes | asset u32 | nonce u40 | balance u128 | data 32 bytes`. */
export const accountCodec: BytesCodec<Account> = {
  toBytes({ ax, ay, owner, asset, nonce, balance, data }) {
    return packed([
      [ax, 32],
      [ay, 32],
      [owner, 20],
      [asset, 4],
      [nonce, 5],
      [balance, 16],
      [data, 32],
    ]);
  },
  fromBytes(bytes) {
    const reader = readerOf("An account", bytes, 141);
    const account = {
      ax: reader.bigint(32),
      ay: reader.bigint(32),
      owner: reader.bigint(20),
      asset: reader.number(4),
      nonce: reader.number(5),
      balance: reader.bigint(16),
      data: reader.bigint(32),
    };
    assertAccount(account);
    if (isAbsent(account)) throw new Error("An account that is stored cannot be the absent one.");
    return account;
  },
};

/** `waits u8 | admitted at u48 | transaction, 190 bytes`. */
export const pooledCodec: BytesCodec<PooledRecord> = {
  toBytes({ transaction, admittedAt, waits }) {
    const head: readonly Field[] = [
      [waits ? 1 : 0, 1],
      [admittedAt, 6],
    ];
    return Buffer.concat([packed(head), Buffer.from(encodeTransaction(transaction).slice(2), "hex")]);
  },
  fromBytes(bytes) {
    const head = readerOf("A pending transaction", bytes.subarray(0, 7), 7);
    const waits = head.number(1);
    if (waits > 1) throw new Error("A pending transaction waits or it does not.");
    const admittedAt = head.number(6);
    return { transaction: decodeTransaction(hexOf(bytes.subarray(7))), admittedAt, waits: waits === 1 };
  },
};

/** `u48`. */
export const arrivalCodec: BytesCodec<number> = {
  toBytes: (arrival) => packed([[arrival, 6]]),
  fromBytes: (bytes) => readerOf("An arrival", bytes, 6).number(6),
};

/** `batch number u32 | position u16 | admitted at u48`. */
export const placeCodec: BytesCodec<Place> = {
  toBytes: ({ batchNumber, position, admittedAt }) =>
    packed([
      [batchNumber, 4],
      [position, 2],
      [admittedAt, 6],
    ]),
  fromBytes(bytes) {
    const reader = readerOf("A place", bytes, 12);
    return { batchNumber: reader.number(4), position: reader.number(2), admittedAt: reader.number(6) };
  },
};

/** `sealed at u48 | number of opens u32 | arrivals of opens and transactions, u48 each`. */
export const sourcesCodec: BytesCodec<BatchSources> = {
  toBytes: ({ sealedAt, opens, transactions }) =>
    packed([
      [sealedAt, 6],
      [opens.length, 4],
      ...[...opens, ...transactions].map((arrival): Field => [arrival, 6]),
    ]),
  fromBytes(bytes) {
    const reader = readerOf("Arrivals", bytes, 10 + 6 * Math.floor((bytes.length - 10) / 6));
    const sealedAt = reader.number(6);
    const count = reader.number(4);
    const arrivals = Array.from({ length: (bytes.length - 10) / 6 }, () => reader.number(6));
    if (count > arrivals.length) throw new Error("There are fewer arrivals than opens.");
    return { sealedAt, opens: arrivals.slice(0, count), transactions: arrivals.slice(count) };
  },
};

function packed(fields: readonly Field[]): Buffer {
  return Buffer.from(fields.map(([value, bytes]) => fixedHex(value, bytes)).join(""), "hex");
}

function readerOf(name: string, bytes: Uint8Array, length: number): HexReader {
  if (bytes.length !== length) throw new Error(`${name} has ${bytes.length} bytes instead of ${length}.`);
  return new HexReader(name, hexOf(bytes));
}

function hexOf(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex")}`;
}
