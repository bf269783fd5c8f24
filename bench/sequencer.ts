// Transactions a second of a sequencer, over its JSON-RPC interface, each acknowledged only once it is on disk; and the
// same work done with circomlibjs, in the same run:
//
//   npm run bench -- sequencer [accounts …] [--workload random,zipf,merchant] [--transactions n] [--per-call n]
//                              [--connections n] [--json]
//   npm run bench -- sequencer --by-transactions [--json]
//
// Without accounts and workloads: 100,000 accounts with each workload, and 1,000 and 1,000,000 with random transfers. `tps`
// and `ratio` are those of the first row. The server seals batches meanwhile; the load comes from this process, signed
// before: n transactions as fast as they are acknowledged, the first tenth of them unmeasured, then a quarter as many at
// half that rate. `ratio` is over what circomlibjs does on one core; `signatureRatio` leaves its Merkle tree out and so
// favours circomlibjs.
//
// `--by-transactions`: what processors spend on 2,000 to 64,000 random transfers between the same 100,000 accounts.

import os from "node:os";
import type { Account } from "../plugin/protocol/account.ts";
import { manyAccounts } from "./measure/many-accounts.ts";
import { rounded } from "./measure/seconds.ts";
import { usage } from "./measure/usage.ts";
import { measureReference } from "./sequencer/measure-reference.ts";
import { measureRow, transfersNeeded } from "./sequencer/measure-row.ts";
import { parseOptions, type SequencerOptions } from "./sequencer/options.ts";
import type { Reference, SequencerResult, SequencerRow, WorkResult } from "./sequencer/result.ts";
import { signedTransfers } from "./sequencer/signed-transfers.ts";
import { standardWork, type WorkRow, workByTransactions } from "./sequencer/work-by-transactions.ts";

const options = parseOptions(process.argv.slice(2));
if (options.help) console.log(usage(import.meta.filename));
else await (options.byTransactions ? printWork() : printThroughput(options));

async function printThroughput({ cases, ...rest }: SequencerOptions): Promise<void> {
  const rows: SequencerRow[] = [];
  let reference: Reference | undefined;
  let accounts: readonly Account[] = [];
  for (const { accounts: count, workload } of cases) {
    const title = `${count} accounts, ${workload}`;
    const transferCount = transfersNeeded(options);
    progress(`${title}: signing ${transferCount} transfers`);
    if (accounts.length !== count) accounts = Array.from(manyAccounts(count), ([, account]) => account);
    const transfers = signedTransfers(accounts, workload, transferCount);
    if (reference === undefined) {
      progress("circomlibjs");
      reference = await measureReference(accounts, transfers);
    }
    progress(`${title}: loading`);
    const row = await measureRow(accounts, workload, transfers, options);
    rows.push(row);
    say(lineOf(row));
  }
  const [first] = rows;
  if (first === undefined || reference === undefined) throw new Error("Nothing was measured.");
  const perTransaction = rows.map((row) => row.processorMillisecondsPerTransaction);
  const { transactions, perCall, connections } = rest;
  const result: SequencerResult = {
    tps: first.tps,
    ratio: rounded(first.tps / reference.tps),
    signatureRatio: rounded(first.tps / reference.signaturesPerSecond),
    reference,
    spread: rounded(Math.max(...perTransaction) / Math.min(...perTransaction)),
    transactions,
    perCall,
    connections,
    cores: os.availableParallelism(),
    rows,
  };
  if (options.json) console.log(JSON.stringify(result, undefined, 2));
  say(`circomlibjs: ${reference.tps} transactions/s, ${reference.signaturesPerSecond} signatures/s`);
  if (rows.length > 1) say(`a transaction costs ${result.spread} times as much at worst as at best`);
  say(`ratio ${result.ratio} (${result.signatureRatio} of its signatures alone), on ${result.cores} cores`);
}

async function printWork(): Promise<void> {
  const { accounts } = standardWork;
  progress(`${accounts} accounts: signing`);
  const onRow = ({ transactions, processorSeconds, batches }: WorkRow): void => {
    const each = rounded((1_000 * processorSeconds) / transactions);
    const all = rounded(processorSeconds);
    say(`${transactions} transactions, ${batches} batches: ${all} s of processor, ${each} ms each`);
  };
  const result: WorkResult = { accounts, work: await workByTransactions({ ...standardWork, onRow }) };
  if (options.json) console.log(JSON.stringify(result, undefined, 2));
}

function lineOf(row: SequencerRow): string {
  const latencies = ({ p50Milliseconds, p90Milliseconds, p99Milliseconds, p999Milliseconds } = row): string =>
    `p50 ${p50Milliseconds}, p90 ${p90Milliseconds}, p99 ${p99Milliseconds}, p99.9 ${p999Milliseconds} ms`;
  return (
    `${row.accounts} accounts, ${row.workload}: ${row.tps} transactions/s (${row.sealedTps} until sealed), ${latencies()}; ` +
    `at ${row.atHalfLoad.tps}/s ${latencies({ ...row, ...row.atHalfLoad })}; ` +
    `${row.processorMillisecondsPerTransaction} ms of processor each, ${row.serverMegabytes} MB, ` +
    `started in ${row.startSeconds} s, ${row.batches} batches sealed`
  );
}

function say(text: string): void {
  if (!options.json) console.log(text);
}

function progress(text: string): void {
  console.error(text);
}
