// How much work a sequencer has with n transactions, all of it: requests, signatures, admission to disk, execution,
// sealing, hashing. It is what processors spend on a process of the real sequencer, so other work on the machine changes it
// little.

import { manyAccounts } from "../measure/many-accounts.ts";
import { seconds } from "../measure/seconds.ts";
import { BenchServer } from "./bench-server.ts";
import { sendBusily } from "./load.ts";
import { signedTransfers } from "./signed-transfers.ts";

export interface WorkRequest {
  readonly accounts: number;
  /** Numbers of transactions; each is measured in a new process on the same accounts. */
  readonly counts: readonly number[];
  readonly onRow?: ((row: WorkRow) => void) | undefined;
}

export interface WorkRow {
  readonly transactions: number;
  /** Until all of them are sealed. */
  readonly processorSeconds: number;
  /** By the clock. */
  readonly seconds: number;
  readonly batches: number;
}

export const standardWork = {
  accounts: 100_000,
  counts: [2_000, 4_000, 8_000, 16_000, 32_000, 64_000],
} as const satisfies WorkRequest;

/** Sent before, so that threads run and code is compiled. */
const warmUp = 16_000;
const perCall = 50;
const connections = 16;

/** Random transfers; a row for each number of them. */
export async function workByTransactions(request: WorkRequest = standardWork): Promise<WorkRow[]> {
  const accounts = Array.from(manyAccounts(request.accounts), ([, account]) => account);
  const transfers = signedTransfers(accounts, "random", warmUp + Math.max(...request.counts));
  const rows: WorkRow[] = [];
  for (const count of request.counts) {
    const server = await BenchServer.start(accounts);
    try {
      const send = (first: number, end: number): Promise<unknown> =>
        sendBusily({ url: server.url, transfers: transfers.slice(first, end), perCall }, connections);
      await send(0, warmUp);
      const before = await server.sealAll();
      const [time, after] = await seconds(async () => {
        await send(warmUp, warmUp + count);
        return await server.sealAll();
      });
      if (after.sealed - before.sealed !== count) {
        throw new Error(`Transactions are missing: ${JSON.stringify({ count, before, after })}`);
      }
      const row: WorkRow = {
        transactions: count,
        processorSeconds: after.processorSeconds - before.processorSeconds,
        seconds: time,
        batches: after.batches - before.batches,
      };
      rows.push(row);
      request.onRow?.(row);
    } finally {
      await server.end();
    }
  }
  return rows;
}
