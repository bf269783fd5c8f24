import { readFileSync } from "node:fs";

/** Seconds that some work takes, those that processors spend on it, and its result. */
export async function seconds<Result>(
  work: () => Promise<Result>,
): Promise<[seconds: number, result: Result, processorSeconds: number]> {
  const started = performance.now();
  const before = processorSeconds();
  const result = await work();
  return [(performance.now() - started) / 1000, result, processorSeconds() - before];
}

const clockTicksPerSecond = 100;

/** Of this process and of those that it started and that have ended, from Linux' /proc; NaN elsewhere. */
function processorSeconds(): number {
  try {
    const fields = readFileSync("/proc/self/stat", "utf8").split(") ")[1]?.split(" ") ?? [];
    // utime, stime, cutime and cstime: the 14th to the 17th, and the list begins with the third.
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / clockTicksPerSecond;
  } catch {
    return Number.NaN;
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[sorted.length >> 1] as number;
}

/** Numbers as they are worth printing. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
