import { type SignedTransaction, transactionKind } from "../../protocol/transaction.ts";
import type { SequencerEventMap } from "../events.ts";
import type { TransactionLife } from "../life.ts";
import type { Sequencer } from "../sequencer.ts";
import type { Store } from "../store.ts";
import { accountToJson } from "./account-json.ts";
import { batchToSummary } from "./batch-json.ts";
import { lifeToJson } from "./life-json.ts";
import type { Subscriptions } from "./subscriptions.ts";

/** Tells subscriptions what the sequencer tells. Listens only while there are any, since listeners cost at every transaction. */
export class EventFeed {
  readonly #sequencer: Pick<Sequencer, "on" | "off" | "account">;
  readonly #store: Store;
  #subscriptions: Subscriptions | undefined;

  constructor(sequencer: Pick<Sequencer, "on" | "off" | "account">, store: Store) {
    this.#sequencer = sequencer;
    this.#store = store;
  }

  /** @param subscriptions - Whom to tell from now on; undefined: nobody. */
  serve(subscriptions: Subscriptions | undefined): void {
    if (subscriptions === this.#subscriptions) return;
    this.#subscriptions = subscriptions;
    const change = subscriptions === undefined ? "off" : "on";
    this.#sequencer[change]("transaction", this.#onTransaction);
    this.#sequencer[change]("batch", this.#onBatch);
    this.#sequencer[change]("accounts", this.#onAccounts);
  }

  readonly #onTransaction = (life: TransactionLife): void => {
    const json = (): unknown => lifeToJson(life, this.#store);
    this.#subscriptions?.publish("transaction", [life.id], json);
    this.#subscriptions?.publish("transactions", accountsOf(life.transaction), json);
  };

  readonly #onBatch = ({ batchNumber, status }: SequencerEventMap["batch"][0]): void => {
    const batch = (): unknown => ({ ...batchToSummary(this.#store, batchNumber), status });
    this.#subscriptions?.publish("batches", [], batch);
  };

  readonly #onAccounts = (indices: readonly number[]): void => {
    for (const index of indices) {
      const account = (): unknown => accountToJson(index, this.#sequencer.account(index));
      this.#subscriptions?.publish("accounts", [index], account);
    }
  };
}

function accountsOf({ kind, from, to }: SignedTransaction): number[] {
  return kind === transactionKind.withdraw ? [from] : [from, Number(to)];
}
