import { Contract, Interface, type Log, type Provider, type Signer, ZeroAddress } from "ethers";
import type { Account } from "../protocol/account.ts";
import { formatAddress } from "../protocol/address.ts";
import type { PublicKey } from "../protocol/babyjubjub.ts";
import { type BatchSections, type ExitRow, packBatch } from "../protocol/batch-data.ts";
import { exitLeaf, exitPath } from "../protocol/exit-tree.ts";
import { wordHex } from "../protocol/hex.ts";
import type { TreePath } from "../protocol/tree.ts";
import { rollupAbi, tokenAbi } from "./abi.ts";
import { isRefusedCall, readableError } from "./contract-error.ts";
import type { Deployment } from "./deployment.ts";
import { SettlementError } from "./errors.ts";
import { inGroups } from "./in-groups.ts";
import { type LogFilter, readLogs, requireComplete } from "./logs.ts";
import { contentsHash, type MinedEntry, queueEntryOf } from "./queue-entries.ts";
import { readSettlement, type SettledBatch, settledNumber } from "./settled-batches.ts";
import { eth, readToken, type Token } from "./tokens.ts";
import { type Mined, mine } from "./transactions.ts";

export type L1Options = {
  /** Blocks on top of a block before what it holds counts as final (RollupUserConfig). Default 0. */
  readonly confirmations?: number;
};

/** What was queued, by which transaction. */
export type Queued = Mined & { readonly entry: MinedEntry };

export type DepositRequest = {
  /** In base units. */
  readonly amount: bigint;
  /** The key that will sign for the account. */
  readonly key: PublicKey;
  /** The L1 address that may force the account's exit. Default: the signer's. */
  readonly owner?: string;
} & ({ readonly asset: number } | { /** The zero address for ETH. */ readonly token: string });

/** A proven batch. */
export type BatchToSettle = BatchSections & {
  readonly batchNumber: number;
  readonly newRoot: bigint;
  readonly commitment: bigint;
  /** `0x` and 64 digits. */
  readonly shapeId: string;
  /** In the encoding of the shape's proof system, `0x` hexadecimal. */
  readonly proof: string;
};

export type Settlement = Mined & { readonly batchNumbers: readonly number[] };

/** A row of a settled batch's exits, with all that it takes to claim it. */
export type SettledExit = ExitRow & {
  readonly batchNumber: number;
  readonly row: number;
  /** Siblings in the exit tree, leaves first. */
  readonly path: readonly string[];
  readonly claimed: boolean;
};

const rollupInterface = new Interface(rollupAbi);

/**
 * A rollup's contract, as everybody but the contract sees it.
 *
 * What L1 tells of queue and batches is read at `finalBlock`, so that one answer is about one moment. Whatever a
 * contract refuses is a ContractError, with the contract's own error by name.
 */
export class L1Rollup {
  readonly deployment: Deployment;
  /** For what this class has no method for. */
  readonly contract: Contract;
  readonly provider: Provider;
  readonly #reader: Contract;
  readonly #signer: Signer | undefined;
  readonly #confirmations: number;

  /**
   * @param deployment - Checked: see checkDeployment.
   * @param runner - A signer, or a provider for reading only.
   */
  constructor(deployment: Deployment, runner: Signer | Provider, options: L1Options = {}) {
    if (runner.provider === null) {
      throw new SettlementError("The account is not connected to a network.", {
        "what to do": "take it from a network connection",
      });
    }
    this.deployment = deployment;
    this.provider = runner.provider;
    this.contract = new Contract(deployment.rollup, rollupAbi, runner);
    this.#reader = new Contract(deployment.rollup, rollupAbi, this.provider);
    this.#signer = isSigner(runner) ? runner : undefined;
    this.#confirmations = options.confirmations ?? 0;
  }

  /** The last block that counts as final. */
  async finalBlock(): Promise<number> {
    const latest = await this.provider.getBlockNumber();
    return Math.max(this.deployment.blockNumber, latest - this.#confirmations);
  }

  // The contract's views: as of the latest block, or of another one. IRollup documents them.

  async root(block?: number): Promise<bigint> {
    return await this.#read("root", [], block);
  }

  /** The number of the last settled batch, 0 before the first. */
  async batchCount(block?: number): Promise<number> {
    return Number(await this.#read("batchCount", [], block));
  }

  async accountCount(block?: number): Promise<number> {
    return Number(await this.#read("accountCount", [], block));
  }

  /** The first entry of the queue that waits; equal to the tail if none does. */
  async queueHead(block?: number): Promise<number> {
    return Number(await this.#read("queueHead", [], block));
  }

  async queueTail(block?: number): Promise<number> {
    return Number(await this.#read("queueTail", [], block));
  }

  /** Unix time until which an entry that waits has to be settled: its event's, or nearer since fast settlements. */
  async deadline(entry: number, block?: number): Promise<number> {
    const [, deadline] = await this.#read("queueEntry", [entry], block);
    return Number(deadline);
  }

  /** What the rollup holds of an asset: balances, waiting deposits and unclaimed exits. */
  async escrow(asset: number, block?: number): Promise<bigint> {
    return await this.#read("escrow", [asset], block);
  }

  async isClaimed(batchNumber: number, row: number, block?: number): Promise<boolean> {
    return await this.#read("isClaimed", [batchNumber, row], block);
  }

  /**
   * What the contract has of each asset besides its escrow: the fees of entries that wait, and credits that nobody has
   * withdrawn.
   */
  async besidesEscrow(toBlock: number): Promise<ReadonlyMap<number, bigint>> {
    const names = ["DepositQueued", "ExitRequested", "DepositRefunded", "Withdrawn"];
    const logs = await this.#logs([names.map(topic)], this.deployment.blockNumber, toBlock);
    const sums = new Map<number, bigint>();
    const add = (asset: number, amount: bigint): unknown => sums.set(asset, (sums.get(asset) ?? 0n) + amount);
    for (const log of logs) {
      const { name, args } = parsed(log);
      // Fees stay, whether they become the credit of a settler or of an owner; refunds leave the escrow.
      if (name === "Withdrawn") add(Number(args.asset), -BigInt(args.amount));
      else if (name === "DepositRefunded") add(Number(args.asset), args.amount);
      else add(eth.asset, args.fee);
    }
    return sums;
  }

  /** Whether the rollup is frozen, for good: then it settles nothing any more and everybody leaves. */
  async frozen(): Promise<boolean> {
    return await this.#read("frozen", []);
  }

  /** Whether an account of the frozen rollup has been paid out. */
  async hasEscaped(index: number): Promise<boolean> {
    return await this.#read("hasEscaped", [index]);
  }

  /** Whether an entry is in the queue: neither settled nor refunded. */
  async isWaiting(entry: number): Promise<boolean> {
    const [hash] = await this.#read("queueEntry", [entry]);
    return hash !== noEntry;
  }

  /** Until when a waiting entry has to be settled, Unix time: as it is now, settlements bring it nearer. */
  async deadlineOf(entry: number): Promise<number> {
    const [, deadline] = await this.#read("queueEntry", [entry]);
    return Number(deadline);
  }

  /** What `withdraw` would pay to an address. */
  async credit(asset: number, owner: string): Promise<bigint> {
    return await this.#read("credit", [asset, owner]);
  }

  /**
   * Wei that a request of the queue may cost at most if it is mined soon: room for the base fee to double. What is too
   * much comes back.
   */
  async requestFee(): Promise<bigint> {
    const block = await this.provider.getBlock("latest");
    const [fee, surcharge] = await this.#read("requestFee", [2n * (block?.baseFeePerGas ?? 0n)]);
    return fee + surcharge;
  }

  /** Whether anybody may settle now. */
  async openToAll(): Promise<boolean> {
    return await this.#read("openToAll", []);
  }

  /** Who settles batches; the zero address lets everybody. */
  async sequencer(): Promise<string> {
    return await this.#read("sequencer", []);
  }

  /** Every asset, ETH first. */
  async tokens(): Promise<Token[]> {
    const count = Number(await this.#read("assetCount", []));
    const assets = Array.from({ length: count - 1 }, (_, position) => position + 2);
    const registered = await inGroups(assets, async (asset) =>
      readToken(this.provider, asset, await this.#tokenOf(asset)),
    );
    return [eth, ...registered];
  }

  /**
   * What was queued on L1, settled or not, in order. Entries that still wait are compared with the contract.
   *
   * @param from - The first entry wanted.
   * @param fromBlock - A block that is not younger than that entry, such as its predecessor's; saves requests.
   * @throws SettlementError if the node's events have gaps or do not fit the contract
   */
  async queueEntries(from = 0, fromBlock = this.deployment.blockNumber): Promise<MinedEntry[]> {
    const block = await this.finalBlock();
    const logs = await this.#logs([[topic("DepositQueued"), topic("ExitRequested")]], fromBlock, block);
    const entries = logs.map(toMinedEntry).filter(({ entry }) => entry >= from);
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
   * @param toBlock - The last block to look into. Default: `finalBlock`.
   * @throws SettlementError if the node's events have gaps, or a batch's data cannot be had
   */
  async *settledBatches(from = 1, toBlock?: number): AsyncGenerator<SettledBatch, void, undefined> {
    const block = toBlock ?? (await this.finalBlock());
    const logs = await this.#logs([topic("BatchSettled")], this.deployment.blockNumber, block);
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
    const topics = [topic("BatchSettled"), wordHex(BigInt(batchNumber))];
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
    const depth = Number(await this.#read("exitTreeDepth", []));
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
    const logs = await this.#logs([topic("ExitClaimed")], this.deployment.blockNumber, toBlock);
    return logs.map((log) => {
      const { args } = parsed(log);
      return { batchNumber: Number(args.batchNumber), row: Number(args.row) };
    });
  }

  /**
   * Queues a deposit and pays its fee. A token is approved for the amount first, if it has to be.
   *
   * @throws ContractError; SettlementError for an asset that does not exist
   */
  async deposit(request: DepositRequest): Promise<Queued> {
    const { amount, key } = request;
    const token = "token" in request ? request.token : await this.#tokenOf(request.asset);
    const owner = request.owner ?? (await this.#requireSigner().getAddress());
    const value = (await this.requestFee()) + (token === ZeroAddress ? amount : 0n);
    if (token !== ZeroAddress) await this.#approve(token, amount);
    return queued(await this.#send("deposit", [token, amount, key.ax, key.ay, owner], value));
  }

  /** Queues the exit of an account's whole balance, which does nothing unless the signer owns it, and pays its fee. */
  async requestExit(index: number): Promise<Queued> {
    return queued(await this.#send("requestExit", [index], await this.requestFee()));
  }

  /** Makes a token an asset. Anybody may. */
  async registerToken(address: string): Promise<Token> {
    const { events } = await this.#send("registerToken", [address]);
    const event = events.map(parsed).find(({ name }) => name === "TokenRegistered");
    return await readToken(this.provider, Number(event?.args.asset), address);
  }

  /**
   * Settles the next batches, all or none, in one transaction.
   *
   * @throws SettlementError unless they follow on the last settled one; ContractError
   */
  async settle(batches: readonly BatchToSettle[]): Promise<Settlement> {
    const batchNumbers = batches.map(({ batchNumber }) => batchNumber);
    requireNext(batchNumbers, await this.batchCount());
    const posted = batches.map((batch) => ({
      newRoot: batch.newRoot,
      commitment: batch.commitment,
      shape: batch.shapeId,
      ...packBatch(batch),
    }));
    const { mined } = await this.#send("settle", [posted, batches.map(({ proof }) => proof)]);
    return { ...mined, batchNumbers };
  }

  /**
   * Has an exit paid: to its recipient, or to another address if the signer is the recipient.
   *
   * @param path - From exitsOf, as the rest.
   * @throws ContractError
   */
  async claim(
    batchNumber: number,
    row: number,
    exit: ExitRow,
    path: readonly string[],
    to: string = ZeroAddress,
  ): Promise<Mined> {
    const { recipient, amount, asset } = exit;
    const row_ = { recipient: formatAddress(recipient), amount, asset };
    const { mined } = await this.#send("claim", [batchNumber, row, row_, path, to]);
    return mined;
  }

  /** Freezes the rollup, once the head of the queue is past its deadline. */
  async freeze(): Promise<Mined> {
    return (await this.#send("freeze", [])).mined;
  }

  /**
   * Has an account of the frozen rollup paid: to its owner, or to another address if the signer is the owner.
   *
   * @param account - As of the last settled batch (syncState), with its path from State.path.
   * @throws ContractError
   */
  async escape(index: number, account: Account, path: TreePath, to: string = ZeroAddress): Promise<Mined> {
    const typed = { ...account, owner: formatAddress(account.owner) };
    return (await this.#send("escape", [index, typed, path, to])).mined;
  }

  /**
   * Has an entry that waits in the frozen rollup's queue credited to its owner, with its fee.
   *
   * @param entry - From queueEntries.
   * @throws ContractError
   */
  async refund(entry: MinedEntry): Promise<Mined> {
    const { method, args } = this.refundCall(entry);
    return (await this.#send(method, args)).mined;
  }

  /** The contract's method for refunding an entry, with its arguments. */
  refundCall(entry: MinedEntry): { readonly method: string; readonly args: readonly unknown[] } {
    const owner = formatAddress(entry.owner);
    if (entry.kind === 1) {
      const { asset, amount, ax, ay } = entry;
      return { method: "refundDeposit", args: [entry.entry, asset, owner, amount, ax, ay] };
    }
    return { method: "refundExitRequest", args: [entry.entry, entry.index, owner] };
  }

  /**
   * Has a credit paid: to its owner, or to another address if the signer is the owner.
   *
   * @throws ContractError
   */
  async withdraw(asset: number, owner: string, to: string = ZeroAddress): Promise<Mined> {
    return (await this.#send("withdraw", [asset, owner, to])).mined;
  }

  async #read(view: string, args: readonly unknown[], block?: number) {
    const at = block === undefined ? {} : { blockTag: block };
    try {
      return await this.#reader.getFunction(view).staticCall(...args, at);
    } catch (error) {
      throw readableError(`answer ${view}`, error);
    }
  }

  async #logs(topics: LogFilter["topics"], fromBlock: number, toBlock: number): Promise<Log[]> {
    return await readLogs(this.provider, { address: this.deployment.rollup, topics }, fromBlock, toBlock);
  }

  async #send(method: string, args: readonly unknown[], value = 0n) {
    this.#requireSigner();
    const { mined, logs } = await mine(this.contract, method, args, value);
    return { mined, events: logs.filter(({ address }) => address === this.deployment.rollup) };
  }

  async #approve(token: string, amount: bigint): Promise<void> {
    const { rollup } = this.deployment;
    const contract = new Contract(token, tokenAbi, this.#requireSigner());
    const owner = await this.#requireSigner().getAddress();
    // A contract without `allowance` is no token: the rollup says so, and better.
    const allowance: bigint = await contract
      .getFunction("allowance")
      .staticCall(owner, rollup)
      .catch((error: unknown) => {
        if (!isRefusedCall(error)) throw error;
        return amount;
      });
    if (allowance >= amount) return;
    // Some tokens refuse to change an allowance other than from or to 0.
    if (allowance > 0n) await mine(contract, "approve", [rollup, 0n]);
    await mine(contract, "approve", [rollup, amount]);
  }

  async #tokenOf(asset: number): Promise<string> {
    const address: string = asset === eth.asset ? eth.address : await this.#read("tokenOf", [asset]);
    if (asset === eth.asset || address !== ZeroAddress) return address;
    throw new SettlementError("The rollup has no such asset.", {
      asset,
      "last asset": Number(await this.#read("assetCount", [])),
      "what to do": "register the token first: rollup:deploy --tokens",
    });
  }

  /** Refuses an entry that waits in the queue with other contents or a later deadline. */
  async #requireQueued(entry: MinedEntry, block: number): Promise<void> {
    const [hash, deadline] = await this.#read("queueEntry", [entry.entry], block);
    // Settlements bring deadlines nearer, never further.
    if (hash === contentsHash(entry) && deadline <= BigInt(entry.deadline)) return;
    // Nothing but a refund takes an entry out of the middle of the queue.
    if (hash === noEntry && (await this.#read("frozen", [], block))) return;
    throw new SettlementError("The node's event of a queue entry is not what the contract has.", {
      entry: entry.entry,
      "hash in the contract": hash,
      "hash of the event": contentsHash(entry),
      "deadline in the contract": deadline,
      "deadline in the event": entry.deadline,
      "what to do": "ask another node",
    });
  }

  #requireSigner(): Signer {
    if (this.#signer !== undefined) return this.#signer;
    throw new SettlementError("There is no account to send transactions from.", {
      network: this.deployment.network,
      "what to do": "configure accounts for the network in the Hardhat config",
    });
  }
}

/** What the contract has of an entry that does not wait. */
const noEntry = `0x${"00".repeat(26)}`;

function isSigner(runner: Signer | Provider): runner is Signer {
  return "signMessage" in runner;
}

function topic(event: string): string {
  return rollupInterface.getEvent(event)?.topicHash ?? "";
}

function parsed(log: Log) {
  const event = rollupInterface.parseLog(log);
  if (event !== null) return event;
  throw new SettlementError("The rollup emitted an event that this version does not know.", {
    transaction: log.transactionHash,
  });
}

function toMinedEntry(log: Log): MinedEntry {
  return queueEntryOf(parsed(log), log.blockNumber);
}

function queued({ mined, events }: { readonly mined: Mined; readonly events: readonly Log[] }): Queued {
  const log = events.find(
    ({ topics }) => topics[0] === topic("DepositQueued") || topics[0] === topic("ExitRequested"),
  );
  if (log !== undefined) return { ...mined, entry: toMinedEntry(log) };
  throw new SettlementError("The transaction queued nothing.", { transaction: mined.transactionHash });
}

/** Refuses batches that do not follow on the last settled one, which the contract would call a wrong proof. */
function requireNext(batchNumbers: readonly number[], settled: number): void {
  for (const [position, batchNumber] of batchNumbers.entries()) {
    if (batchNumber === settled + 1 + position) continue;
    const again = batchNumber <= settled;
    throw new SettlementError(again ? "The batch is settled already." : "The batch cannot settle yet.", {
      batch: batchNumber,
      "last settled": settled,
      "next to settle": settled + 1 + position,
      "what to do": again ? "nothing" : "settle the batches before it first",
    });
  }
}
