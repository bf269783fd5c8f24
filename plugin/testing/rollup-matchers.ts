import type { BatchReport } from "../client/batch-report.ts";
import type { RollupConnection } from "../client/connection.ts";
import type { Party } from "../client/rollup.ts";
import {
  type BalanceOptions,
  balanceChanges,
  changesFinding,
  type ExpectedChange,
  nameOf,
} from "./balance-change.ts";
import { batchesOf, fateOf } from "./batch-of.ts";
import { addMatcher, type Finding, run } from "./matcher.ts";
import { type ExpectedRow, rowsFinding } from "./published-rows.ts";
import { rejectionFinding } from "./rejection.ts";

/** The matchers of rollups, for `chai.use`. What each of them takes is in type-extensions.ts. */
export function addRollupMatchers(chai: Chai.ChaiStatic, utils: Chai.ChaiUtils): void {
  const add = <Arguments extends readonly unknown[]>(
    name: string,
    find: (subject: unknown, ...args: Arguments) => Promise<Finding>,
  ): void => addMatcher(chai, utils, name, find);

  add(
    "changeL2Balance",
    async (
      action,
      rollup: RollupConnection,
      party: Party,
      change: ExpectedChange,
      options?: BalanceOptions,
    ) => {
      const changes = await balanceChanges(rollup, action, [party], options);
      return await changesFinding(rollup, [party], changes, [change], options);
    },
  );

  add(
    "changeL2Balances",
    async (
      action,
      rollup: RollupConnection,
      parties: readonly Party[],
      expected: readonly ExpectedChange[],
      options?: BalanceOptions,
    ) => {
      if (parties.length !== expected.length) {
        throw new TypeError(
          `changeL2Balances needs a change for each party: ${parties.length} parties, ${expected.length} changes`,
        );
      }
      const changes = await balanceChanges(rollup, action, parties, options);
      return await changesFinding(rollup, parties, changes, expected, options);
    },
  );

  add(
    "haveL2Balance",
    async (
      party,
      rollup: RollupConnection,
      expected: bigint | number | ((balance: bigint) => boolean),
      options: BalanceOptions = {},
    ) => {
      const { symbol, asset } = await rollup.asset(options.asset);
      const balance = await rollup.balance(party as Party, asset);
      const who = await nameOf(rollup, party as Party);
      if (typeof expected === "function") {
        return {
          holds: expected(balance),
          message: `the ${symbol} balance of ${who} on L2 to be as the predicate says, but it is ${balance}`,
          negated: `the ${symbol} balance of ${who} on L2 NOT to be as the predicate says, but it is ${balance}`,
        };
      }
      return {
        holds: balance === BigInt(expected),
        message: `${who} to have ${expected} ${symbol} on L2, in base units, but it has ${balance}`,
        negated: `${who} NOT to have ${expected} ${symbol} on L2, in base units, but it has`,
        actual: String(balance),
        expected: String(expected),
      };
    },
  );

  add("beSettled", async (action, rollup: RollupConnection) => {
    const client = await rollup.client();
    const located = batchesOf(client, await run(action));
    const settled = await client.l1.batchCount();
    const waiting = located.filter(({ batchNumber }) => (batchNumber ?? Number.POSITIVE_INFINITY) > settled);
    const tell = async (some: typeof located): Promise<string> => {
      const fates = await Promise.all(some.map(async (one) => `${one.what}: ${await fateOf(client, one)}`));
      return fates.join("\n");
    };
    const names = located.map(({ what }) => what).join(", ") || "something";
    return {
      holds: located.length > 0 && waiting.length === 0,
      message: `${names} to be settled, but it is not:\n${(await tell(waiting)) || "there is no batch"}`,
      negated: `${names} NOT to be settled, but it is:\n${await tell(located)}`,
    };
  });

  add("settleInBatch", async (action, rollup: RollupConnection, expected: number) => {
    const client = await rollup.client();
    const located = batchesOf(client, await run(action));
    const settled = await client.l1.batchCount();
    const elsewhere = located.filter(({ batchNumber }) => batchNumber !== expected || batchNumber > settled);
    const names = located.map(({ what }) => what).join(", ") || "something";
    const found = located.map(({ batchNumber }) => batchNumber ?? "none").join(", ");
    const fates = await Promise.all(elsewhere.map((one) => fateOf(client, one)));
    return {
      holds: located.length > 0 && elsewhere.length === 0,
      message: `${names} to settle in batch ${expected}, but its batch is ${found}: ${fates.join("; ")}`,
      negated: `${names} NOT to settle in batch ${expected}, but it has`,
      actual: found,
      expected: String(expected),
    };
  });

  add("beRejectedWith", async (action, reason?: string | RegExp) => await rejectionFinding(action, reason));

  add(
    "publishRows",
    async (action, rollup: RollupConnection, expected: number | readonly ExpectedRow[]) =>
      await rowsFinding(rollup, action, expected),
  );

  add("proveWithin", async (action, seconds: number) => {
    const outcome = await run(action);
    const reports = (Array.isArray(outcome) ? outcome : [outcome]) as readonly BatchReport[];
    if (reports.length === 0 || reports.some((report) => typeof report?.batchNumber !== "number")) {
      throw new TypeError(
        "proveWithin needs the report of a batch, as prove(), proveBatch() and settle() give it",
      );
    }
    const times = reports.map(({ batchNumber, system, witnessSeconds, proofSeconds }) => {
      const time = (witnessSeconds ?? Number.NaN) + (proofSeconds ?? Number.NaN);
      const text = Number.isNaN(time) ? "has no proof" : `took ${time.toFixed(3)} s (${system})`;
      return { time, text: `batch ${batchNumber} ${text}` };
    });
    const slow = times.filter(({ time }) => !(time <= seconds));
    return {
      holds: slow.length === 0,
      message: `batches to be proven within ${seconds} s each, but ${slow.map(({ text }) => text).join(", ")}`,
      negated: `batches NOT to be proven within ${seconds} s each, but ${times.map(({ text }) => text).join(", ")}`,
    };
  });
}
