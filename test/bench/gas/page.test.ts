import { expect } from "chai";
import { gasOfInput } from "../../../bench/gas/blob/blob-model.ts";
import { breakEvens } from "../../../bench/gas/blob/break-evens.ts";
import type { GasResult, Settlement } from "../../../bench/gas/result.ts";
import { page } from "../../../bench/report/pages/gas.ts";
import { plotSvg } from "../../../bench/report/plot.ts";

describe("Page of the gas bench", () => {
  const settlement = (change: Partial<Settlement>): Settlement => ({
    ...{ shape: "busy", workload: "zipf", amounts: "round", batches: 1, transfers: 40, rows: 14 },
    ...{ verifier: "groth16", rowBytes: 84, calldataBytes: 700, calldataZeroBytes: 300 },
    ...{ gas: 290_000, floorGas: 40_000, floorApplies: false },
    split: {
      transaction: 21_000,
      calldata: 8_000,
      verification: 200_000,
      storage: 22_000,
      execution: 39_000,
    },
    ...change,
  });
  const withoutRows = [{ batches: 1, gas: 280_000 }];
  const slots = {
    depth: 5,
    transactions: 43,
    accounts: 14,
    operations: 10,
    exits: 10,
    fees: 2,
    applications: 0,
  };
  const row = { shape: "busy", workload: "zipf", batches: 1, transfers: 40 } as const;
  const result: GasResult = {
    shapes: [{ name: "busy", slots, constraints: 258_675, accounts: 1_000 }],
    settlements: [
      settlement({}),
      settlement({ shape: "large", transfers: 1_000, rows: 800, gas: 700_000, batches: 4 }),
      settlement({ amounts: "full", gas: 300_000 }),
    ],
    verification: [
      { ...row, constraints: 258_675, gas: 201_000 },
      { ...row, shape: "tiny", constraints: 29_067, gas: 200_990 },
      { ...row, constraints: 258_675, batches: 4, gas: 351_000 },
    ],
    rowCosts: [{ workload: "zipf", amounts: "round", bytes: 6.9, gas: 620, calldata: 90, execution: 530 }],
    empty: [{ shape: "busy", batches: 1, gas: 75_000, storage: 22_249, calldata: 6_000 }],
    blob: {
      part: { gas: 55_822, execution: 52_970, calldataBytes: 320 },
      gasOfInput,
      withoutRows,
      breakEven: breakEvens(55_822, withoutRows, 600),
      settlements: [],
    },
  };

  it("begins with what came out", () => {
    const { findings } = page(result);
    expect(findings[0]).to.contain(
      "**zipf**: a transfer takes 700 gas at best (large, 4 batches, 1,000 transfers",
    );
    expect(findings[1]).to.contain("zipf 2.22 of StarkEx's, 0.59 of zkSync Lite's, 0.53 of Loopring's");
    expect(findings.join("\n")).to.contain("cost 3 % to 3 % more gas than round ones");
    expect(findings.join("\n")).to.contain("200,990 to 201,000 gas from 29,067 to 258,675 constraints");
    expect(findings.join("\n")).to.contain("each further proof in a settlement 50,003");
  });

  it("says of workloads that were not measured nothing", () => {
    expect(page(result).findings.join("\n")).not.to.match(/random|merchant/);
  });

  it("shows the plots that it makes", async () => {
    const { text, plots } = page(result);
    for (const [name, specification] of Object.entries(plots)) {
      expect(text).to.contain(`(plots/${name}.svg)`);
      const svg = await plotSvg(specification);
      expect(svg).to.contain("</svg>");
      expect(svg, "a coordinate").not.to.contain("NaN");
    }
  });
});
