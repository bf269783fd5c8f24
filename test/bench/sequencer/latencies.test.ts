import { expect } from "chai";
import { latenciesOf } from "../../../bench/sequencer/latencies.ts";

describe("bench sequencer: latencies", () => {
  it("are percentiles of calls in any order", () => {
    const shuffled = Array.from({ length: 1_000 }, (_, call) => ((call * 617) % 1_000) + 1);
    expect(latenciesOf(shuffled)).to.deep.equal({
      calls: 1_000,
      p50Milliseconds: 500,
      p90Milliseconds: 900,
      p99Milliseconds: 990,
      p999Milliseconds: 999,
    });
  });
});
