import { expect } from "chai";
import type { BatchReport } from "../../plugin/client/batch-report.ts";
import { formatBatches } from "../../plugin/console/batch-table.ts";
import { formatFacts, formatTable, stringifyExact } from "../../plugin/console/table.ts";

const sealed: BatchReport = {
  batchNumber: 7,
  shapeName: "dev",
  system: "groth16",
  operations: 1,
  transactions: 8,
  accounts: 5,
  exits: 2,
  publishedBytes: 300,
  constraints: undefined,
  witnessSeconds: undefined,
  proofSeconds: undefined,
  peakMemoryBytes: undefined,
  gasUsed: undefined,
  transactionHash: undefined,
};

/** Titles and values of a table, by column. */
function columnsOf(table: string): Record<string, string[]> {
  const [titles = [], ...rows] = table.split("\n").map((line) => line.trim().split(/ {2,}/));
  return Object.fromEntries(titles.map((title, column) => [title, rows.map((row) => row[column] ?? "")]));
}

describe("tables of batches", () => {
  it("say what proves a batch unless it is Groth16, and loudly if nothing does", () => {
    expect(columnsOf(formatBatches([sealed]))).to.not.have.property("proofs");
    const systems = (["groth16", "plonk", "simulated"] as const).map((system) => ({ ...sealed, system }));
    expect(formatBatches(systems)).to.match(/plonk[\s\S]*SIMULATED/);
  });

  it("have what is known, and no columns for what is not", () => {
    const columns = columnsOf(formatBatches([sealed]));
    expect(columns).to.include.keys("batch", "shape", "transactions", "bytes/tx");
    expect(columns).to.not.have.any.keys("constraints", "proof s", "gas", "gas/tx");
    expect(columns["bytes/tx"]).to.deep.equal(["38"]);
  });

  it("share gas and bytes among the transactions", () => {
    const settled = {
      ...sealed,
      constraints: 65_011,
      proofSeconds: 7.25,
      peakMemoryBytes: 9e8,
      gasUsed: 400_000n,
    };
    const deposits = { ...settled, batchNumber: 8, transactions: 0, gasUsed: 300_000n };
    const columns = columnsOf(formatBatches([settled]));
    expect(columns).to.deep.include({
      constraints: ["65,011"],
      "proof s": ["7.3"],
      "peak MB": ["900"],
      "gas/tx": ["50,000"],
    });
    expect(columnsOf(formatBatches([settled, deposits])).gas).to.deep.equal(["400,000", "300,000"]);
    expect(columnsOf(formatBatches([deposits]))).to.not.have.any.keys("gas/tx", "bytes/tx");
  });
});

describe("tables", () => {
  it("set words left and figures right, without blanks at the end", () => {
    const columns = [{ title: "name" }, { title: "n", align: "right" as const }];
    const rows = [
      ["a", "1"],
      ["bcdef", "1,000"],
    ];
    expect(formatTable(columns, rows)).to.equal("name       n\na          1\nbcdef  1,000");
  });

  it("of facts have their values in one column", () => {
    expect(formatFacts({ a: 1, bcd: "x" })).to.equal("a    1\nbcd  x");
  });
});

describe("stringifyExact", () => {
  it("keeps every digit", () => {
    expect(JSON.parse(stringifyExact({ a: 2n ** 100n, b: 1 }))).to.deep.equal({
      a: String(2n ** 100n),
      b: 1,
    });
  });
});
