// Inputs of the circuit that a prover may choose as he likes, since nothing reads them.

import { type Forgery, isUsed, isUsedOperation } from "./forgery.ts";

/** Names of the inputs, by why they do not matter. */
export function harmlessInputs({ accounts, operations, transactions, fees }: Forgery): RegExp[] {
  const reasons: RegExp[] = [];
  for (const [i, slot] of accounts.entries()) {
    // Unused: compared with no root, in no product, with multiplicity 0 and a row of 0.
    if (!isUsed(slot)) reasons.push(new RegExp(`^account[A-Z][A-Za-z]*\\[${i}\\]`));
    // The absent account at index 0 looks like an unused slot, all zeros: which of the two rows serves a lookup is the
    // same. (Ranges, left out here, say that it is the used one: an unused one's multiplicities add up to 0.)
    if (slot.absent === 1n && slot.index === 0n) reasons.push(new RegExp(`^accountMultiplicity\\[${i}\\]`));
  }
  for (const [j, slot] of operations.entries()) {
    // Unused: accesses nothing, claims nothing, publishes 0; holder, cell and age go nowhere.
    if (!isUsedOperation(slot)) reasons.push(new RegExp(`^operation(Holder|Age|Cell)\\[${j}\\]`));
  }
  for (const [i, { used, withdraw }] of transactions.entries()) {
    // Unused: `enabled` is 0 in its signature, accesses, claims and exit, and no fee slot is chosen.
    if (used === 0n) reasons.push(new RegExp(`^transaction[A-Z][A-Za-z]*\\[${i}\\]`));
    // A withdrawal reads no recipient: that access is disabled.
    if (withdraw === 1n) reasons.push(new RegExp(`^transaction(Age\\[${i}\\]\\[1\\]|Cell\\[${i}\\]\\[1\\])`));
  }
  for (const [f, { used }] of fees.entries()) {
    // Unused: accesses nothing, claims nothing; its asset is 0.
    if (used === 0n) reasons.push(new RegExp(`^fee(Index|Identity|Age|Cell)\\[${f}\\]`));
  }
  return reasons;
}
