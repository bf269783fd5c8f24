import { operationKind } from "../protocol/operation.ts";
import { type QueueEntry, queueEntryHash } from "../protocol/queue.ts";
import { SequencerError } from "./errors.ts";
import type { Store } from "./store.ts";

/** Compares an entry of the L1 queue with what it was. Throws SequencerError `QUEUE_CHANGED`. */
export function assertSameEntry(store: Store, entry: QueueEntry): void {
  const known = store.entries.get(entry.entry)?.operation;
  const given = queueEntryHash(
    entry.kind === operationKind.exit ? entry : { ...entry, index: 0, creates: false },
  );
  if (known !== undefined && queueEntryHash(known) === given) return;
  throw new SequencerError(
    "QUEUE_CHANGED",
    "An entry of the L1 queue is not what it was: L1 has gone back.",
    {
      entry: entry.entry,
      expected: known === undefined ? "missing" : queueEntryHash(known),
      given,
      "to do": "wait for more confirmations before entries are observed; move this store away and rebuild it",
    },
  );
}
