// Clients of a sequencer. The latency of a transaction is that of the call that it is in.

import { setTimeout } from "node:timers/promises";
import { randomNumbers } from "../workload/random-numbers.ts";

export interface Load {
  readonly url: string;
  /** Encoded, in an order in which they can be executed. */
  readonly transfers: readonly string[];
  readonly perCall: number;
}

/**
 * Sends all transactions on several connections, each of which makes its next call when the last one is answered.
 *
 * @returns Milliseconds of each call.
 */
export async function sendBusily({ url, transfers, perCall }: Load, connections: number): Promise<number[]> {
  const latencies: number[] = [];
  let next = 0;
  const send = async (): Promise<void> => {
    while (next < transfers.length) {
      const part = transfers.slice(next, next + perCall);
      next += perCall;
      const started = performance.now();
      await submit(url, part);
      latencies.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: connections }, send));
  return latencies;
}

/**
 * Sends all transactions in calls at random times (a Poisson process), whether those before are answered or not.
 *
 * @param rate - Transactions a second on average.
 * @returns Milliseconds from when each call was due to its answer.
 */
export async function sendAtRate({ url, transfers, perCall }: Load, rate: number): Promise<number[]> {
  const random = randomNumbers(11);
  const calls: Promise<number>[] = [];
  const started = performance.now();
  let due = 0;
  for (let first = 0; first < transfers.length; first += perCall) {
    due += (-Math.log((1 + random(2 ** 32 - 1)) / 2 ** 32) * 1000 * perCall) / rate;
    const wait = started + due - performance.now();
    if (wait > 0) await setTimeout(wait);
    const sent = started + due;
    calls.push(submit(url, transfers.slice(first, first + perCall)).then(() => performance.now() - sent));
  }
  return await Promise.all(calls);
}

/** @throws If not every one of them is acknowledged. */
async function submit(url: string, transactions: readonly string[]): Promise<void> {
  const body =
    transactions.length === 1
      ? { jsonrpc: "2.0", id: 1, method: "rollup_sendTransaction", params: transactions }
      : { jsonrpc: "2.0", id: 1, method: "rollup_sendTransactions", params: [transactions] };
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  const { result, error } = (await response.json()) as { result?: unknown; error?: unknown };
  const outcomes = Array.isArray(result) ? result : [{ id: result }];
  const refused = outcomes.find((outcome: { id?: unknown }) => typeof outcome.id !== "string");
  if (error !== undefined || refused !== undefined) {
    throw new Error(`A transaction was not taken: ${JSON.stringify(error ?? refused)}`);
  }
}
