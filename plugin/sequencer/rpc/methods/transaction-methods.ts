import { z } from "zod/v4";
import type { Sequencer } from "../../sequencer.ts";
import type { Store } from "../../store.ts";
import { lifeToJson } from "../life-json.ts";
import { defineMethod, type RpcMethod } from "../method.ts";
import { transactionIdType, transactionLifeJson } from "../wire.ts";

/** `rollup_getTransaction`. */
export function transactionMethods(
  sequencer: Pick<Sequencer, "transaction">,
  store: Pick<Store, "settlements">,
): RpcMethod[] {
  return [
    defineMethod({
      name: "rollup_getTransaction",
      summary: "A transaction with its life so far, null if it was never taken",
      params: z.strictObject({ id: transactionIdType }),
      result: transactionLifeJson.nullable(),
      handle({ id }) {
        const life = sequencer.transaction(id);
        return life === undefined ? null : lifeToJson(life, store);
      },
    }),
  ];
}
