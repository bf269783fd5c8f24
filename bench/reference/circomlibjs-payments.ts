// What other Circom rollups take for a payment: circomlibjs' EdDSA and Poseidon, one signature and one leaf at a time.

import { buildEddsa, buildPoseidon } from "circomlibjs";
import type { Account } from "../../plugin/protocol/account.ts";
import type { SignedTransaction } from "../../plugin/protocol/transaction.ts";

export type Payment = {
  readonly transaction: SignedTransaction;
  readonly sender: Account;
  readonly recipient: Account;
  /** Of the tree: siblings do not matter for the time. */
  readonly depth: number;
};

/** Verifies payments and hashes the leaves and nodes that each of them changes. Returns how many were valid. */
export async function admitPayments(domain: bigint, payments: readonly Payment[]): Promise<() => number> {
  const [eddsa, hash] = await Promise.all([buildEddsa(), buildPoseidon()]);
  const { F } = hash;
  const poseidon = hash as unknown as (inputs: readonly (bigint | number | Uint8Array)[]) => Uint8Array;
  return () => {
    let valid = 0;
    for (const { transaction, sender, recipient, depth } of payments) {
      const { from, kind, nonce, expiry, to, amount, fee, payload, signature } = transaction;
      const header = BigInt(from) + (BigInt(kind) << 32n) + (BigInt(nonce) << 40n) + (BigInt(expiry) << 80n);
      const message = poseidon([domain, header, to, amount + (fee << 128n), payload]);
      const proof = { R8: [F.e(signature.r8x), F.e(signature.r8y)], S: signature.s };
      if (eddsa.verifyPoseidon(message as never, proof as never, [F.e(sender.ax), F.e(sender.ay)] as never))
        valid++;
      for (const { ax, ay, owner, asset, balance, data } of [sender, recipient]) {
        let node = poseidon([poseidon([ax, ay, owner, asset]), nonce, balance, data]);
        for (let level = 0; level < depth; level++) node = poseidon([node, 0, 0, 0]);
      }
    }
    return valid;
  };
}
