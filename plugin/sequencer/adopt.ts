import { accountIdentity, createAccount, type Holder, isAbsent } from "../protocol/account.ts";
import type { BatchSections } from "../protocol/batch-data.ts";
import { createsAccount, operationKind } from "../protocol/operation.ts";
import { SequencerError } from "./errors.ts";
import type { SettlementRecord } from "./records.ts";
import type { Store } from "./store.ts";

/** A batch as L1 tells of it: everything but its transactions. */
export type AdoptedBatch = BatchSections & {
  readonly batchNumber: number;
  readonly shapeName: string;
  readonly shapeId: string;
};

/**
 * Takes a batch that has settled and that this store has not sealed: the store was lost, is an old copy, follows another
 * sequencer, or somebody else has settled. Whoever calls has checked the batch against its root.
 *
 * What waits stays: transactions that have become impossible are dropped with their reason when they are sealed. Entries
 * of the L1 queue behind the batch are forgotten and have to be observed again, since they get other accounts now.
 * Inside a write only.
 *
 * @throws SequencerError `SETTLED_OUT_OF_ORDER` unless it is the next batch and nothing is sealed that has not settled
 */
export function adoptBatch(store: Store, batch: AdoptedBatch, settlement: SettlementRecord): void {
  const { settledBatch, progress } = store;
  const { batchNumber, operations, exits, rows, shapeName, shapeId } = batch;
  if (batchNumber !== settledBatch + 1 || progress.sealed !== settledBatch) {
    throw new SequencerError("SETTLED_OUT_OF_ORDER", "Batches settle one after another.", {
      "last settled batch": settledBatch,
      "last sealed batch": progress.sealed,
      given: batchNumber,
    });
  }
  const feeAccounts = expectedFeeAccounts(store);
  for (const operation of operations) {
    if (operation.kind === operationKind.exit || !createsAccount(operation)) continue;
    store.putAccount(operation.index, createAccount(operation));
  }
  for (const { index, nonceIncrease, balance } of rows) {
    const account = store.accounts.get(index);
    // An exit of an account that nobody has leaves a row, and the place empty.
    if (account === undefined) continue;
    store.putAccount(index, { ...account, nonce: account.nonce + nonceIncrease, balance });
  }
  const sealed = { batchNumber, operations, transactions: [], feeAccounts: [] };
  store.batches.put(batchNumber, { sealed, shapeName, shapeId, exits, rows });
  store.putSettled(batchNumber, settlement);
  forgetEntries(store, progress.sealedEntries);
  dropTakenOpens(store);
  dropTakenFeeAccounts(store, feeAccounts);
  const fromQueue = operations.filter(({ kind }) => kind !== operationKind.open).length;
  const head = progress.sealedEntries + fromQueue;
  store.putProgress({
    ...progress,
    revision: progress.revision + 1,
    upheavals: progress.upheavals + 1,
    sealed: batchNumber,
    observed: head,
    sealedEntries: head,
  });
}

function forgetEntries(store: Store, from: number): void {
  for (const [entry] of store.entries.entries(from)) store.entries.remove(entry);
}

/** Whose the accounts will be that take fees and are not there yet, by index; undefined of one whose open is unknown. */
function expectedFeeAccounts(store: Store): ReadonlyMap<number, Holder | undefined> {
  const expected = new Map<number, Holder | undefined>();
  for (const [, index] of store.feeAccounts.entries()) {
    if (store.accounts.get(index) === undefined) expected.set(index, undefined);
  }
  if (expected.size === 0) return expected;
  for (const [, open] of store.opens.entries()) if (expected.has(open.index)) expected.set(open.index, open);
  for (const [, { operation }] of store.entries.entries(store.progress.sealedEntries)) {
    const isCreated = operation.kind !== operationKind.exit && createsAccount(operation);
    if (isCreated && expected.has(operation.index)) expected.set(operation.index, operation);
  }
  return expected;
}

/**
 * Fees go no more to an account that somebody else has got instead of who was to take them: it may have another asset,
 * and then the batch could not be proven.
 */
function dropTakenFeeAccounts(store: Store, expected: ReadonlyMap<number, Holder | undefined>): void {
  const opens = new Set(store.opens.entries().map(([, { index }]) => index));
  for (const [asset, index] of store.feeAccounts.entries()) {
    if (!expected.has(index) || opens.has(index)) continue;
    const holder = expected.get(index);
    const account = store.accounts.get(index);
    const isKept =
      holder !== undefined && account !== undefined && accountIdentity(account) === accountIdentity(holder);
    if (!isKept) store.feeAccounts.remove(asset);
  }
}

/** An account that was asked for is asked for no more if its holder has got it, or somebody else its index. */
function dropTakenOpens(store: Store): void {
  for (const [arrival, open] of store.opens.entries()) {
    const account = store.accounts.get(open.index);
    if (account !== undefined && !isAbsent(account)) store.opens.remove(arrival);
  }
}
