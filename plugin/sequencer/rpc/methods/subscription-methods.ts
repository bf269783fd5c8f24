import { z } from "zod/v4";
import type { Sequencer } from "../../sequencer.ts";
import type { Store } from "../../store.ts";
import { RpcError } from "../errors.ts";
import { lifeToJson } from "../life-json.ts";
import { type Caller, defineMethod, type RpcMethod, rawParam } from "../method.ts";
import type { Subscriber } from "../subscriber.ts";
import type { Subscriptions } from "../subscriptions.ts";
import { accountIndex, transactionIdType } from "../wire.ts";

/** Ids or indices of one subscription, at most. */
const maxKeys = 1_000;

/** So many accounts of a subscription count as one call. */
const accountsPerCost = 10;

const indices = z.array(accountIndex).min(1).max(maxKeys);

/** `rollup_subscribe` and `rollup_unsubscribe`. */
export function subscriptionMethods(
  subscriptions: Subscriptions,
  sequencer: Pick<Sequencer, "transaction">,
  store: Pick<Store, "settlements">,
): RpcMethod[] {
  const subscribe = defineMethod({
    name: "rollup_subscribe",
    summary: "Tells the connection of what happens, as rollup_subscription; WebSocket only",
    params: z.strictObject({
      kind: z.enum(["transaction", "transactions", "accounts", "batches"]).meta({
        description:
          "transaction: lives of `ids`, beginning with the present ones. transactions: lives of all, or of those that `accounts` send or receive. accounts: `accounts` when they change. batches: when they are sealed, proven, settled or unsealed",
      }),
      ids: z.array(transactionIdType).min(1).max(maxKeys).optional(),
      accounts: indices.optional(),
    }),
    result: z.string().meta({ description: "The subscription's id, which its notifications carry" }),
    cost(params) {
      // Each of the ids is looked up, as by rollup_getTransaction.
      const [ids, accounts] = [rawParam(params, "ids", 1), rawParam(params, "accounts", 2)];
      return 5 + countOf(ids) + Math.ceil(countOf(accounts) / accountsPerCost);
    },
    handle({ kind, ids, accounts }, caller) {
      const subscriber = requireSocket(caller);
      if (kind !== "transaction") {
        if (ids !== undefined) throw surplus(kind, "ids");
        if (kind === "accounts" && accounts === undefined) throw missing(kind, "accounts");
        if (kind === "batches" && accounts !== undefined) throw surplus(kind, "accounts");
        return subscriptions.add(subscriber, kind, accounts);
      }
      if (ids === undefined) throw missing(kind, "ids");
      if (accounts !== undefined) throw surplus(kind, "accounts");
      const wanted = ids.map((id) => id.toLowerCase());
      const subscription = subscriptions.add(subscriber, kind, wanted);
      // The answer tells the client the subscription's id: without it, it would not know what these are.
      caller.afterAnswer(() => {
        for (const id of wanted) {
          const life = sequencer.transaction(id);
          if (life !== undefined) subscriptions.tell(subscription, lifeToJson(life, store));
        }
      });
      return subscription;
    },
  });
  const unsubscribe = defineMethod({
    name: "rollup_unsubscribe",
    summary: "Ends a subscription of the connection; false if it has none of that id",
    params: z.strictObject({ subscription: z.string().max(100) }),
    result: z.boolean(),
    handle: ({ subscription }, caller) => subscriptions.remove(requireSocket(caller), subscription),
  });
  return [subscribe, unsubscribe];
}

function countOf(list: unknown): number {
  return Array.isArray(list) ? list.length : 0;
}

function requireSocket({ subscriber }: Caller): Subscriber {
  if (subscriber !== undefined) return subscriber;
  throw new RpcError("INVALID_REQUEST", "Subscriptions need a WebSocket.", {
    "what to do": "connect to the same address with ws: instead of http:",
  });
}

function missing(kind: string, param: string): RpcError {
  return new RpcError("INVALID_PARAMS", `A subscription of ${kind} needs ${param}.`, {
    kind,
    missing: param,
  });
}

function surplus(kind: string, param: string): RpcError {
  return new RpcError("INVALID_PARAMS", `A subscription of ${kind} takes no ${param}.`, {
    kind,
    surplus: param,
  });
}
