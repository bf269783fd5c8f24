import type { Log } from "ethers";
import { rollupInterface } from "./abi.ts";
import { SettlementError } from "./errors.ts";
import { type MinedEntry, queueEntryOf } from "./queue-entries.ts";

/** The first topic of an event of the rollup's. */
export function eventTopic(event: string): string {
  return rollupInterface.getEvent(event)?.topicHash ?? "";
}

/** An event of the rollup's. Throws SettlementError for one that this version does not know. */
export function parsedEvent(log: Log) {
  const event = rollupInterface.parseLog(log);
  if (event !== null) return event;
  throw new SettlementError("The rollup emitted an event that this version does not know.", {
    transaction: log.transactionHash,
  });
}

/** The entry that a DepositQueued or ExitRequested event tells of. */
export function minedEntry(log: Log): MinedEntry {
  return queueEntryOf(parsedEvent(log), log.blockNumber);
}
