// The draft: the accounts after all that is pending, executed ahead of time.

import type { Operation } from "../protocol/operation.ts";
import type { SealedBatch } from "../protocol/sealed-batch.ts";
import type { State } from "../protocol/state.ts";
import { Draft } from "./draft.ts";
import { applyOperation, applyTransaction, refusalOf } from "./execute.ts";
import type { FeeTakers } from "./filling.ts";
import type { Mempool, Pooled } from "./mempool.ts";

export type Redraft = {
  readonly draft: Draft;
  /** What is not possible in its place, and not executed. */
  readonly impossible: readonly Pooled[];
  /** Whether everything has been executed that is pending. */
  readonly isExact: boolean;
};

/** Executes all that is pending on the state after the last sealed batch. */
export function redraft(
  sealed: State,
  operations: Iterable<Operation>,
  pool: Mempool,
  nextBatch: number,
  feeAccounts: FeeTakers,
): Redraft {
  const draft = new Draft(sealed);
  for (const operation of operations) applyOperation(draft, operation);
  const impossible: Pooled[] = [];
  const takers = new Set(feeAccounts.values());
  let isExact = true;
  for (const [arrival, transaction] of pool.ready) {
    const refusal = refusalOf(draft, transaction, nextBatch, feeAccounts);
    if (refusal === undefined) {
      applyTransaction(draft, transaction);
      continue;
    }
    isExact = false;
    // Batches that were unsealed had paid it fees, which it has when they are sealed again.
    const awaitsFees = refusal.code === "OVERDRAFT" && takers.has(transaction.from);
    const pooled = pool.at(arrival);
    if (pooled !== undefined && !awaitsFees) impossible.push(pooled);
  }
  return { draft, impossible, isExact };
}

/**
 * Has a draft know the fees that a batch has paid. Nothing else has changed there, if the draft was exact: what is
 * sealed comes to the same as what was executed ahead of time.
 *
 * @param sealed - The state after the batch.
 */
export function creditFees(draft: Draft, sealed: State, { transactions, feeAccounts }: SealedBatch): void {
  const totals = new Map<number, bigint>();
  for (const { from, fee } of transactions) {
    const { asset } = sealed.account(from);
    totals.set(asset, (totals.get(asset) ?? 0n) + fee);
  }
  for (const index of feeAccounts) {
    // What the draft has not changed it reads from the sealed state.
    const account = draft.changes().get(index);
    if (account === undefined) continue;
    const total = totals.get(account.asset) ?? 0n;
    draft.set(index, { ...account, balance: account.balance + total });
  }
}
