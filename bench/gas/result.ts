import type { Shape } from "../../plugin/protocol/shape.ts";
import type { WorkloadName } from "../workload/workload.ts";
import type { AmountName } from "./amounts.ts";
import type { BlobResult } from "./blob/blob-result.ts";

/** What `npm run bench -- gas --json` prints. */
export interface GasResult {
  readonly shapes: readonly ShapeRow[];
  readonly settlements: readonly Settlement[];
  readonly verification: readonly Verification[];
  readonly empty: readonly EmptySettlement[];
  readonly rowCosts: readonly RowCost[];
  readonly blob: BlobResult;
}

export interface ShapeRow {
  readonly name: string;
  readonly slots: Shape;
  readonly constraints: number;
  /** That exist where it is measured. */
  readonly accounts: number;
}

/** One transaction on L1 that settles one or several batches of a shape. */
export interface Settlement {
  readonly shape: string;
  readonly workload: WorkloadName;
  readonly amounts: AmountName;
  readonly batches: number;
  readonly transfers: number;
  /** Accounts touched, over all batches. */
  readonly rows: number;
  /** Whether it was settled with real proofs, or with others and what verifying real ones takes was added. */
  readonly verifier: "groth16" | "accepting + measured difference";
  /** Bytes of the sections of rows. */
  readonly rowBytes: number;
  readonly calldataBytes: number;
  readonly calldataZeroBytes: number;
  readonly gas: number;
  /** Of `gas`, adding up to it. */
  readonly split: {
    readonly transaction: number;
    /** At 4 and 16 gas a byte. */
    readonly calldata: number;
    readonly verification: number;
    /** Storage and events. */
    readonly storage: number;
    /** All else that the contract does: reading rows, hashing and evaluating the data. */
    readonly execution: number;
  };
  /** What EIP-7623 charges at least. */
  readonly floorGas: number;
  readonly floorApplies: boolean;
}

/** What verifying real proofs takes more than accepting them: the difference of two settlements of the same batches. */
export interface Verification {
  readonly shape: string;
  readonly constraints: number;
  readonly workload: WorkloadName;
  readonly batches: number;
  readonly transfers: number;
  readonly gas: number;
}

/** A settlement of batches in which nothing happens, with proofs that are accepted. */
export interface EmptySettlement {
  readonly shape: string;
  readonly batches: number;
  readonly gas: number;
  readonly storage: number;
  readonly calldata: number;
}

/** What a row more takes, in gas, and its bytes. */
export interface RowCost {
  readonly workload: WorkloadName;
  readonly amounts: AmountName;
  readonly bytes: number;
  readonly gas: number;
  /** Of `gas`, adding up to it. */
  readonly calldata: number;
  readonly execution: number;
}
