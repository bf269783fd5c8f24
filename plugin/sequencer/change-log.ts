import type { BatchEventStatus, SequencerEvents } from "./events.ts";
import { lifeOf } from "./life.ts";
import type { Store } from "./store.ts";

/** What a change to the store does, noted while it is made and told once it is on disk. */
export class ChangeLog {
  readonly #ids = new Set<string>();
  readonly #accounts = new Set<number>();
  readonly #batches: { readonly batchNumber: number; readonly status: BatchEventStatus }[] = [];

  transaction(id: string): void {
    this.#ids.add(id);
  }

  accounts(indices: Iterable<number>): void {
    for (const index of indices) this.#accounts.add(index);
  }

  batch(batchNumber: number, status: BatchEventStatus): void {
    this.#batches.push({ batchNumber, status });
  }

  /** Tells whoever listens. Lives are read only if somebody does. */
  tell(store: Store, events: SequencerEvents): void {
    for (const batch of this.#batches) events.emit("batch", batch);
    if (this.#ids.size > 0 && events.listenerCount("transaction") > 0) {
      for (const id of this.#ids) {
        const life = lifeOf(store, id);
        if (life !== undefined) events.emit("transaction", life);
      }
    }
    if (this.#accounts.size > 0) events.emit("accounts", [...this.#accounts]);
  }
}
