import { percentile } from "../measure/percentile.ts";
import { rounded } from "../measure/seconds.ts";

/** Of calls, from when each was due to its answer. */
export interface Latencies {
  readonly calls: number;
  readonly p50Milliseconds: number;
  readonly p90Milliseconds: number;
  readonly p99Milliseconds: number;
  readonly p999Milliseconds: number;
}

/** @param milliseconds - Of each call, in any order. */
export function latenciesOf(milliseconds: readonly number[]): Latencies {
  const sorted = milliseconds.toSorted((left, right) => left - right);
  const at = (share: number): number => rounded(percentile(sorted, share));
  return {
    calls: sorted.length,
    p50Milliseconds: at(0.5),
    p90Milliseconds: at(0.9),
    p99Milliseconds: at(0.99),
    p999Milliseconds: at(0.999),
  };
}
