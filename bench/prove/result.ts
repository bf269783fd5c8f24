import type { SystemName } from "./options.ts";

/** What `npm run bench -- prove --json` prints. */
export interface ProveResult {
  /** Times as fast as snarkjs: Groth16 with 2^16 rows (or the last ones), two threads, key read; if it was measured. */
  readonly ratio?: number;
  /** The same by what processors spent. */
  readonly processorRatio?: number;
  readonly narrow: boolean;
  readonly cores: number;
  readonly rows: readonly ProveRow[];
}

/** Medians; those of snarkjs are from the same run, in turns. */
export interface ProveRow {
  /** Name of a shape, whose batch is full; or `2^power`, a chain of hashes. */
  readonly circuit: string;
  readonly step: "witness" | "proof";
  readonly system: SystemName;
  /** log2 of the rows of the proof system's domain. */
  readonly power: number;
  /** Of the .r1cs file. */
  readonly constraints: number;
  readonly threads: number;
  /** Turns of both sides. */
  readonly rounds: number;
  /** "ready": the key is read, and all code has run before. */
  readonly run: "ready" | "first after start";
  readonly seconds: number;
  readonly snarkjsSeconds: number;
  /** Of snarkjs' seconds to ours. */
  readonly ratio: number;
  readonly processorSeconds: number;
  readonly snarkjsProcessorSeconds: number;
  readonly processorRatio: number;
  /** Peaks of the processes. */
  readonly megabytes: number;
  readonly snarkjsMegabytes: number;
}
