import { expect } from "chai";

/** Like chai's `closeTo`, which Hardhat's matchers make one for whole numbers alone. */
export function expectNear(actual: number, expected: number, tolerance: number, what?: string): void {
  expect(Math.abs(actual - expected), `${what ?? "number"}: ${actual}, expected ${expected}`).to.be.at.most(
    tolerance,
  );
}
