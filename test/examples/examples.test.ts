import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import { commandOf, type RunResult, ScratchProject } from "../testing/scratch-project.ts";

// Every example is a project of its own: its files are copied out of the repository and its tests run there.

const folder = path.resolve(import.meta.dirname, "../../examples");

/** Tests of each, with every constraint checked; and what they are told to do in the run with real proofs. */
const examples = {
  "exchange-house": { tests: 2, proofs: { PAYMENTS: "2" }, grep: "" },
  "gas-sponsor": { tests: 3, proofs: {}, grep: "takes fees in the token" },
  l3: { tests: 3, proofs: {}, grep: "settles payments there" },
} as const;

/** The source files of an example, without the compiler that Hardhat would download. */
async function filesOf(name: string): Promise<Record<string, string>> {
  const root = path.join(folder, name);
  const files: Record<string, string> = {};
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (!entry.isFile() || !/\.(ts|sol|csv)$/.test(entry.name)) continue;
    files[path.relative(root, file)] = await readFile(file, "utf8");
  }
  const config = files["hardhat.config.ts"] ?? "";
  return { ...files, "hardhat.config.ts": config.replace(/^ {2}solidity: .*\n/m, "") };
}

async function runTests(
  project: ScratchProject,
  grep: string,
  env: Readonly<Record<string, string>>,
): Promise<RunResult> {
  const before = { ...process.env };
  Object.assign(process.env, env);
  try {
    return await project.run([
      commandOf("hardhat"),
      "test",
      "mocha",
      ...(grep === "" ? [] : ["--grep", grep]),
    ]);
  } finally {
    for (const name of Object.keys(env)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
}

describe("examples", () => {
  it("are all run", async () => {
    const entries = await readdir(folder);
    // The demo's payments, which test/e2e/demo.test.ts runs.
    expect(entries.toSorted()).to.deep.equal([...Object.keys(examples), "payments"].toSorted());
  });

  for (const [name, { tests, proofs, grep }] of Object.entries(examples)) {
    describe(name, () => {
      let project: ScratchProject;
      before(async () => {
        project = await ScratchProject.make("simulated", await filesOf(name));
      });
      after(() => project.remove());

      it("has tests that pass", async function () {
        // The first time, circuits are compiled.
        this.timeout(1_200_000);
        const { code, output } = await runTests(project, "", {});
        expect(code, output).to.equal(0);
        expect(output).to.include(`${tests} passing`);
      });

      it("passes with a real proof", async () => {
        const { code, output } = await runTests(project, grep, { ...proofs, PROOFS: "groth16" });
        expect(code, output).to.equal(0);
        expect(output).to.match(/\b[12] passing/);
        expect(output).to.not.match(/failing/);
      });
    });
  }
});
