import { readFile, writeFile } from "node:fs/promises";
import { expect } from "chai";
import { expectSnapshot } from "../report/snapshot.ts";
import { gasDocument } from "./gas-document.ts";
import { type GasFigure, measureGas } from "./gas-figures.ts";

const file = new URL("../../docs/gas.md", import.meta.url);

/** A Groth16 proof with three public inputs: its pairing check, and 160 bytes more than the proofs of these tests. */
const proofGas = 205_000n + 160n * 16n;

describe("Rollup: gas", () => {
  let figures: GasFigure[];

  before(async () => {
    figures = await measureGas();
  });

  it("stays within its limits", () => {
    for (const { what, gas, limit } of figures) {
      if (limit !== undefined) expect(gas, what).to.be.at.most(limit);
    }
    expect(figures[0]?.gas ?? 0n, "an empty batch with its proof").to.be.below(300_000n - proofGas);
  });

  it("does not grow", () => {
    expectSnapshot("gas", Object.fromEntries(figures.map(({ what, gas }) => [what, Number(gas)])));
  });

  it("is what docs/gas.md says (npm run snapshots writes it)", async () => {
    const text = gasDocument(figures);
    if (process.env.WRITE_SNAPSHOTS === "1") await writeFile(file, text);
    expect(text).to.equal(await readFile(file, "utf8"));
  });
});
