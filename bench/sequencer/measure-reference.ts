import type { Account } from "../../plugin/protocol/account.ts";
import { decodeTransaction } from "../../plugin/protocol/transaction.ts";
import { rounded, seconds } from "../measure/seconds.ts";
import { benchDomain, benchIdentity } from "../measure/sequencer-setting.ts";
import { CircomlibjsSequencer } from "../reference/circomlibjs-sequencer.ts";
import type { Reference } from "./result.ts";

const warmUp = 10;
const transactions = 100;

/** The same work by circomlibjs: the first transfers, one after another. */
export async function measureReference(
  accounts: readonly Account[],
  transfers: readonly string[],
): Promise<Reference> {
  const sequencer = await CircomlibjsSequencer.start(
    benchDomain,
    benchIdentity.depth,
    new Map(accounts.entries()),
  );
  for (const transfer of transfers.slice(0, warmUp)) sequencer.submit(transfer);
  const measured = transfers.slice(warmUp, warmUp + transactions);
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
