// Accounts, and payments between them, as many as a measurement wants.

import { type Account, accountIdentity } from "../../plugin/protocol/account.ts";
import { SigningKey } from "../../plugin/protocol/eddsa.ts";
import { type SignedTransaction, signTransaction } from "../../plugin/protocol/transaction.ts";

/** Keys are few, because they take long to make; every account has another owner. */
const keyCount = 256;

const keys = Array.from({ length: keyCount }, (_, index) =>
  SigningKey.fromSeed(Uint8Array.from({ length: 32 }, (_, byte) => (byte === 0 ? index : 1))),
);

export function keyOf(index: number): SigningKey {
  return keys[index % keyCount] as SigningKey;
}

/** The account at an index before any payment. */
export function accountAt(index: number): Account {
  const owner = BigInt(index + 1);
  return { ...keyOf(index).publicKey, owner, asset: 1, nonce: 0, balance: 10n ** 20n, data: 0n };
}

/** Payments between accounts all over the tree, each from another one as long as there are others. */
export function payments(domain: bigint, accounts: number, count: number): SignedTransaction[] {
  // Primes, so that all accounts have their turn.
  const [senderStep, recipientStep] = [7_919, 104_729];
  return Array.from({ length: count }, (_, number) => {
    const from = (number * senderStep) % accounts;
    const to = (number * recipientStep + 13) % accounts;
    const payload = accountIdentity(accountAt(to));
    const nonce = Math.floor(number / accounts);
    const fields = {
      kind: 0,
      from,
      nonce,
      expiry: 2 ** 32 - 1,
      to: BigInt(to),
      amount: 1n,
      fee: 0n,
      payload,
    } as const;
    return signTransaction(domain, fields, keyOf(from));
  });
}
