import { expect } from "chai";
import { bothRows, type Times } from "../../../bench/prove/rows.ts";

const circuit = { name: "tiny", system: "groth16", power: 15, constraints: 29_067 } as const;

function times(first: number, seconds: readonly number[], megabytes: number): Times {
  return {
    firstSeconds: first,
    firstProcessorSeconds: 2 * first,
    seconds,
    processorSeconds: seconds.map((each) => 2 * each),
    peakMemoryBytes: megabytes * 1e6,
  };
}

describe("bench prove: rows", () => {
  const ours = [times(3, [1, 1.1], 100), times(5, [1.2, 9], 300), times(4, [1, 1.3], 200)];
  const theirs = [times(20, [12], 400), times(30, [11], 500), times(40, [100], 600)];
  const [ready, first] = bothRows({ circuit, step: "proof", threads: 2, rounds: 3 }, ours, theirs);

  it("have medians of all rounds, which one slow sample does not change, and their ratios", () => {
    expect(ready).to.deep.equal({
      circuit: "tiny",
      step: "proof",
      system: "groth16",
      power: 15,
      constraints: 29_067,
      threads: 2,
      rounds: 3,
      run: "ready",
      seconds: 1.2,
      snarkjsSeconds: 12,
      ratio: 10,
      processorSeconds: 2.4,
      snarkjsProcessorSeconds: 24,
      processorRatio: 10,
      megabytes: 200,
      snarkjsMegabytes: 500,
    });
  });

  it("have the first after the start by itself", () => {
    expect(first).to.include({ run: "first after start", seconds: 4, snarkjsSeconds: 30, ratio: 7.5 });
  });
});
