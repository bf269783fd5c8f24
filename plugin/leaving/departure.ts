import { ZeroAddress } from "ethers";
import { formatAddress } from "../protocol/address.ts";
import type { L1Rollup } from "../settlement/l1.ts";
import type { MinedEntry } from "../settlement/queue-entries.ts";
import type { SyncedState } from "../settlement/sync.ts";
import { eth } from "../settlement/tokens.ts";
import type { Mined } from "../settlement/transactions.ts";

/** A call that pays somebody what a frozen rollup owes, or credits it. Anybody may make it. */
export type DepartureStep = {
  readonly kind: "claim" | "escape" | "refund" | "withdraw";
  /** Of whom: an account, an exit or an entry of the queue. */
  readonly subject: string;
  readonly asset: number;
  readonly amount: bigint;
  /** Whether the rollup has to be frozen for it. */
  readonly afterFreeze: boolean;
  /** For wallets that send it themselves, `0x` hexadecimal; to the rollup's address. */
  readonly data: string;
  readonly send: (l1: L1Rollup) => Promise<Mined>;
};

/**
 * What is left to do for an owner to get everything out of a rollup, from L1 data alone: claims of exits, escapes of
 * accounts, refunds of what waits in the queue, and in the end withdrawals of what is credited.
 *
 * @param owner - L1 address.
 * @param frozen - Whether the rollup is frozen, or will be before the first call: then the refunds are credited, too.
 * @param synced - The state as L1 tells it (syncState).
 */
export async function departureOf(
  l1: L1Rollup,
  owner: bigint,
  { state, unclaimed }: SyncedState,
  frozen: boolean,
): Promise<DepartureStep[]> {
  const entries = await waitingEntries(l1, owner);
  return [
    ...(await claims(l1, owner, unclaimed)),
    ...(await escapes(l1, owner, state)),
    ...entries.map((entry) => refund(l1, entry)),
    ...(await withdrawals(l1, owner, frozen ? entries : [])),
  ];
}

async function claims(
  l1: L1Rollup,
  owner: bigint,
  unclaimed: SyncedState["unclaimed"],
): Promise<DepartureStep[]> {
  const steps: DepartureStep[] = [];
  for (const { recipient, batchNumber, row } of unclaimed) {
    if (recipient !== owner) continue;
    const exit = (await l1.exitsOf(batchNumber))[row];
    if (exit === undefined || exit.claimed) continue;
    const { asset, amount, path } = exit;
    const fields = { recipient: formatAddress(recipient), amount, asset };
    steps.push({
      kind: "claim",
      subject: `exit ${row} of batch ${batchNumber}`,
      asset,
      amount,
      afterFreeze: false,
      data: l1.contract.interface.encodeFunctionData("claim", [batchNumber, row, fields, path, ZeroAddress]),
      send: (by) => by.claim(batchNumber, row, exit, path),
    });
  }
  return steps;
}

async function escapes(l1: L1Rollup, owner: bigint, state: SyncedState["state"]): Promise<DepartureStep[]> {
  const steps: DepartureStep[] = [];
  for (const [index, account] of [...state.accounts()].sort(([a], [b]) => a - b)) {
    // An account without money escapes for nothing.
    if (account.owner !== owner || account.balance === 0n || (await l1.hasEscaped(index))) continue;
    const path = state.path(index);
    const typed = { ...account, owner: formatAddress(account.owner) };
    steps.push({
      kind: "escape",
      subject: `account ${index}`,
      asset: account.asset,
      amount: account.balance,
      afterFreeze: true,
      data: l1.contract.interface.encodeFunctionData("escape", [index, typed, path, ZeroAddress]),
      send: (by) => by.escape(index, account, path),
    });
  }
  return steps;
}

async function waitingEntries(l1: L1Rollup, owner: bigint): Promise<MinedEntry[]> {
  const waiting: MinedEntry[] = [];
  for (const entry of await l1.queueEntries(await l1.queueHead())) {
    if (entry.owner === owner && (await l1.isWaiting(entry.entry))) waiting.push(entry);
  }
  return waiting;
}

function refund(l1: L1Rollup, entry: MinedEntry): DepartureStep {
  const isDeposit = entry.kind === 1;
  const { method, args } = l1.refundCall(entry);
  return {
    kind: "refund",
    subject: `${isDeposit ? "deposit" : "exit request"} ${entry.entry}`,
    asset: isDeposit ? entry.asset : eth.asset,
    amount: isDeposit ? entry.amount : entry.fee,
    afterFreeze: true,
    data: l1.contract.interface.encodeFunctionData(method, args),
    send: (by) => by.refund(entry),
  };
}

/** Of what is credited already, and of what the refunds will credit. */
async function withdrawals(
  l1: L1Rollup,
  owner: bigint,
  entries: readonly MinedEntry[],
): Promise<DepartureStep[]> {
  const address = formatAddress(owner);
  const amounts = new Map<number, bigint>();
  const add = (asset: number, amount: bigint): unknown =>
    amounts.set(asset, (amounts.get(asset) ?? 0n) + amount);
  for (const { asset } of await l1.tokens()) add(asset, await l1.credit(asset, address));
  for (const entry of entries) {
    if (entry.kind === 1) add(entry.asset, entry.amount);
    add(eth.asset, entry.fee);
  }
  return [...amounts]
    .filter(([, amount]) => amount > 0n)
    .map(([asset, amount]) => ({
      kind: "withdraw",
      subject: "credit",
      asset,
      amount,
      afterFreeze: false,
      data: l1.contract.interface.encodeFunctionData("withdraw", [asset, address, ZeroAddress]),
      send: (by) => by.withdraw(asset, address),
    }));
}
