import { expect } from "chai";
import { operationKind } from "../../../plugin/protocol/operation.ts";
import { State } from "../../../plugin/protocol/state.ts";
import { transactionId } from "../../../plugin/protocol/transaction.ts";
import {
  applyBatch,
  applyOperation,
  applyTransaction,
  refusalOf,
} from "../../../plugin/sequencer/execute.ts";
import { stateHasher } from "../../../plugin/sequencer/hashing/kernel-hasher.ts";
import { lifeOf } from "../../../plugin/sequencer/life.ts";
import { domain, tiny } from "../../sequencer/fixture.ts";
import { type Opened, queue } from "./load.ts";

/**
 * Everything that must hold of a store, whenever its process was killed: it is what a replay of its batches leads to, no
 * transaction is in it twice, none that was acknowledged is missing, and its tables agree with each other.
 */
export function audit({ store, sequencer }: Opened, acknowledged: Iterable<string>): void {
  const { sealed, sealedEntries } = store.progress;
  const state = new State(tiny.depth, stateHasher());
  const applied = new Set<string>();
  let entries = 0;
  let paidOut = 0n;
  for (let number = 1; number <= sealed; number++) {
    const record = store.batch(number);
    const { operations, transactions } = record.sealed;
    for (const [position, transaction] of transactions.entries()) {
      const id = transactionId(domain, transaction);
      expect(applied.has(id), `${id} is sealed twice`).to.equal(false);
      applied.add(id);
      expect(store.places.get(store.arrivals.get(id) ?? -1), id).to.include({
        batchNumber: number,
        position,
      });
    }
    expect(applyBatch(state, record.sealed)).to.deep.equal(record.exits);
    for (const { index, balance } of record.rows) expect(state.account(index).balance).to.equal(balance);
    for (const { amount } of record.exits) paidOut += amount;
    entries += operations.filter(({ kind }) => kind !== operationKind.open).length;
    if (number === store.settledBatch) {
      expect(store.accounts.entries()).to.deep.equal(sorted(state));
    }
  }
  expect(store.batches.count).to.equal(sealed);
  expect(store.places.count).to.equal(applied.size);
  expect(entries).to.equal(sealedEntries);
  expect(store.stateAfter(sealed).root).to.equal(state.root);
  const paidIn = queue
    .slice(0, sealedEntries)
    .reduce((sum, entry) => sum + (entry.kind === 1 ? entry.amount : 0n), 0n);
  const held = sorted(state).reduce((sum, [, { balance }]) => sum + balance, 0n);
  expect(held + paidOut).to.equal(paidIn);

  for (const [, { operation }] of store.entries.entries(sealedEntries)) applyOperation(state, operation);
  for (const [, open] of store.opens.entries()) applyOperation(state, open);
  const feeAccounts = new Map(store.feeAccounts.entries());
  for (const [arrival, { transaction, waits }] of store.transactions.entries()) {
    const id = transactionId(domain, transaction);
    expect(applied.has(id), `${id} is sealed and pending`).to.equal(false);
    applied.add(id);
    expect(store.arrivals.get(id)).to.equal(arrival);
    const refusal = refusalOf(state, transaction, sealed + 1, feeAccounts);
    if (waits) expect(refusal?.code).to.equal("WRONG_NONCE");
    else expect(refusal, JSON.stringify(refusal)).to.equal(undefined);
    if (!waits) applyTransaction(state, transaction);
  }
  for (let index = 0; index < 8; index++)
    expect(sequencer.account(index)).to.deep.equal(state.account(index));
  for (const [arrival, { id, refusal }] of store.dropped.entries()) {
    expect(refusal.code).to.equal("REPLACED");
    expect(applied.has(id), `${id} is dropped and applied`).to.equal(false);
    expect(store.arrivals.get(id)).to.equal(arrival);
  }
  expect(store.arrivals.count).to.equal(applied.size + store.dropped.count);
  for (const id of acknowledged) expect(lifeOf(store, id), `${id} was acknowledged`).to.not.equal(undefined);
}

function sorted(state: State): [index: number, account: ReturnType<State["account"]>][] {
  return [...state.accounts()].sort(([a], [b]) => a - b);
}
