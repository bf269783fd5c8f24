import type { DroppedTransaction } from "./records.ts";
import type { Store } from "./store.ts";

/** How many are kept, for whoever asks what has become of a transaction: about 60 MB. */
const defaultLimit = 100_000;

/** What was dropped last: older ones are forgotten, as if they had never come. To be changed inside a write only. */
export class DroppedTransactions {
  readonly #store: Store;
  readonly #limit: number;
  /** Counted when it is needed, since that takes a while; undefined before. */
  #kept: number | undefined;
  #forgotten = 0;

  constructor(store: Store, limit = defaultLimit) {
    this.#store = store;
    this.#limit = limit;
  }

  /** How many were dropped, as far as it is known: what was forgotten before is not counted. */
  get count(): number {
    this.#kept ??= this.#store.dropped.count;
    return this.#kept + this.#forgotten;
  }

  put(arrival: number, dropped: DroppedTransaction): void {
    let kept = (this.#kept ?? this.#store.dropped.count) + 1;
    this.#store.dropped.put(arrival, dropped);
    for (; kept > this.#limit; kept--) this.#forgetFirst();
    this.#kept = kept;
  }

  #forgetFirst(): void {
    const { dropped, arrivals } = this.#store;
    const first = dropped.first;
    if (first === undefined) return;
    const [arrival, { id }] = first;
    dropped.remove(arrival);
    // The same transaction may have come again since.
    if (arrivals.get(id) === arrival) arrivals.remove(id);
    this.#forgotten++;
  }
}
