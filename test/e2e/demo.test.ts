import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import hre from "hardhat";
import { formatDemo } from "../../plugin/console/demo-report.ts";
import { type DemoResult, runDemo } from "../../plugin/operator/demo.ts";

// The demo with few payments and the smallest shape: two batches, each with two deposits, two transactions, one exit.
const payments = `kind,from,to,asset,amount
deposit,alice,,ETH,1
deposit,shop,,ETH,0.1
deposit,bob,,SUSD,20
deposit,kiosk,,SUSD,5
transfer,alice,shop,ETH,0.25
withdraw,alice,,ETH,0.5
transfer,bob,kiosk,SUSD,2.5
withdraw,kiosk,,SUSD,7
`;

describe("The demo", () => {
  let folder: string;
  const write = async (text: string): Promise<string> => {
    const file = path.join(folder, "payments.csv");
    await writeFile(file, text);
    return file;
  };
  const stores = async (): Promise<string[]> =>
    (await readdir(path.join(hre.config.rollup.folder, "stores")).catch(() => [])).sort();

  before(async () => {
    await hre.network.create(); // brings the matchers for promises
    folder = await mkdtemp(path.join(tmpdir(), "demo-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  describe("with all going well", () => {
    let result: DemoResult;
    let storesBefore: string[];

    before(async () => {
      storesBefore = await stores();
      result = await runDemo(hre, { payments: await write(payments), shapes: ["tiny"], progress: "nowhere" });
    });

    it("proves and settles every batch, and says what each took", () => {
      const sizes = {
        transactions: 2,
        operations: 2,
        accounts: 2,
        exits: 1,
        publishedBytes: 2 * 110 + 40 + (1 + 2 * 3),
      };
      expect(result.batches).to.have.length(2);
      for (const [position, batch] of result.batches.entries()) {
        expect(batch).to.include({ batchNumber: position + 1, shapeName: "tiny", ...sizes });
        expect(batch.constraints).to.be.within(2 ** 14, 2 ** 15);
        expect(batch.witnessSeconds).to.be.greaterThan(0);
        expect(batch.proofSeconds).to.be.greaterThan(0);
        expect(batch.gasUsed).to.be.within(200_000n, 1_000_000n);
      }
    });

    it("finds that the money adds up, before and after the withdrawals are claimed", () => {
      expect(result.claimed).to.equal(2);
      expect(result.checks[0]).to.deep.equal({
        name: "Each asset's escrow on L1 equals balances plus unclaimed exits",
        passed: true,
        facts: [
          "before claiming: 1.1 ETH escrow; 0.6 balances + 0.5 unclaimed exits",
          "before claiming: 25 SUSD escrow; 18 balances + 7 unclaimed exits",
          "after claiming: 0.6 ETH escrow; 0.6 balances + 0 unclaimed exits",
          "after claiming: 18 SUSD escrow; 18 balances + 0 unclaimed exits",
        ],
      });
    });

    it("finds the contract's root from L1 alone, and every proof good", () => {
      const [, root, proofs] = result.checks;
      expect(root?.passed).to.equal(true);
      expect(root?.facts[0]).to.match(/^0x[0-9a-f]{64} rebuilt \(batches: 2, accounts: 4\)$/);
      expect(root?.facts[1]).to.equal(`${root?.facts[0]?.slice(0, 66)} in the contract`);
      expect(proofs?.passed).to.equal(true);
      expect(proofs?.facts[0]).to.equal("batches sealed: 2, events BatchSettled: 2");
    });

    it("prints a row a batch, three checks, and where the time went", () => {
      const text = formatDemo(result);
      const [batch] = result.batches;
      const perTransaction = Math.round(Number(batch?.gasUsed) / 2).toLocaleString("en-US");
      const row = text.split("\n").find((line) => /^ *1 /.test(line)) ?? "";
      expect(row.split(/\s{2,}/)).to.include.members(["tiny", perTransaction, "134"]);
      expect(text.match(/^✔ /gm)).to.have.length(3);
      expect(text).to.match(/^Prove and settle +\d+\.\d$/m);
      expect(text).to.match(/^total +\d+\.\d$/m);
    });

    it("leaves no store behind", async () => {
      expect(await stores()).to.deep.equal(storesBefore);
    });
  });

  it("refuses payments that cannot be made before anything is sent", async () => {
    const file = await write(`${payments}transfer,shop,alice,ETH,2\n`);
    await expect(runDemo(hre, { payments: file, shapes: ["tiny"], progress: "nowhere" })).to.be.rejectedWith(
      /line: 10\n {2}column: amount/,
    );
  });

  it("stops when it is told to, and leaves no store behind", async () => {
    const storesBefore = await stores();
    const stop = new AbortController();
    const running = runDemo(hre, {
      payments: await write(payments),
      shapes: ["tiny"],
      progress: "nowhere",
      signal: stop.signal,
    });
    const appeared = async (): Promise<boolean> => (await stores()).length > storesBefore.length;
    while (!(await appeared())) await new Promise((resolve) => setTimeout(resolve, 50));
    stop.abort(new Error("enough"));
    await expect(running).to.be.rejectedWith("enough");
    expect(await stores()).to.deep.equal(storesBefore);
  });
});
