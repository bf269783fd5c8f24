import { parseAddress } from "./address.ts";
import type { PublicKey } from "./babyjubjub.ts";
import { type Signature, type SigningKey, verifySignature } from "./eddsa.ts";
import { ProtocolError } from "./errors.ts";
import { assertElement, toField } from "./field.ts";
import { fixedHex, HexReader, hexDigits, wordHex } from "./hex.ts";
import { keccakWords } from "./keccak.ts";
import { poseidon } from "./poseidon.ts";
import { assertBits, assertInteger } from "./range.ts";

export const transactionKind = { transfer: 0, withdraw: 1, call: 2 } as const;
export type TransactionKind = (typeof transactionKind)[keyof typeof transactionKind];

/** What an account's owner signs (protocol section 2). */
export type Transaction = {
  readonly kind: TransactionKind;
  /** The sender's account index, 32 bits. */
  readonly from: number;
  /** How many transactions the sender has signed before, 40 bits. */
  readonly nonce: number;
  /** The last batch number that may include the transaction, 32 bits. */
  readonly expiry: number;
  /** Transfer and call: an account index, 32 bits. Withdrawal: an L1 address, 160 bits. */
  readonly to: bigint;
  /** In the base unit of the sender's asset, 128 bits. */
  readonly amount: bigint;
  /** In the same unit, 96 bits. */
  readonly fee: bigint;
  /** Transfer: the recipient's identity. Withdrawal: its asset. Call: binds the application and its arguments. */
  readonly payload: bigint;
};

export type SignedTransaction = Transaction & { readonly signature: Signature };

const encodedBytes = 190;

/**
 * What makes a signature good on one rollup on one chain only:
 * `keccak256(abi.encode(chainId, rollup)) mod p`.
 *
 * @param rollup - The contract's L1 address.
 * @throws ProtocolError `MALFORMED`, `OUT_OF_RANGE`
 */
export function rollupDomain(chainId: bigint, rollup: string): bigint {
  assertBits("The chain id", chainId, 256);
  return toField(keccakWords([chainId, parseAddress(rollup)]));
}

/**
 * Refuses fields outside the ranges of protocol section 2. What depends on the state (does the sender exist, does
 * the balance suffice) is not checked here.
 *
 * @throws ProtocolError `INVALID_TRANSACTION`, `OUT_OF_RANGE`, `NOT_AN_ELEMENT`
 */
export function assertTransaction(tx: Transaction): void {
  if (tx.kind !== 0 && tx.kind !== 1 && tx.kind !== 2) {
    throw new ProtocolError("INVALID_TRANSACTION", "No such kind of transaction.", {
      expected: "0 transfer, 1 withdraw or 2 call",
      given: String(tx.kind),
    });
  }
  assertInteger("A transaction's sender (from)", tx.from, 32);
  assertInteger("A transaction's nonce", tx.nonce, 40);
  assertInteger("A transaction's expiry", tx.expiry, 32);
  if (tx.kind === transactionKind.withdraw) assertBits("A withdrawal's L1 address (to)", tx.to, 160);
  else assertBits("A transaction's recipient (to)", tx.to, 32);
  assertBits("A transaction's amount", tx.amount, 128);
  assertBits("A transaction's fee", tx.fee, 96);
  assertElement("A transaction's payload", tx.payload);
  if (tx.kind === transactionKind.withdraw) assertBits("A withdrawal's payload, its asset,", tx.payload, 32);
}

/**
 * The element that is signed:
 * `H_5(domain, from + kind·2^32 + nonce·2^40 + expiry·2^80, to, amount + fee·2^128, payload)`.
 *
 * @throws ProtocolError as assertTransaction, `NOT_AN_ELEMENT` for the domain
 */
export function transactionMessage(domain: bigint, tx: Transaction): bigint {
  assertTransaction(tx);
  return poseidon(messageElements(domain, tx));
}

/**
 * What transactionMessage hashes. The transaction's fields have been checked.
 *
 * @throws ProtocolError `NOT_AN_ELEMENT` for the domain
 */
export function messageElements(domain: bigint, tx: Transaction): bigint[] {
  assertElement("The domain", domain);
  const header =
    BigInt(tx.from) + (BigInt(tx.kind) << 32n) + (BigInt(tx.nonce) << 40n) + (BigInt(tx.expiry) << 80n);
  return [domain, header, tx.to, tx.amount + (tx.fee << 128n), tx.payload];
}

/**
 * The name of a transaction: the signed message as `0x` and 64 digits. It covers the domain and every signed
 * field but not the signature, so signing again does not give the transaction another name.
 *
 * @throws ProtocolError as transactionMessage
 */
export function transactionId(domain: bigint, tx: Transaction): string {
  return wordHex(transactionMessage(domain, tx));
}

/**
 * The transaction with its signature.
 *
 * @throws ProtocolError as transactionMessage
 */
export function signTransaction(domain: bigint, tx: Transaction, key: SigningKey): SignedTransaction {
  const signature = key.sign(transactionMessage(domain, tx));
  return { ...transactionFields(tx), signature };
}

/**
 * Whether the transaction carries a signature by `key` for this domain.
 *
 * @throws ProtocolError as transactionMessage: fields out of range are an error, a wrong signature is not
 */
export function verifyTransaction(domain: bigint, tx: SignedTransaction, key: PublicKey): boolean {
  return verifySignature(key, transactionMessage(domain, tx), tx.signature);
}

/**
 * A signed transaction in 190 bytes: `kind u8 | from u32 | nonce u40 | expiry u32 | to 20 bytes | amount u128 |
 * fee u96 | payload 32 bytes | r8x 32 bytes | r8y 32 bytes | s 32 bytes`, big-endian.
 *
 * @returns `0x` and 380 lower-case digits
 * @throws ProtocolError as assertTransaction, `NOT_AN_ELEMENT` for the signature
 */
export function encodeTransaction(tx: SignedTransaction): string {
  assertTransaction(tx);
  assertSignatureElements(tx.signature);
  const fields: [value: bigint | number, bytes: number][] = [
    [tx.kind, 1],
    [tx.from, 4],
    [tx.nonce, 5],
    [tx.expiry, 4],
    [tx.to, 20],
    [tx.amount, 16],
    [tx.fee, 12],
    [tx.payload, 32],
    [tx.signature.r8x, 32],
    [tx.signature.r8y, 32],
    [tx.signature.s, 32],
  ];
  return `0x${fields.map(([value, bytes]) => fixedHex(value, bytes)).join("")}`;
}

/**
 * Reads what encodeTransaction writes; accepts nothing else, so that one transaction has one encoding. The
 * signature is not verified.
 *
 * @throws ProtocolError `MALFORMED`, as assertTransaction, `NOT_AN_ELEMENT` for the signature
 */
export function decodeTransaction(hex: string): SignedTransaction {
  hexDigits("An encoded transaction", hex, encodedBytes);
  const reader = new HexReader("An encoded transaction", hex);
  const tx: SignedTransaction = {
    // Out of range values are refused right below.
    kind: reader.number(1) as TransactionKind,
    from: reader.number(4),
    nonce: reader.number(5),
    expiry: reader.number(4),
    to: reader.bigint(20),
    amount: reader.bigint(16),
    fee: reader.bigint(12),
    payload: reader.bigint(32),
    signature: { r8x: reader.bigint(32), r8y: reader.bigint(32), s: reader.bigint(32) },
  };
  assertTransaction(tx);
  assertSignatureElements(tx.signature);
  return tx;
}

/** Refuses what cannot be a signature's field elements. Throws ProtocolError `NOT_AN_ELEMENT`. */
export function assertSignatureElements({ r8x, r8y, s }: Signature): void {
  assertElement("A signature's r8x", r8x);
  assertElement("A signature's r8y", r8y);
  assertElement("A signature's s", s);
}

function transactionFields(tx: Transaction): Transaction {
  const { kind, from, nonce, expiry, to, amount, fee, payload } = tx;
  return { kind, from, nonce, expiry, to, amount, fee, payload };
}
