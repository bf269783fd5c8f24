import { IsolatedEvents } from "./isolated-events.ts";
import type { TransactionLife } from "./life.ts";

/** What listeners are told, by event. All of it is on disk by then. */
export type SequencerEventMap = {
  /** A transaction has been admitted, or has become something else. */
  transaction: [life: TransactionLife];
  /** A batch has come one step further; unsealed: it is gone, and its number is free again. */
  batch: [event: { readonly batchNumber: number; readonly status: BatchEventStatus }];
  /** Accounts have changed, as they are after all that is pending. */
  accounts: [indices: readonly number[]];
};

export type BatchEventStatus = "sealed" | "proven" | "settled" | "unsealed";

/**
 * What happens to a store, told by the process that does it, once it is on disk: what other processes do to the store
 * is not told.
 */
export class SequencerEvents extends IsolatedEvents<SequencerEventMap> {
  constructor() {
    super();
    // One listener a subscription: there is no number from which on they would be a leak.
    this.setMaxListeners(0);
  }
}
