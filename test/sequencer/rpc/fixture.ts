// A node's interface over a sequencer with a store of its own: alice has account 0 with 1,000, bob account 1 with 500.

import { pino } from "pino";
import { NodeRpc, type NodeRpcOptions } from "../../../plugin/sequencer/rpc/node-rpc.ts";
import type { Sequencer } from "../../../plugin/sequencer/sequencer.ts";
import type { Store } from "../../../plugin/sequencer/store.ts";
import { alice, bob, domain, openSequencer, openStore, shapes } from "../fixture.ts";

export type RpcFixture = {
  readonly rpc: NodeRpc;
  readonly sequencer: Sequencer;
  readonly store: Store;
  /** Lines of its log, parsed. */
  readonly lines: readonly Record<string, unknown>[];
};

const started: { rpc: NodeRpc; sequencer: Sequencer }[] = [];

export async function startRpc(options: Partial<NodeRpcOptions> = {}): Promise<RpcFixture> {
  const store = await openStore();
  const sequencer = await openSequencer(store);
  await sequencer.observe([alice.deposit(0, 1_000n), bob.deposit(1, 500n)]);
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: "debug" }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const rpc = await NodeRpc.start({
    sequencer,
    store,
    domain,
    shapes,
    log,
    version: "1.2.3",
    port: 0,
    ...options,
  });
  started.push({ rpc, sequencer });
  return { rpc, sequencer, store, lines };
}

/** What a store keeps of a proof and of a settlement; the methods only pass it on. */
export const proofRecord = {
  newRoot: 5n,
  commitment: 6n,
  proof: "0xab",
  witnessSeconds: 1,
  proofSeconds: 1,
  constraints: 1,
  peakMemoryBytes: 1,
};

export const settlementRecord = {
  transactionHash: `0x${"cd".repeat(32)}`,
  gasUsed: 1n,
  blockNumber: 3,
  blockHash: `0x${"ef".repeat(32)}`,
};

/** For `afterEach`, before the stores are closed. */
export async function stopRpcs(): Promise<void> {
  for (const { rpc, sequencer } of started.splice(0)) {
    await rpc.close();
    await sequencer.close();
  }
}

/** Sends a text to a node as it is. */
export async function post(url: string, body: string, type = "application/json"): Promise<Response> {
  return await fetch(url, { method: "POST", headers: { "content-type": type }, body });
}

export type RpcAnswer = {
  readonly result?: unknown;
  readonly error?: {
    readonly code: number;
    readonly message: string;
    readonly data: Record<string, unknown>;
  };
};

/** Calls a method. */
export async function call(url: string, method: string, params: unknown = {}): Promise<RpcAnswer> {
  const response = await post(url, JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }));
  return (await response.json()) as RpcAnswer;
}

/** The result of a method; it has to have one. */
export async function result<T>(url: string, method: string, params: unknown = {}): Promise<T> {
  const { result: found, error } = await call(url, method, params);
  if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
  return found as T;
}
