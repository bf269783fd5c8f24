/** Seconds that some work takes, and its result. */
export async function seconds<Result>(work: () => Promise<Result>): Promise<[number, Result]> {
  const started = performance.now();
  const result = await work();
  return [(performance.now() - started) / 1000, result];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[sorted.length >> 1] as number;
}

/** Numbers as they are worth printing. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
