import type { LogDescription } from "ethers";
import { parseAddress } from "../protocol/address.ts";
import { type QueueEntry, queueEntryHash } from "../protocol/queue.ts";

/** An entry as its event tells of it. */
export type MinedEntry = QueueEntry & {
  readonly blockNumber: number;
  /** What whoever settles it receives, in wei. */
  readonly fee: bigint;
};

/** The entry that a DepositQueued or ExitRequested event tells of. */
export function queueEntryOf({ name, args }: LogDescription, blockNumber: number): MinedEntry {
  const common = {
    entry: Number(args.entry),
    deadline: Number(args.deadline),
    blockNumber,
    fee: BigInt(args.fee),
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

/** What the contract has instead, of an entry that does not wait. */
export const noEntry: string = `0x${"00".repeat(26)}`;
