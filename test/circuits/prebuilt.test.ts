import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect } from "chai";
import { packPrebuilt, prebuiltFolder, unpackPrebuilt } from "../../plugin/circuits/prebuilt.ts";

describe("circuits that the package has compiled", () => {
  let folder: string;
  let packed: string;
  let target: string;
  const contents = { "one.r1cs": "constraint ".repeat(1_000), "one.wasm": "program" };
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "hardhat-rollup-prebuilt-"));
    packed = path.join(folder, "packed");
    target = path.join(folder, "target");
    for (const [name, text] of Object.entries(contents)) await writeFile(path.join(folder, name), text);
    const files = Object.keys(contents).map((name) => path.join(folder, name));
    await packPrebuilt("one", { contentHash: "sources", files }, packed);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("come out as they went in", async () => {
    expect(await unpackPrebuilt("one", "sources", target, packed)).to.equal(true);
    for (const [name, text] of Object.entries(contents)) {
      expect(await readFile(path.join(target, name), "utf8")).to.equal(text);
    }
  });

  it("are not for other sources, nor of another name", async () => {
    expect(await unpackPrebuilt("one", "other sources", target, packed)).to.equal(false);
    expect(await unpackPrebuilt("two", "sources", target, packed)).to.equal(false);
  });

  for (const [how, spoil] of Object.entries({
    missing: (file: string) => rm(file),
    "cut short": async (file: string) => await writeFile(file, (await readFile(file)).subarray(0, 8)),
    "another circuit": async (file: string) =>
      await writeFile(file, await readFile(path.join(packed, "one.r1cs.br"))),
  })) {
    it(`are left out if a file is ${how}`, async () => {
      await spoil(path.join(packed, "one.wasm.br"));
      expect(await unpackPrebuilt("one", "sources", target, packed)).to.equal(false);
      expect(await readdir(target)).to.deep.equal([]);
    });
  }

  it("are not there in the repository, which compiles its sources", async () => {
    const failure = await readdir(prebuiltFolder).catch((error: NodeJS.ErrnoException) => error.code);
    expect(failure).to.equal("ENOENT");
  });
});
