import { expect } from "chai";
import type { Settlement } from "../../../bench/gas/result.ts";
import { rowCosts } from "../../../bench/gas/row-costs.ts";

describe("Bench gas: what a row takes", () => {
  const settlement = (rows: number, change: Partial<Settlement> = {}): Settlement => ({
    ...{ shape: `${rows} rows`, workload: "zipf", amounts: "full", batches: 1, transfers: rows, rows },
    ...{ verifier: "groth16", rowBytes: 1 + 12 * rows, calldataBytes: 700, calldataZeroBytes: 300 },
    ...{ gas: 290_000, floorGas: 40_000, floorApplies: false },
    split: {
      ...{ transaction: 21_000, verification: 200_000, storage: 22_000 },
      ...{ calldata: 8_000 + 180 * rows, execution: 39_000 + 530 * rows },
    },
    ...change,
  });

  it("is the slope of calldata and execution, whatever is fixed", () => {
    const others = [
      settlement(50),
      settlement(4_000, { batches: 2 }),
      settlement(9_000, { workload: "random" }),
    ];
    expect(rowCosts([settlement(100), ...others, settlement(1_000)])).to.deep.equal([
      { workload: "zipf", amounts: "full", bytes: 12, gas: 710, calldata: 180, execution: 530 },
    ]);
  });

  it("is unknown of a single settlement", () => {
    expect(rowCosts([settlement(100)])).to.deep.equal([]);
  });
});
