import type { Account } from "../../plugin/protocol/account.ts";
import { rounded, seconds } from "../measure/seconds.ts";
import { BenchServer } from "./bench-server.ts";
import { latenciesOf } from "./latencies.ts";
import { sendAtRate, sendBusily } from "./load.ts";
import type { SequencerOptions } from "./options.ts";
import type { SequencerRow } from "./result.ts";

/** Of the transactions, before anything is measured: threads start, code is compiled. */
const warmUpShare = 0.1;
/** Transactions at half load, over those as fast as it goes. */
const halfLoadShare = 0.25;

/** How many transfers measureRow takes. */
export function transfersNeeded({ transactions }: Pick<SequencerOptions, "transactions">): number {
  return transactions + Math.floor(halfLoadShare * transactions);
}

/** @param transfers - As many as transfersNeeded. */
export async function measureRow(
  accounts: readonly Account[],
  workload: SequencerRow["workload"],
  transfers: readonly string[],
  { transactions, perCall, connections }: SequencerOptions,
): Promise<SequencerRow> {
  const server = await BenchServer.start(accounts);
  try {
    const { url } = server;
    const warmUp = Math.floor(warmUpShare * transactions);
    const measured = transfers.slice(warmUp, transactions);
    await sendBusily({ url, transfers: transfers.slice(0, warmUp), perCall }, connections);
    const before = await server.sealAll();
    const [loadSeconds, latencies] = await seconds(() =>
      sendBusily({ url, transfers: measured, perCall }, connections),
    );
    const [sealingSeconds, after] = await seconds(() => server.sealAll());
    const tps = measured.length / loadSeconds;
    const atHalf = await sendAtRate({ url, transfers: transfers.slice(transactions), perCall }, tps / 2);
    const atEnd = await server.sealAll();
    if (atEnd.sealed !== transfers.length || atEnd.dropped > 0) {
      throw new Error(`Transactions are missing: ${JSON.stringify(atEnd)} of ${transfers.length}`);
    }
    const processorSeconds = after.processorSeconds - before.processorSeconds;
    return {
      accounts: accounts.length,
      workload,
      tps: rounded(tps),
      sealedTps: rounded(measured.length / (loadSeconds + sealingSeconds)),
      loadSeconds: rounded(loadSeconds),
      ...latenciesOf(latencies),
      atHalfLoad: { tps: rounded(tps / 2), ...latenciesOf(atHalf) },
      processorMillisecondsPerTransaction: rounded((1_000 * processorSeconds) / measured.length),
      serverMegabytes: Math.round(atEnd.peakBytes / 1e6),
      startSeconds: rounded(server.startSeconds),
      batches: atEnd.batches,
    };
  } finally {
    await server.end();
  }
}
