// What a settlement takes whose rows are in blobs. No contract does it yet: a model made of measured parts.

/** EIP-4844. */
export const blobGas = 131_072;
/** EIP-4844: a row is an element, so that a blob has that many rows at most. */
export const rowsPerBlob = 4_096;
/** EIP-7594: at most so many blobs in a transaction. */
export const maxBlobsPerTransaction = 6;
/** EIP-7918: below this price of blob gas, in prices of gas, blobs get no cheaper. 2^13 gas a blob over its blob gas. */
export const reservePriceRatio = 2 ** 13 / blobGas;
/** Public inputs of a blob shape beyond the others': the two halves of the value. */
export const furtherInputs = 2;
/** EIP-1108: a multiplication and an addition on the curve. The calls and their data come on top. */
export const gasOfInput = 6_000 + 150;

export interface BlobCosts {
  /** A settlement of that many batches without rows, in gas. */
  readonly withoutRows: number;
  /** What a blob takes besides its blob gas. */
  readonly part: number;
}

/**
 * @param batches - Each with a blob of its own; their proofs are verified together, which adds up the inputs before.
 * @param priceRatio - Price of a unit of blob gas, in prices of a unit of gas.
 * @returns What it costs, in units of gas.
 */
export function blobSettlementGas(
  { withoutRows, part }: BlobCosts,
  batches: number,
  priceRatio: number,
): number {
  if (batches > maxBlobsPerTransaction) {
    throw new RangeError(`A transaction has at most ${maxBlobsPerTransaction} blobs: ${batches} given.`);
  }
  return withoutRows + furtherInputs * gasOfInput + batches * (part + blobGas * priceRatio);
}

/**
 * From how many rows of a batch on a blob is cheaper than calldata.
 *
 * @param gasPerRow - In calldata.
 * @returns Undefined if calldata is cheaper even for as many rows as a blob has room for.
 */
export function breakEvenRows(
  costs: BlobCosts,
  batches: number,
  priceRatio: number,
  gasPerRow: number,
): number | undefined {
  const further = blobSettlementGas(costs, batches, priceRatio) - costs.withoutRows;
  const rows = Math.ceil(further / batches / gasPerRow);
  return rows <= rowsPerBlob ? rows : undefined;
}
