import { expect } from "chai";
import type { BatchToSettle } from "../../plugin/settlement/batch-to-settle.ts";
import { gasShares } from "../../plugin/settlement/gas-shares.ts";
import { groupSettlements } from "../../plugin/settlement/group-settlements.ts";

/** A batch with this many exit rows, 40 bytes each. */
function batch(batchNumber: number, exits: number): BatchToSettle {
  const exit = { recipient: 1n, amount: 2n, asset: 1 };
  return {
    batchNumber,
    newRoot: 1n,
    commitment: 2n,
    shapeId: `0x${"ab".repeat(32)}`,
    proof: `0x${"cd".repeat(256)}`,
    operations: [],
    exits: new Array(exits).fill(exit),
    rows: [],
  };
}

const numbersOf = (groups: readonly (readonly BatchToSettle[])[]) =>
  groups.map((group) => group.map(({ batchNumber }) => batchNumber));

describe("groupSettlements", () => {
  it("puts small batches together, in order", () => {
    expect(numbersOf(groupSettlements([1, 2, 3].map((number) => batch(number, 1))))).to.deep.equal([
      [1, 2, 3],
    ]);
    expect(groupSettlements([])).to.deep.equal([]);
  });

  it("starts another settlement where bytes or gas would be too many", () => {
    // 1,500 exits are 60 KB and, by the estimate, 7.5 million gas.
    const large = [1, 2, 3, 4].map((number) => batch(number, 1_500));
    expect(numbersOf(groupSettlements(large))).to.deep.equal([[1], [2], [3], [4]]);
    const many = Array.from({ length: 50 }, (_, i) => batch(i + 1, 0));
    expect(groupSettlements(many).map((group) => group.length)).to.deep.equal([36, 14]);
    expect(numbersOf(groupSettlements([batch(1, 3_200), batch(2, 0)])), "alone if it must").to.deep.equal([
      [1],
      [2],
    ]);
  });
});

describe("gasShares", () => {
  it("add up to the whole", () => {
    for (const [gas, count] of [
      [100n, 3],
      [1n, 2],
      [0n, 1],
    ] as const) {
      expect(gasShares(gas, count).reduce((sum, share) => sum + share, 0n)).to.equal(gas);
      expect(gasShares(gas, count)).to.have.length(count);
    }
  });
});
