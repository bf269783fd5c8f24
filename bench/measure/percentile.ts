/**
 * The smallest value that at least that share of the values does not exceed (nearest rank): always one that was measured.
 *
 * @param sorted - In increasing order, at least one.
 * @param share - Above 0, up to 1.
 */
export function percentile(sorted: readonly number[], share: number): number {
  const value = sorted[Math.ceil(share * sorted.length) - 1];
  if (value === undefined) {
    throw new RangeError(`There is no such percentile: share ${share} of ${sorted.length} values.`);
  }
  return value;
}
