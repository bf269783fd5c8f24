import type { State } from "../../protocol/state.ts";
import { applyBatch } from "../execute.ts";
import type { Store } from "../store.ts";

/**
 * The state as of the last settled batch, for proofs against the root that is on L1. It is built when it is first wanted,
 * and goes on from batch to batch.
 */
export class SettledState {
  readonly #store: Pick<Store, "settledBatch" | "stateAfter" | "batches">;
  #known: { readonly state: State; batchNumber: number } | undefined;

  constructor(store: Pick<Store, "settledBatch" | "stateAfter" | "batches">) {
    this.#store = store;
  }

  /** Not to be changed. */
  current(): { readonly state: State; readonly batchNumber: number } {
    const { settledBatch } = this.#store;
    const known = this.#known;
    if (known !== undefined && this.#goOn(known, settledBatch)) return known;
    const built = { state: this.#store.stateAfter(settledBatch), batchNumber: settledBatch };
    this.#known = built;
    return built;
  }

  /** Applies what has settled since; not if the store has gone back, or has taken batches over from L1. */
  #goOn(known: { readonly state: State; batchNumber: number }, settledBatch: number): boolean {
    if (known.batchNumber > settledBatch) return false;
    while (known.batchNumber < settledBatch) {
      const batch = this.#store.batches.get(known.batchNumber + 1);
      if (batch === undefined) return false;
      applyBatch(known.state, batch.sealed);
      known.batchNumber++;
    }
    return true;
  }
}
