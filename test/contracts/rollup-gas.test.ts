import { readFile, writeFile } from "node:fs/promises";
import { expect } from "chai";
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

  it("is what docs/gas.md says (npm run gas writes it)", async () => {
    const text = gasDocument(figures);
    if (process.env.WRITE_GAS === "1") await writeFile(file, text);
    expect(text).to.equal(await readFile(file, "utf8"));
  });
});
