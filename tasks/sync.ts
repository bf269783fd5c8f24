import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { NewTaskActionFunction } from "hardhat/types/tasks";
import { openReader } from "../plugin/client/open-rollup.ts";
import { Output, type OutputOptions } from "../plugin/console/output.ts";
import { formatFacts, stringifyExact } from "../plugin/console/table.ts";
import { requireDeployed } from "../plugin/operator/next-step.ts";
import { type Resumed, resumeStore } from "../plugin/operator/node/resume.ts";
import { withNetwork } from "../plugin/operator/with-deployed.ts";
import { formatAddress } from "../plugin/protocol/address.ts";
import { formatAmount } from "../plugin/protocol/amount.ts";
import { wordHex } from "../plugin/protocol/hex.ts";
import { type SyncedState, syncState } from "../plugin/settlement/sync.ts";
import type { Token } from "../plugin/settlement/tokens.ts";

interface SyncArguments extends OutputOptions {
  readonly out: string | undefined;
  readonly rebuild: boolean;
}

const sync: NewTaskActionFunction<SyncArguments> = async ({ out, rebuild, ...options }, hre) => {
  const output = new Output(options);
  await withNetwork(hre, async (connection) => {
    await requireDeployed(hre, connection);
    const l1 = await openReader(hre, connection);
    let synced: SyncedState | undefined;
    const run = async ({ at }: { at: (message: string) => void }): Promise<string> => {
      synced = await syncState(l1, {
        onBatch: ({ batchNumber }, total) => at(`batch ${batchNumber} of ${total}`),
      });
      return "Rebuilt from L1: the root is right after every batch";
    };
    let resumed: Resumed | undefined;
    const resume = async ({ at }: { at: (message: string) => void }): Promise<string> => {
      resumed = await resumeStore(l1, hre.config.rollup.folder, {
        rebuild,
        onBatch: ({ batchNumber }, total) => at(`batch ${batchNumber} of ${total}`),
      });
      return describe(resumed);
    };
    await output.steps([
      { title: "Rebuild the state from L1", run },
      { title: "Bring the store up to date", run: resume },
    ]);
    if (synced === undefined || resumed === undefined) return;
    const tokens = await l1.tokens();
    if (out !== undefined) {
      await mkdir(path.dirname(path.resolve(out)), { recursive: true });
      await writeFile(out, `${stringifyExact(accountsOf(synced))}\n`);
    }
    output.outcome({
      value: summaryOf(synced, resumed),
      text: format(synced, resumed, tokens, out),
    });
  });
};

/** What has come into the store. */
function describe({ adopted, settled, entries, movedTo }: Resumed): string {
  const what = [
    ...(adopted.length > 0 ? [`took ${adopted.length} settled batches from L1`] : []),
    ...(settled.length > 0 ? [`${settled.length} of its batches are final`] : []),
    ...(entries > 0 ? [`observed ${entries} entries of the queue`] : []),
    ...(movedTo === undefined ? [] : ["the one before is kept"]),
  ];
  return `The store is up to date${what.length === 0 ? "" : `: ${what.join(", ")}`}`;
}

function summaryOf(
  { state, batchNumber, blockNumber, unclaimed }: SyncedState,
  { adopted, movedTo }: Resumed,
) {
  return {
    adopted,
    ...(movedTo === undefined ? {} : { movedTo }),
    batchNumber,
    blockNumber,
    root: wordHex(state.root),
    accounts: state.accountCount,
    unclaimed: unclaimed.map(({ recipient, ...exit }) => ({ recipient: formatAddress(recipient), ...exit })),
  };
}

/** Everything that an account is, by increasing index; amounts in base units. */
function accountsOf({ state }: SyncedState) {
  const accounts = [...state.accounts()].sort(([a], [b]) => a - b);
  return accounts.map(([index, { owner, ...account }]) => {
    return { index, owner: formatAddress(owner), ...account };
  });
}

function format(
  { state, batchNumber, blockNumber, unclaimed }: SyncedState,
  { folder, movedTo }: Resumed,
  tokens: readonly Token[],
  out?: string,
) {
  const amounts = tokens.map(({ asset, symbol, decimals }) => {
    const exits = unclaimed.filter((exit) => exit.asset === asset);
    const total = exits.reduce((sum, { amount }) => sum + amount, 0n);
    return `${formatAmount(total, decimals)} ${symbol}`;
  });
  return formatFacts({
    root: `${wordHex(state.root)}, the contract's`,
    batches: batchNumber,
    "as of block": blockNumber,
    accounts: state.accountCount,
    "unclaimed exits": unclaimed.length === 0 ? "none" : `${unclaimed.length}: ${amounts.join(", ")}`,
    ...(out === undefined ? {} : { "accounts in": out }),
    store: folder,
    ...(movedTo === undefined ? {} : { "store before": movedTo }),
  });
}

export default sync;
