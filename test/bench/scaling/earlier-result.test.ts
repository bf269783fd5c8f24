import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect } from "chai";
import { earlierResult } from "../../../bench/scaling/earlier-result.ts";
import { model } from "../../../bench/scaling/model/model.ts";
import { exampleResult } from "./example-result.ts";

describe("Earlier result of the scaling bench", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "hardhat-rollup-scaling-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function written(content: unknown): Promise<string> {
    const file = path.join(folder, "scaling.json");
    await writeFile(file, JSON.stringify(content));
    return file;
  }

  it("is read as the bench prints it and as the report has it, and the model comes out as before", async () => {
    const result = exampleResult();
    for (const content of [result, { command: "npm run bench -- scaling", result }]) {
      const read = await earlierResult(await written(content));
      expect(read).to.deep.equal(JSON.parse(JSON.stringify(result)));
      expect(model(read.model.constants, read.model.parameters)).to.deep.equal(result.model);
    }
  });

  it("is refused if it is that of something else", async () => {
    const file = await written({ tps: 3 });
    const error = await earlierResult(file).catch((thrown: Error) => thrown);
    expect(String(error)).to.contain(file);
  });
});
