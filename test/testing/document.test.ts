import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import { commandOf, ScratchProject } from "./scratch-project.ts";

// What docs/testing.md shows is a project: its blocks are the files that they name, and all of their tests have to pass.

const document = path.resolve(import.meta.dirname, "../../docs/testing.md");

/** The blocks that begin with a file's name in a comment. */
async function filesOfDocument(): Promise<Record<string, string>> {
  const text = await readFile(document, "utf8");
  const blocks = text.matchAll(/^```(?:ts|circom)\n\/\/ (\S+)\n([\s\S]*?)^```$/gm);
  return Object.fromEntries([...blocks].map(([, name = "", content = ""]) => [name, content]));
}

/** Tests by how they are written in all runners alike. */
function testsIn(text: string): number {
  return text.match(/^ {2}it\(/gm)?.length ?? 0;
}

describe("docs/testing.md", () => {
  let files: Record<string, string>;
  let project: ScratchProject;
  before(async () => {
    files = await filesOfDocument();
    project = await ScratchProject.make("simulated", files);
  });
  after(() => project.remove());

  it("has no code block that nothing runs", async () => {
    const text = await readFile(document, "utf8");
    expect(text.match(/^```[a-z]+$/gm)).to.have.length(Object.keys(files).length);
    expect(Object.keys(files)).to.include.members(["hardhat.config.ts", "test/payments.ts", "test/node.ts"]);
  });

  it("has mocha tests that pass", async () => {
    const names = Object.keys(files).filter((name) => name.startsWith("test/") && name !== "test/node.ts");
    const { code, output } = await project.run([commandOf("hardhat"), "test", "mocha", ...names]);
    expect(code, output).to.equal(0);
    const wanted = names.reduce((sum, name) => sum + testsIn(files[name] ?? ""), 0);
    expect(wanted).to.be.greaterThan(8);
    expect(output).to.include(`${wanted} passing`);
  });

  it("has a node:test test that passes", async () => {
    const { code, output } = await project.run(["--test", "test/node.ts"]);
    expect(code, output).to.equal(0);
    expect(output).to.match(/pass 1\b/);
  });
});
