import type { WorkloadName } from "../workload/workload.ts";
import type { Latencies } from "./latencies.ts";
import type { WorkRow } from "./work-by-transactions.ts";

/** What `npm run bench -- sequencer --json` prints. */
export interface SequencerResult {
  /** Of the first row. */
  readonly tps: number;
  /** `tps` over what circomlibjs does on one core. */
  readonly ratio: number;
  /** `tps` over the signatures that circomlibjs verifies on one core, its Merkle tree left out. */
  readonly signatureRatio: number;
  readonly reference: Reference;
  /** What a transaction costs at worst over what it costs at best, in time of processors. */
  readonly spread: number;
  readonly transactions: number;
  readonly perCall: number;
  readonly connections: number;
  readonly cores: number;
  readonly rows: readonly SequencerRow[];
}

/** What `npm run bench -- sequencer --by-transactions --json` prints. */
export interface WorkResult {
  readonly accounts: number;
  readonly work: readonly WorkRow[];
}

/** circomlibjs, on one core. */
export interface Reference {
  readonly tps: number;
  readonly signaturesPerSecond: number;
}

/** Latencies are those with as many calls under way as there are connections, all the time. */
export interface SequencerRow extends Latencies {
  readonly accounts: number;
  readonly workload: WorkloadName;
  /** Acknowledged a second: on disk, and executed. */
  readonly tps: number;
  /** Sealed a second: until the last one is in a batch. */
  readonly sealedTps: number;
  /** How long the load took. */
  readonly loadSeconds: number;
  readonly atHalfLoad: Latencies & { readonly tps: number };
  readonly processorMillisecondsPerTransaction: number;
  /** Peak of the sequencer's process. */
  readonly serverMegabytes: number;
  /** From the start of the process until it serves. */
  readonly startSeconds: number;
  readonly batches: number;
}
