import { setTimeout } from "node:timers/promises";
import { HardhatPluginError } from "@nomicfoundation/hardhat-errors";
import type { Signer } from "ethers";
import type { SettlementRecord } from "../../sequencer/records.ts";
import type { Sequencer } from "../../sequencer/sequencer.ts";
import type { Store } from "../../sequencer/store.ts";
import type { BatchToSettle } from "../batch-to-settle.ts";
import { L1Unavailable } from "../chain/errors.ts";
import { type Block, L1Chain, unavailable } from "../chain/l1-chain.ts";
import { ContractError } from "../contract-error.ts";
import { groupSettlements } from "../group-settlements.ts";
import type { L1Rollup } from "../l1.ts";
import { Journal } from "./journal.ts";
import { batchNumbersOf } from "./outgoing.ts";
import { provenBatches } from "./proven-batches.ts";
import { Sender, type SenderOptions, type Sent } from "./sender.ts";
import { settleCall } from "./settle-call.ts";
import { late, notTaken } from "./settler-errors.ts";
import { SettlementWatch } from "./watch.ts";

export type SettlerParts = {
  readonly l1: L1Rollup;
  readonly store: Store;
  /** Takes batches apart that the contract does not take any more. Without one they stay, and stay refused. */
  readonly sequencer?: Sequencer | undefined;
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
  /** Called after each look at L1. */
  readonly onStep?: ((step: SettlerStep) => unknown) | undefined;
  /** Called for each batch once it is mined. */
  readonly onIncluded?: ((batchNumber: number, settlement: SettlementRecord) => unknown) | undefined;
};

/** Between two looks, by whether L1 is a chain for development: there a transaction is mined as soon as it is sent. */
const pauses = { development: { first: 1, longest: 250 }, other: { first: 50, longest: 4_000 } };
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
  readonly #sender: Sender;
  readonly journal: Journal;

  constructor(parts: SettlerParts, options: SenderOptions = {}) {
    const { l1, store } = parts;
    this.#l1 = l1;
    this.#store = store;
    this.#chain = new L1Chain(l1.provider);
    this.#signer = l1.requireSigner();
    this.#sequencer = parts.sequencer;
    this.journal = new Journal(store);
    const { journal } = this;
    const [chain, signer] = [this.#chain, this.#signer];
    this.#watch = new SettlementWatch({ l1, store, chain, journal });
    this.#sender = new Sender({ rollup: l1.deployment.rollup, chain, signer, journal }, options);
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
    const { first, longest } = pauses[this.#l1.confirmations === 0 ? "development" : "other"];
    let pause = first;
    let failures = 0;
    let problems = 0;
    const told = new Set<number>();
    for (;;) {
      try {
        const step = await this.step(options);
        failures = 0;
        options.onStep?.(step);
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
        pause = step.sent === undefined ? Math.min(2 * pause, longest) : first;
      } catch (error) {
        if (!(error instanceof L1Unavailable) || ++failures >= maxFailures) throw error;
        pause = Math.min(Math.max(2 * pause, pauses.other.first), longest);
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
    const sent = await this.#sender.sendAgain(first, head, from);
    const waiting = found.waiting.flatMap(({ outgoing }) => batchNumbersOf(outgoing));
    return { included, orphaned, lost, unsealed: [], sent, waiting, isIdle: false };
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
      // Another process on the same store may have begun to settle it meanwhile.
      const isFree = () => this.journal.entries().every(({ outgoing }) => outgoing.lastBatch <= settled);
      return { unsealed: await this.#sequencer.unseal(settled + 1, isFree) };
    }
  }

  async #begin(group: readonly BatchToSettle[], head: Block, from: string): Promise<Sent | undefined> {
    const entries = this.journal.entries();
    const call = await settleCall(this.#chain, this.#l1.deployment.rollup, from, group, head);
    const [mined, pending, price] = await Promise.all([
      this.#chain.transactionCount(from, head),
      this.#chain.pendingCount(from),
      this.#sender.price(head),
    ]);
    const taken = entries.filter(({ outgoing }) => outgoing.from === from);
    const nonce = Math.max(mined, pending, ...taken.map(({ outgoing }) => outgoing.nonce + 1));
    const now = this.#sender.now();
    const versions = [{ price, begunAt: now, sentAt: now }];
    const numbers = new Set(batchNumbersOf(call));
    const isCurrent = () =>
      group.every((batch) => !numbers.has(batch.batchNumber) || isProof(batch, this.#store));
    const begun = await this.journal.begin({ from, nonce, ...call, versions }, entries, isCurrent);
    return begun === undefined ? undefined : await this.#sender.send(begun.id, begun.outgoing, price);
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
}

/** Whether a batch's proof is the one that the store has: what was taken apart meanwhile has none, or another. */
function isProof({ batchNumber, proof, newRoot, commitment }: BatchToSettle, store: Store): boolean {
  const known = store.proofs.get(batchNumber);
  return known?.proof === proof && known.newRoot === newRoot && known.commitment === commitment;
}
