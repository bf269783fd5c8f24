import { expect } from "chai";
import { page } from "../../../bench/report/pages/sequencer.ts";
import { plotSvg } from "../../../bench/report/plot.ts";
import type { SequencerResult, SequencerRow } from "../../../bench/sequencer/result.ts";

const latencies = {
  calls: 1_440,
  p50Milliseconds: 80,
  p90Milliseconds: 120,
  p99Milliseconds: 190,
  p999Milliseconds: 260,
};

function row(given: Partial<SequencerRow>): SequencerRow {
  return {
    accounts: 100_000,
    workload: "random",
    tps: 8_000,
    sealedTps: 7_000,
    loadSeconds: 9,
    ...latencies,
    atHalfLoad: { ...latencies, tps: 4_000, p99Milliseconds: 17 },
    processorMillisecondsPerTransaction: 0.2,
    serverMegabytes: 400,
    startSeconds: 4,
    batches: 160,
    ...given,
  };
}

function resultOf(rows: readonly SequencerRow[]): SequencerResult {
  return {
    tps: 8_000,
    ratio: 250,
    signatureRatio: 200,
    reference: { tps: 32, signaturesPerSecond: 40 },
    spread: 2,
    transactions: 80_000,
    perCall: 50,
    connections: 16,
    cores: 2,
    rows,
  };
}

describe("bench sequencer: page", () => {
  const rows = [
    row({}),
    row({ accounts: 1_000_000, processorMillisecondsPerTransaction: 0.3, serverMegabytes: 1_250 }),
    row({ accounts: 1_000, processorMillisecondsPerTransaction: 0.15 }),
    row({ workload: "zipf" }),
  ];
  const { findings, text, plots } = page(resultOf(rows));

  it("finds throughput, latency at half load and what a thousand times the accounts cost", () => {
    expect(findings[0]).to.contain("8,000 transactions a second").and.contain("250 times");
    expect(findings[1]).to.contain("within 17 ms");
    expect(findings[2]).to.contain("With 1,000,000 accounts").and.contain("2 times").and.contain("1,250 MB");
  });

  it("shows every row, and plots that can be drawn", async () => {
    expect(text).to.contain("| 100,000 | zipf | full | 8,000 | 1,440 | 80 | 120 | 190 | 260 |");
    expect(text).to.contain("| 100,000 | zipf | half | 4,000 | 1,440 | 80 | 120 | 17 | 260 |");
    for (const [name, plot] of Object.entries(plots)) {
      expect(text).to.contain(`plots/${name}.svg`);
      expect(await plotSvg(plot)).to.contain("1,000,000 accounts, random");
    }
  });

  it("compares nothing where there is one row", () => {
    expect(page(resultOf([row({})])).findings).to.have.lengthOf(2);
  });
});
