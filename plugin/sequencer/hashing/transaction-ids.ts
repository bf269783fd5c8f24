import { wordHex } from "../../protocol/hex.ts";
import { assertTransaction, messageElements, type Transaction } from "../../protocol/transaction.ts";
import { readWords, wordsPerElement, writeWords } from "../../protocol/words.ts";
import { elementField } from "./element-field.ts";
import { KernelHasher } from "./kernel-hasher.ts";

const groupWords = 5 * wordsPerElement;

let hasher: KernelHasher | undefined;

/**
 * transactionId of many transactions at once, in a twentieth of the time.
 *
 * @throws ProtocolError as transactionId
 */
export function transactionIds(domain: bigint, transactions: readonly Transaction[]): string[] {
  hasher ??= new KernelHasher(elementField(), 5);
  const inputs = new BigUint64Array(transactions.length * groupWords);
  transactions.forEach((transaction, index) => {
    assertTransaction(transaction);
    messageElements(domain, transaction).forEach((element, position) => {
      writeWords(inputs, index * groupWords + position * wordsPerElement, element);
    });
  });
  const outputs = new BigUint64Array(transactions.length * wordsPerElement);
  hasher.hashGroups(inputs, transactions.length, outputs);
  return transactions.map((_, index) => wordHex(readWords(outputs, index * wordsPerElement)));
}
