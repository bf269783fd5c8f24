import { expect } from "chai";
import { parseOptions, standardCases } from "../../../bench/sequencer/options.ts";

describe("bench sequencer: options", () => {
  it("are the report's without arguments, 100,000 accounts first", () => {
    const { cases, transactions, perCall, connections, json, byTransactions } = parseOptions([]);
    expect(cases).to.deep.equal(standardCases);
    expect(cases[0]).to.deep.equal({ accounts: 100_000, workload: "random" });
    expect({ transactions, perCall, connections }).to.deep.equal({
      transactions: 80_000,
      perCall: 50,
      connections: 16,
    });
    expect([json, byTransactions]).to.deep.equal([false, false]);
  });

  it("are random transfers for given numbers of accounts", () => {
    const { cases, transactions } = parseOptions(["1000", "1000000", "--transactions", "20000"]);
    expect(cases).to.deep.equal([
      { accounts: 1_000, workload: "random" },
      { accounts: 1_000_000, workload: "random" },
    ]);
    expect(transactions).to.equal(20_000);
  });

  it("take every workload with every number of accounts", () => {
    const { cases } = parseOptions(["10", "--workload", "zipf,merchant", "20", "--workload=random"]);
    expect(cases.map(({ accounts, workload }) => `${accounts} ${workload}`)).to.deep.equal([
      "10 zipf",
      "10 merchant",
      "10 random",
      "20 zipf",
      "20 merchant",
      "20 random",
    ]);
  });

  it("take workloads on their own, with 100,000 accounts", () => {
    expect(parseOptions(["--workload", "zipf"]).cases).to.deep.equal([
      { accounts: 100_000, workload: "zipf" },
    ]);
  });

  for (const [given, message] of [
    [["--fast"], "--by-transactions"],
    [["many"], '"many" given'],
    [["4"], "at least 5"],
    [["--workload", "skewed"], "random, zipf, merchant"],
    [["--transactions", "-5"], "--transactions"],
    [["--per-call=0"], "at least 1"],
    [["--transactions", "10"], "at least 2000"],
  ] as const) {
    it(`refuse ${given.join(" ")} and say what is taken`, () => {
      expect(() => parseOptions(given)).to.throw(message);
    });
  }
});
