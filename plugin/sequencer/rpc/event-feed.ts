import { type SignedTransaction, transactionKind } from "../../protocol/transaction.ts";
import type { Sequencer } from "../sequencer.ts";
import type { Store } from "../store.ts";
import { accountToJson } from "./account-json.ts";
import { batchToSummary } from "./batch-json.ts";
import { lifeToJson } from "./life-json.ts";
import type { Subscriptions } from "./subscriptions.ts";

/**
 * Tells subscriptions what the sequencer tells.
 *
 * @returns what ends it
 */
export function feed(
  subscriptions: Subscriptions,
  sequencer: Pick<Sequencer, "on" | "off" | "account">,
  store: Store,
): () => void {
  const onTransaction = (life: Parameters<typeof lifeToJson>[0]): void => {
    if (subscriptions.size === 0) return;
    const json = (): unknown => lifeToJson(life, store);
    subscriptions.publish("transaction", [life.id], json);
    subscriptions.publish("transactions", accountsOf(life.transaction), json);
  };
  const onBatch = ({ batchNumber, status }: { batchNumber: number; status: string }): void => {
    subscriptions.publish("batches", [], () => ({ ...batchToSummary(store, batchNumber), status }));
  };
  const onAccounts = (indices: readonly number[]): void => {
    if (subscriptions.size === 0) return;
    for (const index of indices) {
      subscriptions.publish("accounts", [index], () => accountToJson(index, sequencer.account(index)));
    }
  };
  sequencer.on("transaction", onTransaction);
  sequencer.on("batch", onBatch);
  sequencer.on("accounts", onAccounts);
  return () => {
    sequencer.off("transaction", onTransaction);
    sequencer.off("batch", onBatch);
    sequencer.off("accounts", onAccounts);
  };
}

function accountsOf({ kind, from, to }: SignedTransaction): number[] {
  return kind === transactionKind.withdraw ? [from] : [from, Number(to)];
}
