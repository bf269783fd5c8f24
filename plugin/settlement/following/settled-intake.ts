import { wordHex } from "../../protocol/hex.ts";
import type { State } from "../../protocol/state.ts";
import { adoptBatch } from "../../sequencer/adopt.ts";
import type { SettlementRecord } from "../../sequencer/records.ts";
import type { Sequencer } from "../../sequencer/sequencer.ts";
import type { Store } from "../../sequencer/store.ts";
import { L1Unavailable } from "../chain/errors.ts";
import { SettlementError } from "../errors.ts";
import type { L1Rollup } from "../l1.ts";
import type { SettledBatch } from "../settled-batches.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { replayBatch } from "./replay.ts";
import { isSameBatch } from "./same-batch.ts";

export type IntakeParts = {
  readonly l1: L1Rollup;
  readonly store: Store;
  readonly sequencer: Sequencer;
  readonly onBatch?: ((batch: SettledBatch, total: number) => void) | undefined;
  /** Whether somebody else seals the batches, so that all of them come from L1. */
  readonly copies?: boolean | undefined;
};

/** A batch that has been looked at and can be written down, if all that was looked at with it can. */
type Checked = {
  readonly batch: SettledBatch;
  /** Whether it is what the store has sealed under its number. */
  readonly isMine: boolean;
};

/** Batches that are checked before any of them is written down, where something is at stake. */
const checkedAtOnce = 64;

/**
 * Brings final batches into the store: ours are marked, others are checked against their roots and adopted. What is in
 * the store then cannot be taken back, so that where something was acknowledged that has not settled nothing is written
 * down before all of it is known to lead to the contract's root.
 */
export class SettledIntake {
  readonly #l1: L1Rollup;
  readonly #store: Store;
  readonly #sequencer: Sequencer;
  readonly #onBatch: IntakeParts["onBatch"];
  readonly #copies: boolean;
  /** The state after `batchNumber`, for checking the next one. */
  #replica: { readonly state: State; readonly batchNumber: number } | undefined;

  constructor({ l1, store, sequencer, onBatch, copies = false }: IntakeParts) {
    this.#l1 = l1;
    this.#store = store;
    this.#sequencer = sequencer;
    this.#onBatch = onBatch;
    this.#copies = copies;
  }

  /**
   * Takes the batches that have become final.
   *
   * @param at - As of when.
   * @param fromBlock - A block that is not younger than the first of them.
   * @param confirm - Throws if what was read does not hold any more; nothing is written down then.
   */
  async take(
    at: Checkpoint,
    fromBlock: number,
    confirm: () => Promise<void>,
  ): Promise<{ settled: number[]; adopted: number[] }> {
    const settled: number[] = [];
    const adopted: number[] = [];
    const first = this.#store.settledBatch + 1;
    if (first > at.batchCount) return { settled, adopted };
    const atOnce = this.#isAtStake ? checkedAtOnce : 1;
    let checked: Checked[] = [];
    const write = async (): Promise<void> => {
      if (checked.length > 0) await confirm();
      for (const { batch, isMine } of checked) {
        (isMine ? settled : adopted).push(batch.batchNumber);
        await this.#write(batch, isMine);
        this.#onBatch?.(batch, at.batchCount);
      }
      checked = [];
    };
    try {
      for await (const batch of this.#l1.settledBatches(first, at, fromBlock)) {
        if (batch.batchNumber === at.batchCount && batch.newRoot !== at.root) throw otherRoot(batch, at);
        checked.push({ batch, isMine: this.#check(batch, checked.at(-1)?.isMine !== false) });
        if (checked.length === atOnce) await write();
      }
      await write();
    } catch (error) {
      // It may have gone on to what was not written down.
      this.#replica = undefined;
      throw error;
    }
    // A second state of many accounts is kept only where the next batch needs it as well.
    if (!this.#copies) this.#replica = undefined;
    return { settled, adopted };
  }

  /** Whether there is something here that L1 does not have. A store that is rebuilt or a copy goes on batch by batch. */
  get #isAtStake(): boolean {
    const { pendingTransactions, waitingTransactions, sealedBatch, settledBatch } = this.#sequencer.status();
    return sealedBatch > settledBatch || pendingTransactions + waitingTransactions > 0;
  }

  /** Whether the batch is one of ours; if not, its data leads to its root. Nothing of ours is behind one that is not. */
  #check(batch: SettledBatch, isBehindOurs: boolean): boolean {
    const { batchNumber } = batch;
    // Another process on the same store may have been faster.
    if (batchNumber <= this.#store.settledBatch) return true;
    const mine = this.#store.batches.get(batchNumber);
    const isMine =
      isBehindOurs &&
      mine !== undefined &&
      this.#store.progress.sealed >= batchNumber &&
      isSameBatch({ ...mine, operations: mine.sealed.operations }, batch);
    if (isMine) {
      this.#requireRoot(batch);
      return true;
    }
    const { state } = this.#replicaAfter(batchNumber - 1);
    replayBatch(state, batch);
    this.#replica = { state, batchNumber };
    return false;
  }

  async #write(batch: SettledBatch, isMine: boolean): Promise<void> {
    const { batchNumber, transactionHash, gasUsed, blockNumber, blockHash } = batch;
    const record: SettlementRecord = { transactionHash, gasUsed, blockNumber, blockHash };
    if (!isMine) return await this.#adopt(batch, record);
    if (batchNumber > this.#store.settledBatch) await this.#markSettled(batchNumber, record);
  }

  async #markSettled(batchNumber: number, record: SettlementRecord): Promise<void> {
    try {
      await this.#store.settled(batchNumber, record);
    } catch (error) {
      if (batchNumber > this.#store.settledBatch) throw error;
    }
  }

  async #adopt(batch: SettledBatch, record: SettlementRecord): Promise<void> {
    const { batchNumber, shape: shapeId, operations, exits, rows } = batch;
    const shape = this.#l1.deployment.shapes.find(({ id }) => id === shapeId);
    const adopted = { batchNumber, shapeName: shape?.name ?? shapeId, shapeId, operations, exits, rows };
    // Nothing that we have sealed behind it can settle any more; another process may seal again in between.
    while (this.#store.settledBatch < batchNumber) {
      if (this.#store.progress.sealed >= batchNumber) await this.#sequencer.unseal(batchNumber);
      await this.#store.write(() => {
        const { settledBatch, progress } = this.#store;
        if (settledBatch < batchNumber && progress.sealed < batchNumber) {
          adoptBatch(this.#store, adopted, record);
        }
      });
    }
  }

  #replicaAfter(batchNumber: number): { readonly state: State; readonly batchNumber: number } {
    const replica = this.#replica;
    this.#replica = undefined;
    if (replica?.batchNumber === batchNumber) return replica;
    return { state: this.#store.stateAfter(batchNumber), batchNumber };
  }

  /** A batch that publishes what ours does and has another root was accepted by a verifier that accepts anything. */
  #requireRoot({ batchNumber, newRoot, transactionHash }: SettledBatch): void {
    const proof = this.#store.proofs.get(batchNumber);
    if (proof === undefined || proof.newRoot === newRoot) return;
    throw new SettlementError("A batch has settled with a root that its data does not lead to.", {
      batch: batchNumber,
      "root settled": wordHex(newRoot),
      "root proven here": wordHex(proof.newRoot),
      transaction: transactionHash,
      "what to do": "stop using this rollup: its verifier has accepted a false batch",
    });
  }
}

function otherRoot({ batchNumber, newRoot }: SettledBatch, { root, number }: Checkpoint): L1Unavailable {
  return new L1Unavailable("The node's event of a batch is not what the contract has.", {
    batch: batchNumber,
    "root of the event": wordHex(newRoot),
    "root of the contract": wordHex(root),
    block: number,
    "what to do": "ask another node",
  });
}
