import { expect } from "chai";
import { sealStream } from "../../../bench/constraints/seal-stream.ts";
import type { Payment } from "../../../bench/workload/workload.ts";
import { builtInShapes } from "../../../plugin/circuits/shapes.ts";

describe("A stream of payments, sealed", () => {
  const shape = builtInShapes.dev; // 8 transactions, 6 accounts
  const repeat = (payments: Payment[], times: number): Payment[] =>
    Array.from({ length: times }, () => payments).flat();

  it("fills batches where the same two people pay each other", () => {
    const stream = repeat(
      [
        { from: 1, to: 2 },
        { from: 2, to: 1 },
      ],
      50,
    );
    const sealed = sealStream(stream, 10, shape, 1, 5);
    // The fees' account is the third row.
    expect(sealed).to.deep.equal({ batches: 5, transfers: 5 * 8, rows: 5 * 3 });
  });

  it("runs out of accounts where everybody pays somebody new", () => {
    const stream = Array.from({ length: 100 }, (_, i) => ({ from: 2 * i, to: 2 * i + 1 }));
    const sealed = sealStream(stream, 200, shape, 1, 5);
    expect(sealed).to.deep.equal({ batches: 5, transfers: 5 * 2, rows: 5 * 5 });
  });

  it("finds those who repeat among more that is pending", () => {
    const stream = Array.from({ length: 200 }, (_, i) =>
      i % 2 === 0 ? { from: 1, to: 2 } : { from: 10 + 2 * i, to: 11 + 2 * i },
    );
    const alone = sealStream(stream, 500, shape, 1, 2);
    const chosen = sealStream(stream, 500, shape, 8, 2);
    expect(chosen.transfers).to.be.above(alone.transfers);
  });

  it("says so if payments run out", () => {
    expect(() => sealStream([{ from: 1, to: 2 }], 10, shape, 1, 1)).to.throw("1 payments are not enough");
  });
});
