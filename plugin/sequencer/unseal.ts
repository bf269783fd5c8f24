import { operationKind } from "../protocol/operation.ts";
import { SequencerError } from "./errors.ts";
import type { Store } from "./store.ts";

/**
 * Takes sealed batches apart again, the last one first: their opens and transactions are pending as they were, by their
 * old arrivals; their entries of the L1 queue wait again; their proofs are gone. Inside a write only. A sequencer on the
 * store has to look anew.
 *
 * @param fromBatch - The first one to take apart.
 * @throws SequencerError `UNKNOWN_BATCH` if it has settled
 */
export function unsealBatches(store: Store, fromBatch: number): void {
  const { settledBatch, progress } = store;
  if (!Number.isSafeInteger(fromBatch) || fromBatch <= settledBatch) {
    throw new SequencerError("UNKNOWN_BATCH", "A batch that has settled stays as it is.", {
      "last settled batch": settledBatch,
      given: fromBatch,
    });
  }
  let { sealedEntries } = progress;
  for (let batchNumber = progress.sealed; batchNumber >= fromBatch; batchNumber--) {
    const { operations, transactions } = store.batch(batchNumber).sealed;
    const sources = store.sources.get(batchNumber);
    const opens = operations.filter((operation) => operation.kind === operationKind.open);
    for (const [position, open] of opens.entries()) {
      const arrival = sources?.opens[position];
      if (arrival !== undefined) store.opens.put(arrival, open);
    }
    for (const [position, transaction] of transactions.entries()) {
      const arrival = sources?.transactions[position];
      if (arrival === undefined) continue;
      const place = store.places.get(arrival);
      if (place === undefined) continue;
      const { id, admittedAt } = place;
      store.transactions.put(arrival, { id, transaction, admittedAt, waits: false });
      store.places.remove(arrival);
    }
    sealedEntries -= operations.length - opens.length;
    store.batches.remove(batchNumber);
    store.proofs.remove(batchNumber);
    store.sources.remove(batchNumber);
  }
  store.putProgress({
    ...progress,
    revision: progress.revision + 1,
    upheavals: progress.upheavals + 1,
    sealed: Math.min(progress.sealed, fromBatch - 1),
    sealedEntries,
  });
}

/**
 * Forgets entries of the L1 queue that L1 has taken back. None of them may be in a sealed batch: unseal that first.
 * Inside a write only.
 *
 * @param from - The first one to forget.
 * @throws SequencerError `QUEUE_CHANGED` if it is in a sealed batch
 */
export function forgetEntries(store: Store, from: number): void {
  const { progress } = store;
  if (from < progress.sealedEntries) {
    throw new SequencerError("QUEUE_CHANGED", "An entry of the L1 queue that is in a sealed batch is gone.", {
      "entries in sealed batches": progress.sealedEntries,
      given: from,
    });
  }
  for (const [entry] of store.entries.entries(from)) store.entries.remove(entry);
  store.putProgress({
    ...progress,
    revision: progress.revision + 1,
    upheavals: progress.upheavals + 1,
    observed: Math.min(progress.observed, from),
  });
}
