import type { Log } from "ethers";
import type { ExitRow } from "../protocol/batch-data.ts";
import { exitLeaf, exitPath } from "../protocol/exit-tree.ts";
import { wordHex } from "../protocol/hex.ts";
import { L1Unavailable } from "./chain/errors.ts";
import { SettlementError } from "./errors.ts";
import { inGroups } from "./in-groups.ts";
import { type LogFilter, readLogs, requireComplete } from "./logs.ts";
import { contentsHash, type MinedEntry, noEntry } from "./queue-entries.ts";
import { eventTopic, minedEntry, parsedEvent } from "./rollup-events.ts";
import { type At, blockNumberOf, RollupViews } from "./rollup-views.ts";
import { readSettlement, type SettledBatch, settledNumber } from "./settled-batches.ts";
import { eth } from "./tokens.ts";

/** A row of a settled batch's exits, with all that it takes to claim it. */
export type SettledExit = ExitRow & {
  readonly batchNumber: number;
  readonly row: number;
  /** Siblings in the exit tree, leaves first. */
  readonly path: readonly string[];
  readonly claimed: boolean;
};

/** What has happened to a rollup on L1, by its contract's events. */
export class RollupHistory extends RollupViews {
  /**
   * What the contract has of each asset besides its escrow: the fees of entries that wait, and credits that nobody has
   * withdrawn.
   */
  async besidesEscrow(toBlock: number): Promise<ReadonlyMap<number, bigint>> {
    const names = ["DepositQueued", "ExitRequested", "DepositRefunded", "Withdrawn"];
    const logs = await this.#logs([names.map(eventTopic)], this.deployment.blockNumber, toBlock);
    const sums = new Map<number, bigint>();
    const add = (asset: number, amount: bigint): unknown => sums.set(asset, (sums.get(asset) ?? 0n) + amount);
    for (const log of logs) {
      const { name, args } = parsedEvent(log);
      // Fees stay, whether they become the credit of a settler or of an owner; refunds leave the escrow.
      if (name === "Withdrawn") add(Number(args.asset), -BigInt(args.amount));
      else if (name === "DepositRefunded") add(Number(args.asset), args.amount);
      else add(eth.asset, args.fee);
    }
    return sums;
  }

  /**
   * What was queued on L1, settled or not, in order. Entries that still wait are compared with the contract.
   *
   * @param from - The first entry wanted.
   * @param fromBlock - A block that is not younger than that entry, such as its predecessor's; saves requests.
   * @param at - As of when. Default: `finalBlock`.
   * @throws L1Unavailable if the node's events have gaps or do not fit the contract
   */
  async queueEntries(from = 0, fromBlock = this.deployment.blockNumber, at?: At): Promise<MinedEntry[]> {
    const block = at ?? (await this.finalBlock());
    const logs = await this.#logs(
      [[eventTopic("DepositQueued"), eventTopic("ExitRequested")]],
      fromBlock,
      blockNumberOf(block),
    );
    const entries = logs.map(minedEntry).filter(({ entry }) => entry >= from);
    const [head, tail] = await Promise.all([this.queueHead(block), this.queueTail(block)]);
    requireComplete(
      "queue entries",
      entries.map(({ entry }) => entry),
      from,
      tail - 1,
    );
    const waiting = entries.filter(({ entry }) => entry >= head);
    await inGroups(waiting, (entry) => this.#requireQueued(entry, block));
    return entries;
  }

  /**
   * The settled batches in order, each read from L1 when it is asked for.
   *
   * @param from - Number of the first one wanted.
   * @param at - As of when. Default: `finalBlock`.
   * @param fromBlock - A block that is not younger than the first one wanted; saves requests.
   * @throws L1Unavailable if the node's events have gaps, or a batch's data cannot be had
   */
  async *settledBatches(
    from = 1,
    at?: At,
    fromBlock = this.deployment.blockNumber,
  ): AsyncGenerator<SettledBatch, void, undefined> {
    const block = at ?? (await this.finalBlock());
    const logs = await this.#logs([eventTopic("BatchSettled")], fromBlock, blockNumberOf(block));
    const wanted = logs.filter((log) => settledNumber(log) >= from);
    requireComplete("batches", wanted.map(settledNumber), from, await this.batchCount(block));
    for (const transaction of new Set(wanted.map(({ transactionHash }) => transactionHash))) {
      for (const batch of await readSettlement(this.provider, this.deployment.rollup, transaction)) {
        if (batch.batchNumber >= from) yield batch;
      }
    }
  }

  /**
   * The exits of a settled batch.
   *
   * @throws SettlementError if the batch is not settled
   */
  async exitsOf(batchNumber: number): Promise<SettledExit[]> {
    const { blockNumber } = this.deployment;
    const topics = [eventTopic("BatchSettled"), wordHex(BigInt(batchNumber))];
    const [log] = await this.#logs(topics, blockNumber, await this.provider.getBlockNumber());
    if (log === undefined) {
      throw new SettlementError("The batch is not settled.", {
        batch: batchNumber,
        "last settled": await this.batchCount(),
        "what to do": "prove and settle it first: rollup:prove, rollup:settle",
      });
    }
    const settlement = await readSettlement(this.provider, this.deployment.rollup, log.transactionHash);
    const exits = settlement.find((batch) => batch.batchNumber === batchNumber)?.exits ?? [];
    const depth = Number(await this.read("exitTreeDepth", []));
    const leaves = exits.map((exit, row) => exitLeaf(batchNumber, row, exit));
    return await inGroups([...exits.entries()], async ([row, exit]) => ({
      ...exit,
      batchNumber,
      row,
      path: exitPath(depth, leaves, row),
      claimed: await this.isClaimed(batchNumber, row),
    }));
  }

  /** Which exits were paid up to a block. */
  async claimedExits(toBlock: number): Promise<{ readonly batchNumber: number; readonly row: number }[]> {
    const logs = await this.#logs([eventTopic("ExitClaimed")], this.deployment.blockNumber, toBlock);
    return logs.map((log) => {
      const { args } = parsedEvent(log);
      return { batchNumber: Number(args.batchNumber), row: Number(args.row) };
    });
  }

  /** Refuses an entry that waits in the queue with other contents or a later deadline. */
  async #requireQueued(entry: MinedEntry, block: At): Promise<void> {
    const [hash, deadline] = await this.read("queueEntry", [entry.entry], block);
    // Settlements bring deadlines nearer, never further.
    if (hash === contentsHash(entry) && deadline <= BigInt(entry.deadline)) return;
    // Nothing but a refund takes an entry out of the middle of the queue.
    if (hash === noEntry && (await this.read("frozen", [], block))) return;
    throw new L1Unavailable("The node's event of a queue entry is not what the contract has.", {
      entry: entry.entry,
      "hash in the contract": hash,
      "hash of the event": contentsHash(entry),
      "deadline in the contract": deadline,
      "deadline in the event": entry.deadline,
      "what to do": "ask another node",
    });
  }

  async #logs(topics: LogFilter["topics"], fromBlock: number, toBlock: number): Promise<Log[]> {
    return await readLogs(this.provider, { address: this.deployment.rollup, topics }, fromBlock, toBlock);
  }
}
