import { Contract, type Log, type Provider, type Signer, ZeroAddress } from "ethers";
import type { Account } from "../protocol/account.ts";
import { formatAddress } from "../protocol/address.ts";
import type { PublicKey } from "../protocol/babyjubjub.ts";
import type { ExitRow } from "../protocol/batch-data.ts";
import type { TreePath } from "../protocol/tree.ts";
import { rollupInterface, tokenAbi } from "./abi.ts";
import { type BatchToSettle, requireNext, settleArguments } from "./batch-to-settle.ts";
import { isRefusedCall } from "./contract-error.ts";
import type { Deployment } from "./deployment.ts";
import { SettlementError } from "./errors.ts";
import type { MinedEntry } from "./queue-entries.ts";
import { eventTopic, minedEntry, parsedEvent } from "./rollup-events.ts";
import { RollupHistory } from "./rollup-history.ts";
import type { L1Options } from "./rollup-views.ts";
import { readToken, type Token } from "./tokens.ts";
import { type Mined, mine } from "./transactions.ts";

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

export type Settlement = Mined & { readonly batchNumbers: readonly number[] };

/**
 * A rollup's contract, as everybody but the contract sees it.
 *
 * What L1 tells of queue and batches is read at `finalBlock`, so that one answer is about one moment. Whatever a
 * contract refuses is a ContractError, with the contract's own error by name.
 */
export class L1Rollup extends RollupHistory {
  /** For what this class has no method for. */
  readonly contract: Contract;
  /** Who pays; undefined for reading only. */
  readonly signer: Signer | undefined;

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
    super(deployment, runner.provider, options);
    this.contract = new Contract(deployment.rollup, rollupInterface, runner);
    this.signer = isSigner(runner) ? runner : undefined;
  }

  /**
   * Queues a deposit and pays its fee. A token is approved for the amount first, if it has to be.
   *
   * @throws ContractError; SettlementError for an asset that does not exist
   */
  async deposit(request: DepositRequest): Promise<Queued> {
    const { amount, key } = request;
    const token = "token" in request ? request.token : await this.tokenOf(request.asset);
    const owner = request.owner ?? (await this.requireSigner().getAddress());
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
    const event = events.map(parsedEvent).find(({ name }) => name === "TokenRegistered");
    return await readToken(this.provider, Number(event?.args.asset), address);
  }

  /**
   * Settles the next batches, all or none, in one transaction, and waits until it is mined. It remembers nothing: whoever
   * has a store settles with a Settler, which a kill or a node's failure does not confuse.
   *
   * @throws SettlementError unless they follow on the last settled one; ContractError
   */
  async settle(batches: readonly BatchToSettle[]): Promise<Settlement> {
    const batchNumbers = batches.map(({ batchNumber }) => batchNumber);
    requireNext(batchNumbers, await this.batchCount());
    const { mined } = await this.#send("settle", settleArguments(batches));
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

  async #send(method: string, args: readonly unknown[], value = 0n) {
    this.requireSigner();
    const { mined, logs } = await mine(this.contract, method, args, value);
    return { mined, events: logs.filter(({ address }) => address === this.deployment.rollup) };
  }

  async #approve(token: string, amount: bigint): Promise<void> {
    const { rollup } = this.deployment;
    const contract = new Contract(token, tokenAbi, this.requireSigner());
    const owner = await this.requireSigner().getAddress();
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

  /** @throws SettlementError where there is none */
  requireSigner(): Signer {
    if (this.signer !== undefined) return this.signer;
    throw new SettlementError("There is no account to send transactions from.", {
      network: this.deployment.network,
      "what to do": "configure accounts for the network in the Hardhat config",
    });
  }
}

function isSigner(runner: Signer | Provider): runner is Signer {
  return "signMessage" in runner;
}

function queued({ mined, events }: { readonly mined: Mined; readonly events: readonly Log[] }): Queued {
  const log = events.find(
    ({ topics }) => topics[0] === eventTopic("DepositQueued") || topics[0] === eventTopic("ExitRequested"),
  );
  if (log !== undefined) return { ...mined, entry: minedEntry(log) };
  throw new SettlementError("The transaction queued nothing.", { transaction: mined.transactionHash });
}
