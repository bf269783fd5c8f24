import type { Fit } from "../fit.ts";

const tolerance = 0.1;

export function isNear(slope: number, expected: number): boolean {
  return Math.abs(slope - expected) <= tolerance;
}

export function slopeText({ slope, standardError, rSquared }: Fit): string {
  return `slope ${slope.toFixed(3)} ± ${standardError.toFixed(3)}, R² ${rSquared.toFixed(4)}`;
}
