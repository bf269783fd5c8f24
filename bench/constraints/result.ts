import type { Shape } from "../../plugin/protocol/shape.ts";
import type { WorkloadName } from "../workload/workload.ts";
import type { SlotKind } from "./slot-cost.ts";

/** What `npm run bench -- constraints --json` prints. Constraints throughout, unless a name says otherwise. */
export interface ConstraintsResult {
  readonly toolchain: string;
  /** Every circuit of ours that was compiled, beside what the formula says. */
  readonly circuits: readonly CompiledCircuitRow[];
  readonly formulaIsExact: boolean;
  readonly slots: readonly SlotRow[];
  /** A step of the sponge, for 15 elements; what publishing one of them takes; and what is there whatever the shape. */
  readonly spongeStep: number;
  readonly publishedElement: number;
  readonly fixed: number;
  readonly depth: DepthFit;
  readonly parts: Readonly<Record<string, number>>;
  readonly hermez: HermezParts;
  readonly loopring: LoopringParts;
  readonly equalAccounts: readonly EqualAccountsRow[];
  readonly workloads: readonly WorkloadRow[];
}

export interface CompiledCircuitRow {
  readonly name: string;
  readonly shape: Shape;
  readonly compiled: number;
  readonly formula: number;
}

export interface SlotRow {
  readonly kind: SlotKind;
  readonly depth: number;
  readonly constraints: number;
}

/** Circuits that differ in depth alone. */
export interface DepthFit {
  readonly points: readonly { readonly depth: number; readonly constraints: number }[];
  /** By least squares, of the whole circuit. */
  readonly slope: number;
  /** Of the points from the line. */
  readonly largestResidual: number;
  /** For each level, in each account slot. */
  readonly accountLevel: number;
}

export interface PartRow {
  readonly part: string;
  readonly constraints: number;
  readonly perTransaction: number;
}

/** Hermez's figure for a transaction, made of templates of circomlib compiled here. */
export interface HermezParts {
  readonly levels: number;
  readonly published: number;
  readonly parts: readonly PartRow[];
  readonly explained: number;
  /** Their own logic: published without what is explained. */
  readonly rest: number;
  /** Constraints for each level of one processor: compiled here, and as Hermez's estimator has it. */
  readonly level: number;
  readonly estimatedLevel: number;
  readonly estimate: HermezEstimate;
}

/** What Hermez's own estimator says. */
export interface HermezEstimate {
  readonly perTransaction: number;
  /** RollupTx without its fee slots and the hash of the data: what the published figure is, rounded. */
  readonly ofPublished: number;
  /** Whatever the number of transactions: data of 256 L1 transactions, 64 fee transactions. */
  readonly perBatch: number;
}

export interface LoopringParts {
  readonly bytesPerTransaction: number;
  readonly sha256PerTransaction: number;
  readonly published: number;
  readonly publishedPerRing: number;
}

/** Costs of a transfer here and there in trees of as many accounts, by how many rows it adds. */
export interface EqualAccountsRow {
  readonly depth: number;
  readonly hermezLevels: number;
  readonly hermez: number;
  /** With 0, 1 and 2 account slots a transfer. */
  readonly perTransfer: readonly [number, number, number];
}

/** Pending transactions when a batch is sealed, for each transaction slot. */
export type Backlog = 1 | 8;

/** Batches that the sequencer sealed of a stream of transfers, each with a fee. */
export interface WorkloadRow {
  readonly workload: WorkloadName;
  readonly population: number;
  readonly backlog: Backlog;
  /** Name of a built-in shape, or `2^k`: the best found for the workload in that domain. */
  readonly shapeName: string;
  readonly shape: Shape;
  readonly batchConstraints: number;
  /** Logarithm of the size of the domain. */
  readonly power: number;
  readonly batches: number;
  readonly transfersPerBatch: number;
  readonly rowsPerBatch: number;
  readonly rowsPerTransfer: number;
  /** Of the whole batch, empty slots included. */
  readonly constraintsPerTransfer: number;
  /** Hermez's published figure, at 32 levels and a full batch, over that. */
  readonly hermezRatio: number;
  /** What Hermez's estimator says for as many accounts as ours, over that. */
  readonly equalAccountsRatio: number;
}
