import { parseArgs } from "node:util";
import { oneOf, wholeNumber } from "../measure/option-values.ts";
import { type WorkloadName, workloadNames } from "../workload/workload.ts";

/** What is measured: a row each. */
export interface Case {
  readonly accounts: number;
  readonly workload: WorkloadName;
}

export interface SequencerOptions {
  readonly cases: readonly Case[];
  /** Acknowledged as fast as it goes, those before anything is measured included. */
  readonly transactions: number;
  readonly perCall: number;
  readonly connections: number;
  readonly byTransactions: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

/** The first one is what `tps` and `ratio` are about. */
export const standardCases: readonly Case[] = [
  { accounts: 100_000, workload: "random" },
  { accounts: 1_000, workload: "random" },
  { accounts: 1_000_000, workload: "random" },
  { accounts: 100_000, workload: "zipf" },
  { accounts: 100_000, workload: "merchant" },
];

const fewestAccounts = 5;
/** Signatures of circomlibjs are measured on the first ones, the percentiles need some, too. */
const fewestTransactions = 2_000;

/** @throws If there is something that it does not take, with what it takes. */
export function parseOptions(given: readonly string[]): SequencerOptions {
  const { values, positionals } = parse(given);
  const accounts = positionals.map((text) => wholeNumber("accounts", text, fewestAccounts));
  const workloads = values.workload
    .flatMap((list) => list.split(","))
    .map((text) => oneOf("--workload", workloadNames, text));
  return {
    cases: accounts.length + workloads.length === 0 ? standardCases : product(accounts, workloads),
    transactions: wholeNumber("--transactions", values.transactions, fewestTransactions),
    perCall: wholeNumber("--per-call", values["per-call"], 1),
    connections: wholeNumber("--connections", values.connections, 1),
    byTransactions: values["by-transactions"],
    json: values.json,
    help: values.help,
  };
}

function parse(given: readonly string[]) {
  try {
    return parseArgs({
      args: [...given],
      allowPositionals: true,
      options: {
        workload: { type: "string", multiple: true, default: [] },
        transactions: { type: "string", default: "80000" },
        "per-call": { type: "string", default: "50" },
        connections: { type: "string", default: "16" },
        "by-transactions": { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    const { message } = error as Error;
    throw new Error(
      `${message}\nNumbers of accounts, --workload, --transactions, --per-call, --connections, --by-transactions, --json and --help are what it takes.`,
    );
  }
}

function product(accounts: readonly number[], workloads: readonly WorkloadName[]): Case[] {
  const [first] = standardCases as readonly [Case];
  const counts = accounts.length > 0 ? accounts : [first.accounts];
  const names = workloads.length > 0 ? workloads : [first.workload];
  return counts.flatMap((count) => names.map((workload) => ({ accounts: count, workload })));
}
