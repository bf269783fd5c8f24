import { transactionToJson } from "../../protocol/transaction-json.ts";
import type { TransactionLife } from "../life.ts";
import type { Store } from "../store.ts";
import type { TransactionLifeJson } from "./wire.ts";

/** A transaction's life as rollup_getTransaction gives it. */
export function lifeToJson(
  { id, status, transaction, batchNumber, position, reason }: TransactionLife,
  store: Pick<Store, "settlements">,
): TransactionLifeJson {
  const settled = status === "settled" && batchNumber !== undefined;
  const settlement = settled ? store.settlements.get(batchNumber) : undefined;
  return {
    id,
    status,
    transaction: { ...transactionToJson(transaction) },
    ...(batchNumber === undefined ? {} : { batchNumber }),
    ...(position === undefined ? {} : { position }),
    ...(reason === undefined ? {} : { reason: { code: reason.code, reason: reason.reason } }),
    ...(settlement === undefined ? {} : { l1Transaction: settlement.transactionHash }),
  };
}
