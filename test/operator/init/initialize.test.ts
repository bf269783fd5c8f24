import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect } from "chai";
import { initialize } from "../../../plugin/operator/init/initialize.ts";

describe("initialize", () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), "hardhat-rollup-init-"));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  async function write(name: string, text: string): Promise<void> {
    await writeFile(path.join(root, name), text);
  }
  async function read(name: string): Promise<string> {
    return await readFile(path.join(root, name), "utf8");
  }

  it("makes config, test and scripts in a new project", async () => {
    await write("package.json", '{\n\t"name": "app",\n\t"type": "module"\n}\n');
    const { files, next } = await initialize({ root });
    expect(files.map(({ file, outcome }) => `${outcome} ${file}`)).to.deep.equal([
      "created hardhat.config.ts",
      "created test/rollup.test.ts",
      "changed package.json",
    ]);
    expect(next).to.equal("npm run rollup:test");
    expect(await read("package.json")).to.match(/^\{\n\t"name": "app",\n\t"type"[\s\S]*\}\n$/);
    expect(JSON.parse(await read("package.json")).scripts).to.deep.equal({
      "rollup:demo": "hardhat rollup:prove --demo",
      "rollup:test": "node --test test/rollup.test.ts",
    });
  });

  it("changes nothing the second time", async () => {
    await write("package.json", '{ "type": "module" }');
    await initialize({ root });
    const before = await Promise.all(["package.json", "hardhat.config.ts", "test/rollup.test.ts"].map(read));
    const { files } = await initialize({ root });
    expect(files.map(({ outcome }) => outcome)).to.deep.equal(["unchanged", "unchanged", "unchanged"]);
    const after = await Promise.all(["package.json", "hardhat.config.ts", "test/rollup.test.ts"].map(read));
    expect(after).to.deep.equal(before);
  });

  it("writes a test for the project's own runner", async () => {
    const devDependencies = { "@nomicfoundation/hardhat-toolbox-mocha-ethers": "^3.0.0", chai: "^6.0.0" };
    await write("package.json", JSON.stringify({ type: "module", devDependencies }));
    await initialize({ root });
    expect(await read("test/rollup.test.ts")).to.include("hardhat-rollup/testing");
    expect(await read("hardhat.config.ts")).to.include("plugins: [toolbox, rollup]");
    expect(JSON.parse(await read("package.json")).scripts["rollup:test"]).to.equal(
      "hardhat test mocha test/rollup.test.ts",
    );
  });

  it("overwrites no script, no test and no config that it cannot edit", async () => {
    const scripts = { "rollup:test": "mine" };
    await write("package.json", JSON.stringify({ type: "commonjs", scripts }));
    await write("hardhat.config.ts", "export default make();\n");
    const { files } = await initialize({ root });
    expect(JSON.parse(await read("package.json")).scripts["rollup:test"]).to.equal("mine");
    expect(await read("hardhat.config.ts")).to.equal("export default make();\n");
    const byHand = files.filter(({ outcome }) => outcome === "by hand");
    expect(byHand.map(({ file }) => file)).to.deep.equal(["hardhat.config.ts", "package.json"]);
    for (const { paste } of byHand) expect(paste).to.be.a("string");
  });

  for (const [files, config, test] of [
    [{ "tsconfig.json": "{}" }, "hardhat.config.ts", "test/rollup.test.ts"],
    [{}, "hardhat.config.js", "test/rollup.test.js"],
  ] as const) {
    it(`makes ${config} in a new project of Hardhat 2`, async () => {
      await write("package.json", '{ "devDependencies": { "hardhat": "^2.29.0" } }');
      for (const [name, text] of Object.entries(files)) await write(name, text);
      const report = await initialize({ root });
      expect(report.files.map(({ file, outcome }) => `${outcome} ${file}`)).to.deep.equal([
        `created ${config}`,
        `created ${test}`,
        "changed package.json",
      ]);
      expect(await read(test)).to.match(/[{ ]rollup }.*hardhat"/);
      expect(JSON.parse(await read("package.json")).scripts["rollup:test"]).to.equal(`hardhat test ${test}`);
      const again = await initialize({ root });
      expect(again.files.map(({ outcome }) => outcome)).to.deep.equal([
        "unchanged",
        "unchanged",
        "unchanged",
      ]);
    });
  }

  it("goes by the Hardhat that is installed, and edits the config in its own language", async () => {
    await write("package.json", '{ "devDependencies": { "hardhat": "*" } }');
    await mkdir(path.join(root, "node_modules/hardhat"), { recursive: true });
    await write("node_modules/hardhat/package.json", '{ "name": "hardhat", "version": "2.29.1" }');
    await write("hardhat.config.js", 'require("toolbox");\nmodule.exports = { solidity: "0.8.28" };\n');
    await initialize({ root });
    expect(await read("hardhat.config.js")).to.include('require("toolbox");\nrequire("hardhat-rollup");\n');
    expect(await read("test/rollup.test.js")).to.include('require("hardhat")');
  });

  it("has tests run by Hardhat's own runner where the project has it", async () => {
    const devDependencies = { "@nomicfoundation/hardhat-toolbox-viem": "^5.0.0" };
    await write("package.json", JSON.stringify({ type: "module", devDependencies }));
    await write("hardhat.config.js", "export default {};\n");
    await initialize({ root });
    expect(JSON.parse(await read("package.json")).scripts["rollup:test"]).to.equal(
      "hardhat test nodejs test/rollup.test.js",
    );
    expect(await read("test/rollup.test.js")).to.include('from "node:test"');
  });

  it("refuses a folder that is no project, and leaves it empty", async () => {
    const failure = await initialize({ root }).catch((error: unknown) => error);
    expect(failure).to.be.an("error").with.property("message").that.includes("There is no project here");
    expect(await readdir(root)).to.deep.equal([]);
  });

  it("says which package.json cannot be read", async () => {
    await write("package.json", "{ oops");
    const failure = await initialize({ root }).catch((error: unknown) => error);
    expect(failure).to.be.an("error").with.property("message").that.includes(path.join(root, "package.json"));
  });
});
