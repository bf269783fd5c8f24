import { z } from "zod/v4";
import type { Store } from "../../store.ts";
import { batchToJson } from "../batch-json.ts";
import { defineMethod, type RpcMethod } from "../method.ts";
import { batchJson, batchNumber } from "../wire.ts";

/** `rollup_getBatch`. */
export function batchMethods(store: Store, domain: bigint): RpcMethod[] {
  return [
    defineMethod({
      name: "rollup_getBatch",
      summary: "A sealed batch with what it publishes, null if there is none",
      params: z.strictObject({ batchNumber }),
      result: batchJson.nullable(),
      cost: () => 40,
      handle: ({ batchNumber: number }) => batchToJson(store, domain, number) ?? null,
    }),
  ];
}
