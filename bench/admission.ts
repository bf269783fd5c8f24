// Processor time and memory that the sequencer takes for a payment, without the network: signatures, admission to
// disk, sealing, and the tree; beside the same job by circomlibjs, in turns.
//
//   npm run bench -- admission [accounts...] [--json]
//
// Times are microseconds of processor time a payment, of all threads, medians of rounds. `ratio` is that of
// circomlibjs' time to ours at the last number of accounts.

import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { rollupDomain } from "../plugin/protocol/transaction.ts";
import { Sequencer } from "../plugin/sequencer/sequencer.ts";
import { SignaturePool } from "../plugin/sequencer/signatures/signature-pool.ts";
import { Store } from "../plugin/sequencer/store.ts";
import { accountAt, keyOf, payments } from "./measure/payments.ts";
import { median, rounded, seconds } from "./measure/seconds.ts";
import { admitPayments } from "./reference/circomlibjs-payments.ts";

interface Row {
  readonly accounts: number;
  readonly signatures: number;
  /** Signatures included. */
  readonly admission: number;
  readonly sealing: number;
  /** Leaves and nodes of the sealed batches. */
  readonly tree: number;
  readonly all: number;
  readonly circomlibjs: number;
  readonly ratio: number;
  /** Wall clock, for what a node does once when it starts: the tree over all accounts, and the rest. */
  readonly hashSeconds: number;
  readonly openSeconds: number;
  readonly megabytes: number;
}

const depth = 10;
const perRound = 2_048;
const rounds = 3;
const referencePayments = 16;
const deployment = { chainId: 1n, rollup: `0x${"aa".repeat(20)}`, blockHash: `0x${"bb".repeat(32)}`, depth };
const domain = rollupDomain(deployment.chainId, deployment.rollup);
const shape = {
  depth,
  transactions: 1_024,
  accounts: 1_024,
  operations: 16,
  exits: 64,
  fees: 4,
  applications: 0,
};
const shapes = [{ name: "bench", shape, id: `0x${"cc".repeat(32)}` }];

const json = process.argv.includes("--json");
const numbers = process.argv.slice(2).filter((argument) => argument !== "--json");
if (numbers.some((number) => !/^\d+$/.test(number) || Number(number) > 4 ** depth)) {
  throw new Error(`Numbers of accounts up to ${4 ** depth}, and --json, are what it takes.`);
}
const rows: Row[] = [];
for (const accounts of numbers.length > 0 ? numbers.map(Number) : [1_000, 100_000, 1_000_000]) {
  const row = await measure(accounts);
  rows.push(row);
  if (!json) console.log(lineOf(row));
}
if (json) console.log(JSON.stringify({ ratio: rows.at(-1)?.ratio, rows }, undefined, 2));

async function measure(accounts: number): Promise<Row> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "hardhat-rollup-bench-"));
  const store = await Store.open(folder, deployment);
  try {
    for (let from = 0; from < accounts; from += 10_000) {
      await store.write(() => {
        for (let index = from; index < Math.min(from + 10_000, accounts); index++) {
          store.accounts.put(index, accountAt(index));
        }
      });
    }
    const transactions = payments(domain, accounts, rounds * perRound);
    const [hashSeconds] = await seconds(() => store.hashAccounts());
    const started = performance.now();
    const signatures = new SignaturePool({ domain });
    const sequencer = await Sequencer.open({ store, domain, depth, shapes, signatures });
    const openSeconds = (performance.now() - started) / 1000;
    const state = store.stateAfter(0);
    const reference = await admitPayments(
      domain,
      transactions.slice(0, referencePayments).map((transaction) => ({
        transaction,
        sender: accountAt(transaction.from),
        recipient: accountAt(Number(transaction.to)),
        depth,
      })),
    );
    const times = { signatures: [], admission: [], sealing: [], tree: [], circomlibjs: [] } as Record<
      "signatures" | "admission" | "sealing" | "tree" | "circomlibjs",
      number[]
    >;
    for (let round = 0; round < rounds; round++) {
      const part = transactions.slice(round * perRound, (round + 1) * perRound);
      const checks = part.map((transaction) => ({ transaction, key: keyOf(transaction.from).publicKey }));
      const checked = await microseconds(perRound, () => signatures.check(checks), times.signatures);
      const submitted = await microseconds(perRound, () => sequencer.submitAll(part), times.admission);
      await microseconds(perRound, () => sequencer.seal(), times.sealing);
      const touched = part.flatMap(({ from, to }) => [from, Number(to)]);
      for (const index of touched) state.set(index, { ...state.account(index), balance: BigInt(round + 1) });
      await microseconds(perRound, async () => state.root, times.tree);
      const valid = await microseconds(referencePayments, async () => reference(), times.circomlibjs);
      if (
        !checked.every((each) => each.valid) ||
        submitted.some((each) => "refusal" in each) ||
        valid !== referencePayments
      ) {
        throw new Error(
          `A payment was refused: ${JSON.stringify(submitted.find((each) => "refusal" in each))}`,
        );
      }
    }
    const megabytes = process.memoryUsage().rss / 1e6;
    await sequencer.close();
    const all = median(times.admission) + median(times.sealing) + median(times.tree);
    const circomlibjs = median(times.circomlibjs);
    return {
      accounts,
      signatures: rounded(median(times.signatures)),
      admission: rounded(median(times.admission)),
      sealing: rounded(median(times.sealing)),
      tree: rounded(median(times.tree)),
      all: rounded(all),
      circomlibjs: rounded(circomlibjs),
      ratio: rounded(circomlibjs / all),
      hashSeconds: rounded(hashSeconds),
      openSeconds: rounded(openSeconds),
      megabytes: rounded(megabytes),
    };
  } finally {
    await store.close();
    await rm(folder, { recursive: true });
  }
}

/** Does some work and notes how much processor time it takes for each of so many. */
async function microseconds<Result>(
  count: number,
  work: () => Promise<Result>,
  times: number[],
): Promise<Result> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  times.push((user + system) / count);
  return result;
}

function lineOf(row: Row): string {
  const { accounts, signatures, admission, sealing, tree, all, circomlibjs, ratio } = row;
  return [
    `${accounts} accounts`,
    `admission ${admission} µs (signatures ${signatures})`,
    `sealing ${sealing} µs`,
    `tree ${tree} µs`,
    `all ${all} µs, circomlibjs ${circomlibjs} µs, ratio ${ratio}`,
    `hashed in ${row.hashSeconds} s, opened in ${row.openSeconds} s, ${row.megabytes} MB`,
  ].join(", ");
}
