import { expect } from "chai";
import {
  blobSettlementGas,
  breakEvenRows,
  furtherInputs,
  gasOfInput,
  reservePriceRatio,
} from "../../../bench/gas/blob/blob-model.ts";

describe("Bench gas: the model of blobs", () => {
  const costs = { withoutRows: 300_000, part: 60_000 };

  it("adds up what is measured, two inputs and the blobs' gas at its price", () => {
    const inputs = furtherInputs * gasOfInput;
    expect(blobSettlementGas(costs, 1, 1)).to.equal(300_000 + inputs + 60_000 + 131_072);
    expect(blobSettlementGas(costs, 6, 0.5)).to.equal(300_000 + inputs + 6 * (60_000 + 65_536));
    expect(() => blobSettlementGas(costs, 7, 1)).to.throw(RangeError, "at most 6 blobs");
  });

  it("has 2^13 gas a blob as the reserve price", () => {
    expect(reservePriceRatio).to.equal(1 / 16);
  });

  it("breaks even where rows in calldata cost what the blob costs", () => {
    const rows = breakEvenRows(costs, 1, 1, 600) ?? 0;
    const blob = blobSettlementGas(costs, 1, 1);
    expect(costs.withoutRows + rows * 600).to.be.at.least(blob);
    expect(costs.withoutRows + (rows - 1) * 600).to.be.below(blob);
  });

  it("never breaks even if a full blob costs more than its rows in calldata", () => {
    expect(breakEvenRows(costs, 1, 19, 600)).to.equal(undefined);
    expect(breakEvenRows(costs, 1, 18, 600)).to.be.at.most(4_096);
  });
});
