import { HardhatPluginError } from "@nomicfoundation/hardhat-errors";
import { type Facts, withFacts } from "../protocol/facts.ts";
import type { Refusal } from "./refusal.ts";

/** What went wrong. Callers branch on the code; the message is for people. */
export type SequencerErrorCode =
  /** The folder holds something else than a store of this package. */
  | "FOREIGN_STORE"
  /** The store belongs to another rollup, chain or deployment. */
  | "WRONG_DEPLOYMENT"
  /** A later version of this package has written the store. */
  | "NEWER_STORE"
  /** An earlier version of this package has written the store. */
  | "OLDER_STORE"
  | "CORRUPTED_STORE"
  | "CLOSED_STORE"
  /** The disk did not take a change, which has not been made: it may be full. */
  | "UNWRITABLE_STORE"
  | "CLOSED_CHECKER"
  /** Entries of the L1 queue are missing before the one given. */
  | "QUEUE_GAP"
  /** An entry of the L1 queue is not what it was: L1 has gone back. */
  | "QUEUE_CHANGED"
  | "TREE_FULL"
  | "UNKNOWN_ASSET"
  | "UNUSABLE_HOLDER"
  /** The store has no such batch, or no longer the state asked for. */
  | "UNKNOWN_BATCH"
  /** Batches settle one after another. */
  | "SETTLED_OUT_OF_ORDER"
  /** Domain, depth or shapes do not go together. */
  | "WRONG_CONFIGURATION";

/** What to do where whoever finds the error cannot say better. */
const advice: Partial<Record<SequencerErrorCode, string>> = {
  QUEUE_CHANGED: "bring the store up to date: npx hardhat rollup:sync",
  TREE_FULL: "send to accounts that there are; more of them need a rollup whose shapes are deeper",
  UNKNOWN_BATCH: "see which batches there are: npx hardhat rollup:status",
  SETTLED_OUT_OF_ORDER: "bring the store up to date: npx hardhat rollup:sync",
};

/** An error of the sequencer or its store: one sentence, then the facts, a line each. */
export class SequencerError extends HardhatPluginError {
  readonly code: SequencerErrorCode;

  constructor(code: SequencerErrorCode, sentence: string, facts: Facts = {}, cause?: Error) {
    const toDo = "what to do" in facts ? undefined : advice[code];
    super("hardhat-rollup", withFacts(sentence, toDo ? { ...facts, "what to do": toDo } : facts), cause);
    this.name = "SequencerError";
    this.code = code;
  }
}

/** The sequencer does not take a transaction; nothing has changed. */
export class TransactionRefused extends HardhatPluginError {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super("hardhat-rollup", `Transaction refused (${refusal.code}). ${refusal.reason}`);
    this.name = "TransactionRefused";
    this.refusal = refusal;
  }
}
