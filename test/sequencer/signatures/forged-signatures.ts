// Signatures that nobody honest makes, from secrets as numbers.

import type { PublicKey } from "../../../plugin/protocol/babyjubjub.ts";
import { poseidon } from "../../../plugin/protocol/poseidon.ts";
import {
  type SignedTransaction,
  type Transaction,
  transactionMessage,
} from "../../../plugin/protocol/transaction.ts";
import type { SignatureCheck } from "../../../plugin/sequencer/signatures/signature-checker.ts";
import { reference } from "../../protocol/reference.ts";

export const domain = 77n;

const neutral: PublicKey = { ax: 0n, ay: 1n };
const ofOrderEight = reference.multiply(reference.generator, reference.subgroupOrder);

/** The eight points of small order, the neutral one first. */
export const torsion: readonly PublicKey[] = Array.from({ length: 8 }, (_, index) =>
  index === 0 ? neutral : reference.multiply(ofOrderEight, BigInt(index)),
);

export function transaction(nonce: number): Transaction {
  return { kind: 0, from: 1, nonce, expiry: 3, to: 4n, amount: 5n, fee: 6n, payload: 7n };
}

export type Forgery = {
  readonly secret: bigint;
  /** R8 is so many times the base point, plus `r8Torsion`. */
  readonly r: bigint;
  readonly nonce: number;
  readonly r8Torsion?: PublicKey;
  readonly keyTorsion?: PublicKey;
  /** Added to S. */
  readonly error?: bigint;
};

/** A signature whose equation would hold, but for the torsion and the error in it. */
export function forge({ secret, r, nonce, r8Torsion, keyTorsion, error = 0n }: Forgery): SignatureCheck {
  const fields = transaction(nonce);
  const message = transactionMessage(domain, fields);
  const key = reference.add(reference.multiply(reference.base, secret), keyTorsion ?? neutral);
  const r8 = reference.add(reference.multiply(reference.base, r), r8Torsion ?? neutral);
  const h = poseidon([r8.ax, r8.ay, key.ax, key.ay, message]);
  const s = (r + 8n * h * secret + error + reference.subgroupOrder) % reference.subgroupOrder;
  const signed: SignedTransaction = { ...fields, signature: { r8x: r8.ax, r8y: r8.ay, s } };
  return { transaction: signed, key };
}
