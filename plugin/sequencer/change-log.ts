import type { BatchEventStatus, SequencerEvents } from "./events.ts";
import type { TransactionLife } from "./life.ts";
import type { Pooled } from "./mempool.ts";

/** What a change to the store does, noted while it is made and told once it is on disk. */
export class ChangeLog {
  /** By id: the last that was noted. */
  readonly #lives = new Map<string, TransactionLife>();
  readonly #accounts = new Set<number>();
  readonly #batches: { readonly batchNumber: number; readonly status: BatchEventStatus }[] = [];

  transaction(life: TransactionLife): void {
    this.#lives.set(life.id, life);
  }

  /** Notes that a transaction is pending or waits. */
  pooled({ id, transaction, admittedAt, waits }: Pooled): void {
    this.transaction({ id, transaction, status: waits ? "waiting" : "pending", admittedAt });
  }

  accounts(indices: Iterable<number>): void {
    for (const index of indices) this.#accounts.add(index);
  }

  batch(batchNumber: number, status: BatchEventStatus): void {
    this.#batches.push({ batchNumber, status });
  }

  /** Tells whoever listens. */
  tell(events: SequencerEvents): void {
    for (const batch of this.#batches) events.emit("batch", batch);
    for (const life of this.#lives.values()) events.emit("transaction", life);
    if (this.#accounts.size > 0) events.emit("accounts", [...this.#accounts]);
  }
}
