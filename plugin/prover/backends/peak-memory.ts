import { readFileSync } from "node:fs";

const intervalMilliseconds = 100;

/**
 * Follows the largest resident size of another process while that runs. Only Linux tells it.
 *
 * @returns `stop` ends it and returns the size in bytes, 0 if unknown
 */
export function peakMemory(pid: number | undefined): { readonly stop: () => number } {
  let peak = 0;
  const look = (): void => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      peak = Math.max(peak, 1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0));
    } catch {
      // Not on Linux, or it has just ended.
    }
  };
  look();
  const timer = setInterval(look, intervalMilliseconds);
  return {
    stop: () => {
      clearInterval(timer);
      return peak;
    },
  };
}
