import { breakEvenRows, reservePriceRatio } from "./blob-model.ts";
import type { BreakEven } from "./blob-result.ts";

/** Prices of blob gas, in prices of gas: from the least that EIP-7918 lets it fall to. */
export const priceRatios = [reservePriceRatio, 0.25, 1, 4, 16];

/** By price, for each number of batches that are settled without rows, and each price of a row in calldata. */
export function breakEvens(
  part: number,
  withoutRows: readonly { readonly batches: number; readonly gas: number }[],
  gasPerRow: number,
): BreakEven[] {
  return withoutRows.flatMap(({ batches, gas }) =>
    priceRatios.map((priceRatio) => ({
      priceRatio,
      batches,
      gasPerRow,
      rows: breakEvenRows({ withoutRows: gas, part }, batches, priceRatio, gasPerRow),
    })),
  );
}
