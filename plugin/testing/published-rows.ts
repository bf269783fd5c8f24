import type { RollupConnection } from "../client/connection.ts";
import type { AssetReference, Party } from "../client/rollup.ts";
import { nameOf } from "./balance-change.ts";
import { batchesOf } from "./batch-of.ts";
import { type Finding, run } from "./matcher.ts";

/** What a row publishes of an account; what is left out may be anything. */
export type ExpectedRow = {
  readonly party: Party;
  /** Default ETH. */
  readonly asset?: AssetReference;
  /** After the batch. */
  readonly balance?: bigint;
  /** Transactions that the account has signed in the batch. */
  readonly nonceIncrease?: number;
};

/** Whether batches publish so many rows, or exactly these. */
export async function rowsFinding(
  rollup: RollupConnection,
  action: unknown,
  expected: number | readonly ExpectedRow[],
): Promise<Finding> {
  const client = await rollup.client();
  const located = batchesOf(client, await run(action));
  const rows = located.flatMap(({ what, batchNumber }) => {
    if (batchNumber === undefined)
      throw new TypeError(`${what} is in no sealed batch: it publishes nothing yet`);
    return client.store.batch(batchNumber).rows;
  });
  const batches = located.map(({ batchNumber }) => batchNumber).join(", ") || "none";
  if (typeof expected === "number") {
    return {
      holds: rows.length === expected,
      message: `batch ${batches} to publish ${count(expected)}, but it publishes ${rows.length}`,
      negated: `batch ${batches} NOT to publish ${count(expected)}, but it does`,
      actual: rows.length,
      expected,
    };
  }
  const wrong: string[] = [];
  const left = [...rows];
  for (const { party, asset, balance, nonceIncrease } of expected) {
    const token = await rollup.asset(asset);
    const index = client.sequencer.find((await rollup.wallet(party)).holder(token.asset));
    const who = `the ${token.symbol} account of ${await nameOf(rollup, party)}`;
    const position = left.findIndex((row) => row.index === index);
    const [row] = position < 0 ? [] : left.splice(position, 1);
    if (row === undefined) {
      wrong.push(`there is none of ${who}`);
      continue;
    }
    if (balance !== undefined && balance !== row.balance) {
      wrong.push(`${who} has a balance of ${row.balance}, not of ${balance}`);
    }
    if (nonceIncrease !== undefined && nonceIncrease !== row.nonceIncrease) {
      wrong.push(`${who} has signed ${row.nonceIncrease}, not ${nonceIncrease}`);
    }
  }
  for (const { index, balance } of left)
    wrong.push(`there is one of account ${index}, with balance ${balance}`);
  return {
    holds: wrong.length === 0,
    message: `batch ${batches} to publish the rows given, but ${wrong.join("\nand ")}`,
    negated: `batch ${batches} NOT to publish the rows given, but it publishes exactly these`,
  };
}

function count(rows: number): string {
  return rows === 1 ? "1 row" : `${rows} rows`;
}
