// Transactions a second of a sequencer, over its JSON-RPC interface, each acknowledged only once it is on disk; and the
// same work done with circomlibjs, in the same run:
//
//   npm run bench -- sequencer [accounts …] [--transactions n] [--per-call n] [--connections n] [--json]
//
// `tps` and `ratio` are those of the first number of accounts, 100,000 by default. Every transfer is between two accounts at
// random. The server seals batches meanwhile; the load comes from this process, signed before. `ratio` is over what
// circomlibjs does on one core; `signatureRatio` leaves its Merkle tree out and so favours circomlibjs.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Account } from "../plugin/protocol/account.ts";
import { decodeTransaction } from "../plugin/protocol/transaction.ts";
import { Store } from "../plugin/sequencer/store.ts";
import { manyAccounts, manyTransfers } from "./measure/many-accounts.ts";
import { rounded, seconds } from "./measure/seconds.ts";
import type { Figures } from "./measure/sequencer-server.ts";
import { benchDomain, benchIdentity } from "./measure/sequencer-setting.ts";
import { CircomlibjsSequencer } from "./reference/circomlibjs-sequencer.ts";

const json = process.argv.includes("--json");
const counts = process.argv.slice(2).filter((argument, position, all) => {
  return /^\d+$/.test(argument) && !all[position - 1]?.startsWith("--");
});
const accountCounts = counts.length === 0 ? [100_000] : counts.map(Number);
const transactionCount = option("transactions", 30_000);
const perCall = option("per-call", 50);
const connections = option("connections", 16);
const fee = 1_000n;
/** Of the first transactions, before anything is measured: threads start, code is compiled. */
const warmUpShare = 0.1;
const referenceTransactions = 100;
const accountsPerWrite = 50_000;

type Row = {
  readonly accounts: number;
  readonly tps: number;
  readonly p50Milliseconds: number;
  readonly p99Milliseconds: number;
  readonly startSeconds: number;
  readonly processorMillisecondsPerTransaction: number;
  readonly serverMegabytes: number;
  readonly batches: number;
};

const rows: Row[] = [];
let reference: { tps: number; signaturesPerSecond: number } | undefined;
for (const count of accountCounts) {
  say(`${count} accounts: signing ${transactionCount} transfers`);
  const accounts = Array.from(manyAccounts(count), ([, account]) => account);
  const transfers = [...manyTransfers(benchDomain, accounts, transactionCount, fee)];
  reference ??= await measureReference(accounts, transfers);
  const row = await measure(accounts, transfers);
  rows.push(row);
  say(
    `${count} accounts: ${row.tps} transactions/s, p50 ${row.p50Milliseconds} ms, p99 ${row.p99Milliseconds} ms, ` +
      `${row.processorMillisecondsPerTransaction} ms of processor each, ${row.serverMegabytes} MB, ` +
      `started in ${row.startSeconds} s, ${row.batches} batches sealed`,
  );
}
const [first] = rows;
if (first === undefined || reference === undefined) throw new Error("Nothing was measured.");
const ratio = rounded(first.tps / reference.tps);
const signatureRatio = rounded(first.tps / reference.signaturesPerSecond);
const perTransaction = rows.map((row) => row.processorMillisecondsPerTransaction);
/** What a transaction costs at worst over what it costs at best, in time of processors. */
const spread = rounded(Math.max(...perTransaction) / Math.min(...perTransaction));
const cores = os.availableParallelism();
const setting = { transactions: transactionCount, perCall, connections, cores };
if (json) {
  console.log(JSON.stringify({ tps: first.tps, ratio, signatureRatio, reference, spread, ...setting, rows }));
} else {
  say(`circomlibjs: ${reference.tps} transactions/s, ${reference.signaturesPerSecond} signatures/s`);
  if (rows.length > 1) say(`a transaction costs ${spread} times as much at worst as at best`);
  say(`ratio ${ratio} (${signatureRatio} of its signatures alone), on ${cores} cores`);
}

async function measureReference(
  accounts: readonly Account[],
  transfers: readonly string[],
): Promise<{ tps: number; signaturesPerSecond: number }> {
  const sequencer = await CircomlibjsSequencer.start(
    benchDomain,
    benchIdentity.depth,
    new Map(accounts.entries()),
  );
  for (const transfer of transfers.slice(0, 10)) sequencer.submit(transfer);
  const measured = transfers.slice(10, 10 + referenceTransactions);
  const [all] = await seconds(async () => {
    for (const transfer of measured) sequencer.submit(transfer);
  });
  const [signatures] = await seconds(async () => {
    for (const transfer of measured) {
      if (!sequencer.isSigned(decodeTransaction(transfer))) throw new Error("A signature is wrong.");
    }
  });
  return { tps: rounded(measured.length / all), signaturesPerSecond: rounded(measured.length / signatures) };
}

async function measure(accounts: readonly Account[], transfers: readonly string[]): Promise<Row> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "hardhat-rollup-bench-"));
  let server: ChildProcess | undefined;
  try {
    await fill(folder, accounts);
    server = fork(path.join(import.meta.dirname, "measure", "sequencer-server.ts"), [folder]);
    const [startSeconds, url] = await start(server);
    const warmUp = Math.floor(warmUpShare * transfers.length);
    await load(url, transfers.slice(0, warmUp));
    const measured = transfers.slice(warmUp);
    const [time, latencies] = await seconds(() => load(url, measured));
    const figures = await end(server);
    const total = figures.sealed + figures.pending + figures.waiting;
    if (total !== transfers.length || figures.dropped > 0) {
      throw new Error(`Transactions are missing: ${JSON.stringify(figures)}`);
    }
    latencies.sort((a, b) => a - b);
    const percentile = (part: number): number =>
      rounded(latencies[Math.min(latencies.length - 1, Math.floor(part * latencies.length))] ?? Number.NaN);
    return {
      accounts: accounts.length,
      tps: rounded(measured.length / time),
      p50Milliseconds: percentile(0.5),
      p99Milliseconds: percentile(0.99),
      startSeconds: rounded(startSeconds),
      processorMillisecondsPerTransaction: rounded((1_000 * figures.processorSeconds) / transfers.length),
      serverMegabytes: Math.round(figures.peakBytes / 1e6),
      batches: figures.batches,
    };
  } finally {
    server?.kill("SIGKILL");
    await rm(folder, { recursive: true });
  }
}

/** A store with accounts in it, as after settled batches. */
async function fill(folder: string, accounts: readonly Account[]): Promise<void> {
  const store = await Store.open(folder, benchIdentity);
  for (let start = 0; start < accounts.length; start += accountsPerWrite) {
    await store.write(() => {
      accounts.slice(start, start + accountsPerWrite).forEach((account, position) => {
        store.accounts.put(start + position, account);
      });
    });
  }
  await store.close();
}

async function start(server: ChildProcess): Promise<[time: number, url: string]> {
  const [time, [message]] = await seconds(() => answer(server));
  return [time, (message as { url: string }).url];
}

async function end(server: ChildProcess): Promise<Figures> {
  server.send("figures");
  const [figures] = await answer(server);
  if (server.exitCode === null) await once(server, "exit");
  return figures as Figures;
}

/** The server's next message. Throws if it ends instead. */
async function answer(server: ChildProcess): Promise<unknown[]> {
  const ended = once(server, "exit").then(([code]) => {
    throw new Error(`The server has ended with code ${code}.`);
  });
  ended.catch(() => undefined);
  return await Promise.race([once(server, "message"), ended]);
}

/** Sends all transactions, on several connections at a time. Returns the milliseconds of each call. */
async function load(url: string, transfers: readonly string[]): Promise<number[]> {
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

function option(name: string, standard: number): number {
  const position = process.argv.indexOf(`--${name}`);
  return position === -1 ? standard : Number(process.argv[position + 1]);
}

function say(text: string): void {
  if (!json) console.log(text);
}
