// How the store writes what there is most of: fixed-width big-endian bytes. Reading takes back exactly that and throws on
// anything else.

import { type Account, assertAccount, isAbsent } from "../protocol/account.ts";
import { fixedHex, HexReader, wordHex } from "../protocol/hex.ts";
import { decodeTransaction, encodeTransaction } from "../protocol/transaction.ts";
import type { BytesCodec } from "./codec.ts";
import type { BatchSources, Place, PooledRecord } from "./records.ts";

type Field = readonly [value: bigint | number, bytes: number];

const accountBytes = 141;

/**
 * `ax 32 bytes | ay 32 bytes | owner 20 bytes | asset u32 | nonce u40 | balance u128 | data 32 bytes`. By words, since
 * a large rollup has a million of them.
 */
export const accountCodec: BytesCodec<Account> = {
  toBytes(account) {
    // Bits beyond a field's width would be lost.
    assertAccount(account);
    const { ax, ay, owner, asset, nonce, balance, data } = account;
    const bytes = Buffer.allocUnsafe(accountBytes);
    writeWords(bytes, 0, 4, ax);
    writeWords(bytes, 32, 4, ay);
    bytes.writeUInt32BE(Number(owner >> 128n), 64);
    writeWords(bytes, 68, 2, owner);
    bytes.writeUInt32BE(asset, 84);
    bytes.writeUIntBE(nonce, 88, 5);
    writeWords(bytes, 93, 2, balance);
    writeWords(bytes, 109, 4, data);
    return bytes;
  },
  fromBytes(content) {
    if (content.length !== accountBytes) {
      throw new Error(`An account has ${content.length} bytes instead of ${accountBytes}.`);
    }
    const bytes = Buffer.from(content.buffer, content.byteOffset, content.length);
    const account = {
      ax: readWords(bytes, 0, 4),
      ay: readWords(bytes, 32, 4),
      owner: (BigInt(bytes.readUInt32BE(64)) << 128n) | readWords(bytes, 68, 2),
      asset: bytes.readUInt32BE(84),
      nonce: bytes.readUIntBE(88, 5),
      balance: readWords(bytes, 93, 2),
      data: readWords(bytes, 109, 4),
    };
    assertAccount(account);
    if (isAbsent(account)) throw new Error("An account that is stored cannot be the absent one.");
    return account;
  },
};

const pooledHeadBytes = 39;

/** `waits u8 | admitted at u48 | id, 32 bytes | transaction, 190 bytes`. */
export const pooledCodec: BytesCodec<PooledRecord> = {
  toBytes({ id, transaction, admittedAt, waits }) {
    const head: readonly Field[] = [
      [waits ? 1 : 0, 1],
      [admittedAt, 6],
    ];
    return Buffer.concat([packed(head), hexBytes(id), hexBytes(encodeTransaction(transaction))]);
  },
  fromBytes(bytes) {
    const head = readerOf("A pending transaction", bytes.subarray(0, pooledHeadBytes), pooledHeadBytes);
    const waits = head.number(1);
    if (waits > 1) throw new Error("A pending transaction waits or it does not.");
    const admittedAt = head.number(6);
    const id = wordHex(head.bigint(32));
    const transaction = decodeTransaction(hexOf(bytes.subarray(pooledHeadBytes)));
    return { id, transaction, admittedAt, waits: waits === 1 };
  },
};

/** `u48`. */
export const arrivalCodec: BytesCodec<number> = {
  toBytes: (arrival) => packed([[arrival, 6]]),
  fromBytes: (bytes) => readerOf("An arrival", bytes, 6).number(6),
};

/** `batch number u32 | position u16 | admitted at u48 | id, 32 bytes`. */
export const placeCodec: BytesCodec<Place> = {
  toBytes({ batchNumber, position, admittedAt, id }) {
    const head: readonly Field[] = [
      [batchNumber, 4],
      [position, 2],
      [admittedAt, 6],
    ];
    return Buffer.concat([packed(head), hexBytes(id)]);
  },
  fromBytes(bytes) {
    const reader = readerOf("A place", bytes, 44);
    const [batchNumber, position, admittedAt] = [reader.number(4), reader.number(2), reader.number(6)];
    return { batchNumber, position, admittedAt, id: wordHex(reader.bigint(32)) };
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

/** The low so many 64-bit words of a number, big-endian. */
function writeWords(bytes: Buffer, at: number, words: number, value: bigint): void {
  let rest = value;
  for (let word = words - 1; word >= 0; word--) {
    bytes.writeBigUInt64BE(BigInt.asUintN(64, rest), at + 8 * word);
    rest >>= 64n;
  }
}

function readWords(bytes: Buffer, at: number, words: number): bigint {
  let value = bytes.readBigUInt64BE(at);
  for (let word = 1; word < words; word++) value = (value << 64n) | bytes.readBigUInt64BE(at + 8 * word);
  return value;
}

function packed(fields: readonly Field[]): Buffer {
  return Buffer.from(fields.map(([value, bytes]) => fixedHex(value, bytes)).join(""), "hex");
}

function readerOf(name: string, bytes: Uint8Array, length: number): HexReader {
  if (bytes.length !== length) throw new Error(`${name} has ${bytes.length} bytes instead of ${length}.`);
  return new HexReader(name, hexOf(bytes));
}

function hexBytes(hex: string): Buffer {
  return Buffer.from(hex.slice(2), "hex");
}

function hexOf(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex")}`;
}
