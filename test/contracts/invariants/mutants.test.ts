import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { mutants } from "./mutants.ts";

const contracts = new URL("../../../contracts/", import.meta.url);

describe("mutants of the rollup (npm run mutants)", () => {
  it("are each one change of a contract as it is now", async () => {
    for (const { name, file, text } of mutants) {
      const source = await readFile(new URL(file, contracts), "utf8");
      expect(source.split(text), name).to.have.lengthOf(2);
    }
    expect(new Set(mutants.map(({ name }) => name))).to.have.property("size", mutants.length);
  });
});
