import { z } from "zod/v4";
import { wordHex } from "../../../protocol/hex.ts";
import type { Store } from "../../store.ts";
import { accountToJson } from "../account-json.ts";
import { defineMethod, type RpcMethod } from "../method.ts";
import { accountIndex, proofJson } from "../wire.ts";
import { requireAccount } from "./account-methods.ts";

/** `rollup_getProof`. */
export function proofMethods(store: Pick<Store, "settledBatch" | "stateAfter">): RpcMethod[] {
  return [
    defineMethod({
      name: "rollup_getProof",
      summary: "An account with its Merkle path to the last settled root, as the contract's escape takes it",
      params: z.strictObject({ index: accountIndex }),
      result: proofJson,
      cost: () => 20,
      handle({ index }) {
        const batchNumber = store.settledBatch;
        const state = store.stateAfter(batchNumber);
        const account = requireAccount(index, accountToJson(index, state.account(index)));
        const siblings = state.path(index).map((level) => level.map(wordHex));
        return { batchNumber, root: wordHex(state.root), account, siblings };
      },
    }),
  ];
}
