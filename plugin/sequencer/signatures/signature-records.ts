// Signatures on their way into the kernel and, as bytes, between threads.

import { subgroupOrder } from "../../protocol/babyjubjub.ts";
import { isElement } from "../../protocol/field.ts";
import { assertTransaction, messageElements } from "../../protocol/transaction.ts";
import { writeWords } from "../../protocol/words.ts";
import type { SignatureCheck } from "./signature-checker.ts";

/**
 * Bytes of a signature's record, eleven words: domain, header, to, amount and fee, payload (what the message hashes),
 * r8x, r8y, ax, ay, message (what the challenge hashes; the kernel fills in the message) and s.
 */
export const recordBytes = 11 * 32;
export const recordOffset = { message: 0, r8: 5 * 32, key: 7 * 32, hash: 9 * 32, s: 10 * 32 } as const;

/** Whether a signature has to be looked at at all: 0 if a part of it is out of its range. */
export type Candidates = Uint8Array<ArrayBuffer>;

export type SignatureRecords = {
  readonly records: Uint8Array<ArrayBuffer>;
  readonly candidates: Candidates;
};

/**
 * The records of a batch.
 *
 * @throws ProtocolError as assertTransaction
 */
export function signatureRecords(domain: bigint, batch: readonly SignatureCheck[]): SignatureRecords {
  const records = new Uint8Array(batch.length * recordBytes);
  const words = new BigUint64Array(records.buffer);
  const candidates = new Uint8Array(batch.length);
  batch.forEach(({ transaction, key }, index) => {
    assertTransaction(transaction);
    const at = (index * recordBytes) / 8;
    messageElements(domain, transaction).forEach((element, position) => {
      writeWords(words, at + 4 * position, element);
    });
    const { r8x, r8y, s } = transaction.signature;
    const elements = [r8x, r8y, key.ax, key.ay];
    if (!elements.every(isElement) || typeof s !== "bigint" || s < 0n || s >= subgroupOrder) return;
    candidates[index] = 1;
    elements.forEach((element, position) => {
      writeWords(words, at + 20 + 4 * position, element);
    });
    writeWords(words, at + 40, s);
  });
  return { records, candidates };
}
