import { setTimeout } from "node:timers/promises";
import type { Signer } from "ethers";
import { HardhatPluginError } from "hardhat/plugins";
import type { SettlementRecord } from "../../sequencer/records.ts";
import type { Sequencer } from "../../sequencer/sequencer.ts";
import type { Store } from "../../sequencer/store.ts";
import type { BatchToSettle } from "../batch-to-settle.ts";
import { L1Unavailable } from "../chain/errors.ts";
import { type Block, L1Chain, unavailable } from "../chain/l1-chain.ts";
import { ContractError } from "../contract-error.ts";
import { SettlementError } from "../errors.ts";
import { groupSettlements } from "../group-settlements.ts";
import type { L1Rollup } from "../l1.ts";
import { broadcast, type Call } from "./broadcast.ts";
import { type GasPrice, presentGasPrice, replacementGasPrice } from "./gas-price.ts";
import { type Entry, Journal } from "./journal.ts";
import { batchNumbersOf, type Outgoing } from "./outgoing.ts";
import { provenBatches } from "./proven-batches.ts";
import { settleCall } from "./settle-call.ts";
import { SettlementWatch } from "./watch.ts";

export type SettlerParts = {
  readonly l1: L1Rollup;
  readonly store: Store;
  /** Takes batches apart that the contract does not take any more. Without one they stay, and stay refused. */
  readonly sequencer?: Sequencer | undefined;
};

export type SettlerOptions = {
  /** Milliseconds after which a transaction that is not mined is replaced by one that pays more. Default one minute. */
  readonly stuckAfter?: number;
  /** Milliseconds after which a transaction that is not mined is broadcast again as it is. Default 20 seconds. */
  readonly resendAfter?: number;
  /** The most that a unit of gas may cost, in wei. Default: ten times what is usual at the time. */
  readonly maxFeePerGas?: bigint | undefined;
  /** Milliseconds of Unix time. Default: the system's clock. */
  readonly now?: () => number;
};

/** A settlement that was broadcast. */
export type Sent = {
  readonly nonce: number;
  readonly batchNumbers: readonly number[];
  /** How many prices it has been offered at, this one included. */
  readonly version: number;
  /** Undefined if the node did not say. */
  readonly hash?: string | undefined;
  /** What the node had against it. */
  readonly problem?: string | undefined;
};

/** What one look at the settlements has found and done. */
export type SettlerStep = {
  /** Batches that are mined since the last look. */
  readonly included: readonly number[];
  /** Batches that were mined, and are not any more: their transaction is broadcast again. */
  readonly orphaned: readonly number[];
  /** Batches whose nonce went to another transaction, or whose transaction failed, for good: they are sent anew. */
  readonly lost: readonly number[];
  /**
   * Batches that were taken apart: the contract refuses them, because they leave entries of the queue waiting that have
   * become late since they were sealed. What was in them has to be sealed and proven again.
   */
  readonly unsealed: readonly number[];
  readonly sent?: Sent | undefined;
  /** Batches that were sent and are not mined. */
  readonly waiting: readonly number[];
  /** Whether there is nothing to do before more is proven. */
  readonly isIdle: boolean;
};

export type SettleOptions = {
  /** The last batch to settle. Default: all that are proven. */
  readonly upTo?: number | undefined;
  /** Called for each batch once it is mined. */
  readonly onIncluded?: ((batchNumber: number, settlement: SettlementRecord) => unknown) | undefined;
};

/** A transfer, of nothing to oneself. */
const emptyCallGas = 21_000n;
/** Milliseconds before a transaction is sent again that the node has not acknowledged. */
const unansweredAfter = 2_000;
const firstPause = 50;
/** Between two looks, by whether L1 is a chain for development, whose blocks come when they are asked for. */
const longestPause = { development: 250, other: 4_000 };
/** Looks at L1 that fail one after another before a short command gives up. */
const maxFailures = 8;
/** Times that a node has something against a transaction before a short command gives up. */
const maxProblems = 3;

/**
 * Has proven batches settled on L1, whatever happens on the way.
 *
 * One settlement is under way at a time. Before it is broadcast its nonce and call are in the journal, and from then on
 * nothing else is sent for these batches before the nonce is used for something else in a final block. So a process that
 * is killed, a node that does not answer, a transaction that is stuck or orphaned all have the same remedy: the same call
 * at the same nonce again. What has become of it is read from the contract, as of one block by its hash.
 */
export class Settler {
  readonly #l1: L1Rollup;
  readonly #store: Store;
  readonly #chain: L1Chain;
  readonly #signer: Signer;
  readonly #sequencer: Sequencer | undefined;
  readonly #watch: SettlementWatch;
  readonly #options: SettlerOptions;
  readonly journal: Journal;

  constructor(parts: SettlerParts, options: SettlerOptions = {}) {
    const { l1, store } = parts;
    this.#l1 = l1;
    this.#store = store;
    this.#chain = new L1Chain(l1.provider);
    this.#signer = l1.requireSigner();
    this.#sequencer = parts.sequencer;
    this.#options = options;
    this.journal = new Journal(store);
    this.#watch = new SettlementWatch({ l1, store, chain: this.#chain, journal: this.journal });
  }

  /** Whether a batch may be mined without our doing: it must then stay what it is. */
  mayStillSettle(batchNumber: number): boolean {
    return this.journal.entries().some(({ outgoing }) => batchNumbersOf(outgoing).includes(batchNumber));
  }

  /**
   * Looks at L1 once, and broadcasts at most one transaction.
   *
   * @throws L1Unavailable: try again later; ContractError if the contract refuses the next batch
   */
  async step(options: Pick<SettleOptions, "upTo"> = {}): Promise<SettlerStep> {
    try {
      return await this.#step(options);
    } catch (error) {
      if (HardhatPluginError.isHardhatPluginError(error)) throw error;
      throw unavailable("settle", error);
    }
  }

  /**
   * Settles what is proven and waits until it is mined, but not until it is final.
   *
   * @throws ContractError if the contract refuses a batch; L1Unavailable if the node stays away
   */
  async settle(options: SettleOptions = {}): Promise<void> {
    const longest = longestPause[this.#l1.confirmations === 0 ? "development" : "other"];
    let pause = firstPause;
    let failures = 0;
    let problems = 0;
    const told = new Set<number>();
    for (;;) {
      try {
        const step = await this.step(options);
        failures = 0;
        for (const batchNumber of step.included) {
          const settlement = this.journal.included(batchNumber);
          if (settlement === undefined || told.has(batchNumber)) continue;
          told.add(batchNumber);
          await options.onIncluded?.(batchNumber, settlement);
        }
        if (step.unsealed.length > 0) throw late(step.unsealed);
        if (step.isIdle) return;
        problems = step.sent === undefined ? problems : step.sent.problem === undefined ? 0 : problems + 1;
        if (problems >= maxProblems) throw notTaken(step.sent);
        pause = step.sent === undefined ? Math.min(2 * pause, longest) : firstPause;
      } catch (error) {
        if (!(error instanceof L1Unavailable) || ++failures >= maxFailures) throw error;
        pause = Math.min(2 * pause, longest);
      }
      await setTimeout(pause);
    }
  }

  async #step({ upTo }: Pick<SettleOptions, "upTo">): Promise<SettlerStep> {
    const from = (await this.#signer.getAddress()).toLowerCase();
    const head = await this.#chain.head();
    const settled = await this.#l1.batchCount(head);
    this.#requireRecent(head, settled);
    const found = await this.#watch.lookAt(head, settled);
    const { included, orphaned, lost } = found;
    const [first] = found.waiting;
    if (first === undefined) {
      const next = await this.#sendNext(head, settled, from, upTo);
      const waiting = next.sent?.batchNumbers ?? [];
      // Another process on the same store may have begun one in between.
      const isUnderWay = this.journal.entries().some(({ outgoing }) => outgoing.lastBatch > settled);
      const isIdle = next.sent === undefined && lost.length === 0 && !isUnderWay;
      return { included, orphaned, lost, ...next, waiting, isIdle };
    }
    const sent = await this.#sendAgain(first, head, from);
    const waiting = found.waiting.flatMap(({ outgoing }) => batchNumbersOf(outgoing));
    return { included, orphaned, lost, unsealed: [], sent, waiting, isIdle: false };
  }

  /** Broadcasts a settlement again if it is time to: at a higher price if it is stuck. */
  async #sendAgain({ id, outgoing }: Entry, head: Block, from: string): Promise<Sent | undefined> {
    const { stuckAfter = 60_000, resendAfter = 20_000, maxFeePerGas } = this.#options;
    const mined = await this.#chain.transactionCount(outgoing.from, head);
    const last = outgoing.versions.at(-1);
    // What has become of a nonce that is used is not certain before that is final.
    if (last === undefined || outgoing.nonce < mined) return undefined;
    if (outgoing.from !== from) throw otherAccount(outgoing, from);
    const isStuck = this.#now() - last.begunAt >= stuckAfter;
    if (isStuck && outgoing.nonce > mined && (await this.#chain.pendingCount(from)) === mined) {
      return await this.#fillGap(mined, head);
    }
    // Behind somebody else's transaction it is not the price that it waits for.
    if (isStuck && outgoing.nonce === mined) {
      const present = await presentGasPrice(this.#chain, head);
      const higher = replacementGasPrice(last.price, present, maxFeePerGas);
      if (higher !== undefined) return await this.#replace(id, outgoing, higher);
    }
    const pause = last.hash === undefined ? Math.min(unansweredAfter, resendAfter) : resendAfter;
    if (this.#now() - last.sentAt < Math.min(pause, stuckAfter)) return undefined;
    return await this.#send(id, outgoing, last.price);
  }

  async #replace(id: number, outgoing: Outgoing, price: GasPrice): Promise<Sent> {
    const now = this.#now();
    const version = { price, begunAt: now, sentAt: now };
    await this.journal.change(id, (known) => ({ ...known, versions: [...known.versions, version] }));
    return await this.#send(id, { ...outgoing, versions: [...outgoing.versions, version] }, price);
  }

  async #send(id: number, outgoing: Outgoing, price: GasPrice): Promise<Sent> {
    const { nonce, versions, from, data, gasLimit, isOvertaken } = outgoing;
    const call: Call =
      isOvertaken === true
        ? { to: from, nonce, data: "0x", gasLimit: emptyCallGas }
        : { to: this.#l1.deployment.rollup, nonce, data, gasLimit };
    const { hash, problem } = await broadcast(this.#chain, this.#signer, call, price);
    const sentAt = this.#now();
    await this.journal.change(id, (known) => ({
      ...known,
      versions: known.versions.map((version, position) =>
        position === known.versions.length - 1 ? { ...version, sentAt, hash: hash ?? version.hash } : version,
      ),
    }));
    return { nonce, batchNumbers: batchNumbersOf(outgoing), version: versions.length, hash, problem };
  }

  /**
   * Uses a nonce that nobody's transaction has: one of the account's that was under way when the settlement got its
   * nonce, and that every node has forgotten since.
   */
  async #fillGap(nonce: number, head: Block): Promise<Sent> {
    const to = await this.#signer.getAddress();
    const call = { to, nonce, data: "0x", gasLimit: emptyCallGas };
    const price = await presentGasPrice(this.#chain, head);
    return {
      nonce,
      batchNumbers: [],
      version: 1,
      ...(await broadcast(this.#chain, this.#signer, call, price)),
    };
  }

  /** Begins the next settlement, if something is proven, or makes way for another one. */
  async #sendNext(
    head: Block,
    settled: number,
    from: string,
    upTo: number | undefined,
  ): Promise<{ readonly sent?: Sent | undefined; readonly unsealed: readonly number[] }> {
    const [group] = groupSettlements(provenBatches(this.#store, settled + 1, upTo));
    if (group === undefined) return { unsealed: [] };
    await this.#requireOurs(settled, head);
    try {
      return { unsealed: [], sent: await this.#begin(group, head, from) };
    } catch (error) {
      const isLate = error instanceof ContractError && error.errorName === "RollupQueueEntryLeft";
      if (!isLate || this.#sequencer === undefined) throw error;
      return { unsealed: await this.#sequencer.unseal(settled + 1) };
    }
  }

  async #begin(group: readonly BatchToSettle[], head: Block, from: string): Promise<Sent | undefined> {
    const entries = this.journal.entries();
    const call = await settleCall(this.#chain, this.#l1.deployment.rollup, from, group, head);
    const [mined, pending, price] = await Promise.all([
      this.#chain.transactionCount(from, head),
      this.#chain.pendingCount(from),
      presentGasPrice(this.#chain, head),
    ]);
    const taken = entries.filter(({ outgoing }) => outgoing.from === from);
    const nonce = Math.max(mined, pending, ...taken.map(({ outgoing }) => outgoing.nonce + 1));
    const now = this.#now();
    const versions = [{ price, begunAt: now, sentAt: now }];
    const begun = await this.journal.begin({ from, nonce, ...call, versions }, entries);
    return begun === undefined ? undefined : await this.#send(begun.id, begun.outgoing, price);
  }

  /** Nothing can settle on top of somebody else's batch, which may be gone again with the next reorganisation. */
  async #requireOurs(settled: number, head: Block): Promise<void> {
    const expected = this.#store.proofs.get(settled)?.newRoot;
    if (expected === undefined || (await this.#l1.root(head)) === expected) return;
    throw new L1Unavailable("L1 has a batch that is not ours and is not final yet.", {
      batch: settled,
      block: head.number,
      "what happens": "once it is final it is taken over, and what was sealed here is sealed again behind it",
    });
  }

  /** Refuses what a node says that is behind what we know. */
  #requireRecent(head: Block, settled: number): void {
    const mined = this.journal.entries().map(({ outgoing }) => outgoing.included?.blockNumber ?? 0);
    const known = Math.max(0, ...mined);
    if (head.number >= known && settled >= this.#store.settledBatch) return;
    throw new L1Unavailable("L1's node is behind.", {
      "its latest block": head.number,
      "block known": known,
      "its last settled batch": settled,
      "last final batch": this.#store.settledBatch,
    });
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }
}

function otherAccount({ from, firstBatch, lastBatch, nonce }: Outgoing, present: string): SettlementError {
  return new SettlementError("A settlement is under way from another account.", {
    batches: firstBatch === lastBatch ? firstBatch : `${firstBatch} to ${lastBatch}`,
    account: from,
    nonce,
    "account now": present,
    "what to do": "settle with the account that began it, until its transaction is final",
  });
}

function notTaken(sent: Sent | undefined): SettlementError {
  return new SettlementError("L1's node does not take the transaction that settles.", {
    nonce: sent?.nonce ?? "none",
    batches: sent?.batchNumbers.join(", ") ?? "none",
    problem: sent?.problem ?? "none",
    "what to do": "put that right and run it again, which sends the same call at the same nonce",
  });
}

function late(batches: readonly number[]): SettlementError {
  return new SettlementError("Entries of L1's queue have become late, and the batches leave them waiting.", {
    "batches taken apart": batches.join(", "),
    "what to do":
      "seal and prove what was in them again, behind those entries: rollup:sequence, rollup:prove",
  });
}
