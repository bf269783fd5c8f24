// A sequencer with its JSON-RPC server, in a process of its own, on a store that is there. It seals as it goes.
// Arguments: the store's folder. It sends its address; on any message it seals all that is pending and sends what it has done
// since it began to serve.

import { readFile } from "node:fs/promises";
import { pino } from "pino";
import type { SealedRecord } from "../../plugin/sequencer/records.ts";
import { NodeRpc } from "../../plugin/sequencer/rpc/node-rpc.ts";
import { Sequencer } from "../../plugin/sequencer/sequencer.ts";
import { Store } from "../../plugin/sequencer/store.ts";
import { benchDomain, benchIdentity, benchShape, feeHolder } from "./sequencer-setting.ts";

export type Figures = {
  readonly sealed: number;
  readonly pending: number;
  readonly waiting: number;
  readonly dropped: number;
  readonly batches: number;
  /** All threads together. */
  readonly processorSeconds: number;
  readonly peakBytes: number;
};

const sealMilliseconds = 250;

const [folder = ""] = process.argv.slice(2);
const store = await Store.open(folder, benchIdentity);
await store.hashAccounts();
const sequencer = await Sequencer.open({
  store,
  domain: benchDomain,
  depth: benchIdentity.depth,
  shapes: [benchShape],
  feeHolder,
  // Accounts that pay far more often than a wallet does have more under way.
  limits: { waitingPerAccount: 4_096 },
});
const rpc = await NodeRpc.start({
  sequencer,
  store,
  domain: benchDomain,
  shapes: [benchShape],
  log: pino({ level: "warn" }),
  version: "bench",
  port: 0,
  limits: { rate: 0 },
});
let sealed = 0;
let sealing = Promise.resolve();
setInterval(() => {
  seal(() => sequencer.sealDue({ transactions: benchShape.shape.transactions, seconds: 3_600 }));
}, sealMilliseconds);
const before = process.cpuUsage();
process.on("message", () => void answer());
// Whoever started it is gone.
process.once("disconnect", () => process.exit(1));
process.send?.({ url: rpc.url });

async function answer(): Promise<void> {
  seal(async () => ({ batches: await sequencer.seal() }));
  await sealing;
  process.send?.(await figures());
}

/** One after another. */
function seal(work: () => Promise<{ readonly batches: readonly SealedRecord[] }>): void {
  sealing = sealing.then(async () => {
    const { batches } = await work();
    for (const batch of batches) sealed += batch.sealed.transactions.length;
  });
}

async function figures(): Promise<Figures> {
  const { user, system } = process.cpuUsage(before);
  const { sealedBatch, pendingTransactions, waitingTransactions, droppedTransactions } = sequencer.status();
  const status = await readFile("/proc/self/status", "utf8").catch(() => "");
  return {
    sealed,
    pending: pendingTransactions,
    waiting: waitingTransactions,
    dropped: droppedTransactions,
    batches: sealedBatch,
    processorSeconds: (user + system) / 1e6,
    peakBytes: 1024 * Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0),
  };
}
