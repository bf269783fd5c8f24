/** Equal shares of a settlement's gas, one a batch; together they are all of it. */
export function gasShares(gasUsed: bigint, batches: number): bigint[] {
  const share = gasUsed / BigInt(batches);
  return Array.from({ length: batches }, (_, i) => (i === 0 ? gasUsed - share * BigInt(batches - 1) : share));
}
