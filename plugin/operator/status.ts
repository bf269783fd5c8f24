import type { RollupClient } from "../client/rollup.ts";
import { wordHex } from "../protocol/hex.ts";
import { operationKind } from "../protocol/operation.ts";
import type { DeployedShape } from "../settlement/deployment.ts";
import type { Token } from "../settlement/tokens.ts";

/** Amounts of one asset, in its base unit. */
export type AssetStatus = {
  readonly token: Token;
  /** What the rollup holds on L1: what has settled, the deposits that wait and the exits that are unclaimed. */
  readonly escrow: bigint;
  /** Sum of all accounts as of the last settled batch. */
  readonly settled: bigint;
  /** Deposits in L1's queue that no settled batch has taken. */
  readonly deposits: bigint;
  /** Exits of settled batches that nobody has claimed. */
  readonly unclaimed: bigint;
  /** Sum of all accounts after all that is pending. */
  readonly pending: bigint;
};

export type RollupStatus = {
  readonly network: string;
  readonly chainId: bigint;
  readonly rollup: string;
  /** What proves each shape's batches. */
  readonly shapes: readonly Pick<DeployedShape, "name" | "system" | "development">[];
  /** The contract's root, after the last settled batch. */
  readonly l1Root: string;
  /** The root after the last sealed batch. */
  readonly l2Root: string;
  readonly accounts: number;
  readonly batches: {
    readonly sealed: number;
    /** Of the sealed ones, those with a proof. */
    readonly proven: number;
    /** On L1. */
    readonly settled: number;
  };
  /** What is not sealed yet. */
  readonly pending: { readonly operations: number; readonly transactions: number };
  /** Transactions that were admitted and became impossible. */
  readonly dropped: number;
  /** L1's, whose entries are numbered from 0. */
  readonly queue: {
    /** The first entry that no settled batch has taken. */
    readonly head: number;
    readonly tail: number;
    /** Unix time until which the head has to be settled; null if nothing waits. */
    readonly deadline: number | null;
    /** Whether anybody may settle, since the head has waited for too long. */
    readonly openToAll: boolean;
  };
  readonly assets: readonly AssetStatus[];
};

/** How a rollup stands, by L1 and by the store. Changes nothing. */
export async function rollupStatus(client: RollupClient): Promise<RollupStatus> {
  const { l1, store, sequencer, deployment } = client;
  const { pendingOperations, pendingTransactions, droppedTransactions, accounts } = sequencer.status();
  const head = await l1.queueHead();
  const waiting = await l1.queueEntries(head);
  const sealed = store.progress.sealed;
  const provenUnsettled = sealed - store.settledBatch - client.unproven().length;
  const { network, chainId, rollup } = deployment;
  const sums = new AssetSums();
  for (const [, account] of store.accounts.entries()) sums.add("settled", account.asset, account.balance);
  for (let index = 0; index < accounts; index++) {
    const { asset, balance } = sequencer.account(index);
    sums.add("pending", asset, balance);
  }
  for (const entry of waiting) {
    if (entry.kind === operationKind.deposit) sums.add("deposits", entry.asset, entry.amount);
  }
  for (const { asset, amount } of await unclaimedExits(client)) sums.add("unclaimed", asset, amount);
  const assets: AssetStatus[] = [];
  for (const token of await l1.tokens()) {
    assets.push({ token, escrow: await l1.escrow(token.asset), ...sums.of(token.asset) });
  }
  return {
    network,
    chainId,
    rollup,
    shapes: deployment.shapes.map(({ name, system, development }) => ({ name, system, development })),
    l1Root: wordHex(await l1.root()),
    l2Root: wordHex(store.stateAfter(sealed).root),
    accounts,
    batches: {
      sealed,
      proven: store.settledBatch + provenUnsettled,
      settled: await l1.batchCount(),
    },
    pending: { operations: pendingOperations, transactions: pendingTransactions },
    dropped: droppedTransactions,
    queue: {
      head,
      tail: await l1.queueTail(),
      // 0 if it was settled since.
      deadline: (waiting.length > 0 && (await l1.deadline(head))) || null,
      openToAll: await l1.openToAll(),
    },
    assets,
  };
}

type Sums = Pick<AssetStatus, "settled" | "deposits" | "unclaimed" | "pending">;

class AssetSums {
  readonly #sums = new Map<number, Sums>();

  of(asset: number): Sums {
    return this.#sums.get(asset) ?? { settled: 0n, deposits: 0n, unclaimed: 0n, pending: 0n };
  }

  add(column: keyof Sums, asset: number, amount: bigint): void {
    const sums = this.of(asset);
    this.#sums.set(asset, { ...sums, [column]: sums[column] + amount });
  }
}

/** Exits of the settled batches that the store knows. */
async function unclaimedExits({ l1, store }: RollupClient) {
  const claimed = await l1.claimedExits(await l1.finalBlock());
  const names = new Set(claimed.map(({ batchNumber, row }) => `${batchNumber}:${row}`));
  return store.batches.entries().flatMap(([batchNumber, { exits }]) => {
    if (batchNumber > store.settledBatch) return [];
    return exits.filter((_, row) => !names.has(`${batchNumber}:${row}`));
  });
}
