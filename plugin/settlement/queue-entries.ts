import type { LogDescription } from "ethers";
import { parseAddress } from "../protocol/address.ts";
import type { Deposit, Exit } from "../protocol/operation.ts";
import { queueEntryHash } from "../protocol/queue.ts";

/** A deposit or a forced exit that L1 queued, without what the sequencer decides of it. */
export type QueueEntry = {
  /** Its number in the queue, counted from 0 over deposits and exits. */
  readonly entry: number;
  /** Unix time until which it has to be settled. */
  readonly deadline: number;
  readonly blockNumber: number;
} & (
  | ({ readonly kind: 1 } & Pick<Deposit, "asset" | "owner" | "amount" | "ax" | "ay">)
  | ({ readonly kind: 2 } & Pick<Exit, "index" | "owner">)
);

/** The entry that a DepositQueued or ExitRequested event tells of. */
export function queueEntryOf({ name, args }: LogDescription, blockNumber: number): QueueEntry {
  const common = {
    entry: Number(args.entry),
    deadline: Number(args.deadline),
    blockNumber,
    owner: parseAddress(args.owner),
  };
  if (name === "ExitRequested") return { kind: 2, index: Number(args.index), ...common };
  return { kind: 1, asset: Number(args.asset), amount: args.amount, ax: args.ax, ay: args.ay, ...common };
}

/** What the contract keeps of the entry besides its deadline, as queueEntryHash. */
export function contentsHash(entry: QueueEntry): string {
  // A deposit's index and flag are the sequencer's choice and not part of the hash.
  return queueEntryHash(entry.kind === 1 ? { ...entry, index: 0, creates: false } : entry);
}
