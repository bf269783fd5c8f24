import { expect } from "chai";
import { blobSettlementGas } from "../../../bench/gas/blob/blob-model.ts";
import { blobSettlements } from "../../../bench/gas/blob/blob-settlements.ts";
import type { Settlement } from "../../../bench/gas/result.ts";

describe("Bench gas: settlements with blobs", () => {
  const settlement: Settlement = {
    ...{ shape: "some", workload: "random", amounts: "round", batches: 2, transfers: 3_000, rows: 6_000 },
    ...{ verifier: "groth16", rowBytes: 36_000, calldataBytes: 37_000, calldataZeroBytes: 1_000 },
    ...{ gas: 4_000_000, floorGas: 1_500_000, floorApplies: false },
    split: {
      transaction: 21_000,
      calldata: 500_000,
      verification: 250_000,
      storage: 25_000,
      execution: 3_204_000,
    },
  };
  const withoutRows = new Map([[2, 330_000]]);

  it("keep what was measured and add what the model says", () => {
    expect(blobSettlements([settlement], 56_000, withoutRows)).to.deep.equal([
      {
        ...{ shape: "some", workload: "random", amounts: "round", batches: 2, transfers: 3_000, rows: 6_000 },
        calldataGas: 4_000_000,
        inBlob: {
          gas: blobSettlementGas({ withoutRows: 330_000, part: 56_000 }, 2, 0),
          blobGas: 262_144,
        },
      },
    ]);
  });

  it("leave out what does not fit: too many rows, too many blobs, a number of batches that was not measured", () => {
    const changed = [{ rows: 8_193 }, { batches: 8 }, { batches: 1 }];
    for (const change of changed) {
      const costs = new Map([...withoutRows, [8, 800_000]]);
      expect(blobSettlements([{ ...settlement, ...change }], 56_000, costs)).to.deep.equal([]);
    }
  });
});
