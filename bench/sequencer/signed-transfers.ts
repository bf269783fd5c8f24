import type { Account } from "../../plugin/protocol/account.ts";
import { manyTransfers } from "../measure/many-accounts.ts";
import { benchDomain } from "../measure/sequencer-setting.ts";
import { type WorkloadName, workload } from "../workload/workload.ts";

const fee = 1_000n;

/** The first transfers of a workload, signed and encoded. */
export function signedTransfers(accounts: readonly Account[], name: WorkloadName, count: number): string[] {
  const endless = workload(name, accounts.length);
  const payments = Array.from({ length: count }, () => endless.next().value);
  return [...manyTransfers(benchDomain, accounts, payments, fee)];
}
