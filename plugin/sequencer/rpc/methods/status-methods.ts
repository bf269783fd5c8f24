import { z } from "zod/v4";
import type { RegisteredShape } from "../../records.ts";
import type { Sequencer } from "../../sequencer.ts";
import type { Store } from "../../store.ts";
import { defineMethod, type RpcMethod } from "../method.ts";
import { type StatusJson, statusJson } from "../wire.ts";

export type StatusSource = {
  readonly sequencer: Pick<Sequencer, "status">;
  readonly store: Pick<Store, "identity">;
  readonly domain: bigint;
  readonly shapes: readonly RegisteredShape[];
  /** Whether somebody else sequences. */
  readonly following: boolean;
  /** What the node has seen of L1; undefined before it has. */
  readonly l1: () => StatusJson["l1"];
};

/** `rollup_status`. */
export function statusMethods(source: StatusSource): RpcMethod[] {
  return [
    defineMethod({
      name: "rollup_status",
      summary: "Which rollup it is, and how it stands",
      params: z.strictObject({}),
      result: statusJson,
      handle: () => statusOf(source),
    }),
  ];
}

function statusOf({ sequencer, store, domain, shapes, following, l1 }: StatusSource): StatusJson {
  const status = sequencer.status();
  const { chainId, rollup, depth } = store.identity;
  const seen = l1();
  return {
    chainId: chainId.toString(),
    rollup,
    domain: domain.toString(),
    depth,
    following,
    shapes: shapes.map(({ name, id, shape }) => ({
      name,
      id,
      transactions: shape.transactions,
      accounts: shape.accounts,
    })),
    batches: {
      sealed: status.sealedBatch,
      proven: (status.unproven[0] ?? status.sealedBatch + 1) - 1,
      settled: status.settledBatch,
    },
    nextBatch: status.sealedBatch + 1,
    accounts: status.accounts,
    mempool: {
      pending: status.pendingTransactions,
      waiting: status.waitingTransactions,
      operations: status.pendingOperations,
      dropped: status.droppedTransactions,
    },
    ...(seen === undefined ? {} : { l1: seen }),
  };
}
