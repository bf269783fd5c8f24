import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";

const root = path.resolve(import.meta.dirname, "../..");

/** What the plugin for Hardhat 3 alone loads. */
const ofHardhatThree = ["plugin/index.ts"];

describe("imports", () => {
  it("load no module of Hardhat 3 where Hardhat 2 runs", async () => {
    const loading: string[] = [];
    for (const folder of ["plugin", "tasks"]) {
      for (const name of await readdir(path.join(root, folder), { recursive: true })) {
        if (!name.endsWith(".ts")) continue;
        const text = await readFile(path.join(root, folder, name), "utf8");
        const loads = /^(?:import|export)(?! type)[^;]*"hardhat(?:\/[a-z/]+)?";/m.test(text);
        if (loads) loading.push(`${folder}/${name}`);
      }
    }
    // The texts that `rollup:init` writes.
    const texts = ["sample-test.ts", "sample-test-of-two.ts"].map((name) => `plugin/operator/init/${name}`);
    expect(loading.filter((name) => !texts.includes(name))).to.deep.equal(ofHardhatThree);
  });
});
