import type { Settlement } from "../result.ts";

/** What blobs take in place of calldata: the parts are measured, the sums are a model. */
export interface BlobResult {
  readonly part: BlobPart;
  /** Gas of a further public input of a Groth16 proof, by EIP-1108: of the model. */
  readonly gasOfInput: number;
  /** A settlement of batches without rows, with real proofs. */
  readonly withoutRows: readonly { readonly batches: number; readonly gas: number }[];
  readonly breakEven: readonly BreakEven[];
  readonly settlements: readonly BlobSettlement[];
}

/** A settlement that was measured with its rows in calldata, and what the model says of it with its rows in blobs. */
export type BlobSettlement = Pick<
  Settlement,
  "shape" | "workload" | "amounts" | "batches" | "transfers" | "rows"
> & {
  readonly calldataGas: number;
  readonly inBlob: { readonly gas: number; readonly blobGas: number };
};

/** Measured with a transaction of type 3. */
export interface BlobPart {
  /** In all but blob gas. */
  readonly gas: number;
  /** Of it, besides calldata: hashing, the precompiled contract, the event. */
  readonly execution: number;
  readonly calldataBytes: number;
}

/** From how many rows of a batch on a blob is cheaper than calldata. */
export interface BreakEven {
  /** Price of a unit of blob gas, in prices of a unit of gas. */
  readonly priceRatio: number;
  readonly batches: number;
  readonly gasPerRow: number;
  /** Undefined if calldata is cheaper even for a full blob. */
  readonly rows: number | undefined;
}
