import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatUserConfig } from "hardhat/types/config";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { ensureDevelopmentKey } from "../../plugin/prover/keys/development-key.ts";
import { scratchFolder } from "../circuits/scratch-folder.ts";
import { hardhatThreeApp } from "../package/hardhat-three-app.ts";
import { compileSmallCircuit, smallWitness } from "../prover/small-circuit.ts";
import { ScratchProject } from "../testing/scratch-project.ts";
import { commandProblem } from "./command-check.ts";
import { type FencedBlock, fencedBlocks, repository } from "./fenced-blocks.ts";
import { snippets } from "./snippets.ts";

// Every block of code in the documents is run by a test, which snippets.ts names. Those that no other test runs are run here.

describe("blocks of code in the documents", function () {
  this.timeout(300_000);
  const scratch = scratchFolder();
  let blocks: FencedBlock[];
  before(async () => {
    blocks = await fencedBlocks();
  });

  function block(document: string, begins: string): string {
    const found = blocks.find((one) => one.document === document && one.begins === begins);
    if (found === undefined) throw new Error(`${document} has no block that begins with ${begins}`);
    return found.text;
  }

  it("are all run by something that is there", () => {
    const entriesOf = ({ document, begins }: FencedBlock) =>
      snippets.filter((one) => one.document === document && (one.begins ?? begins) === begins);
    expect(
      blocks
        .filter((one) => entriesOf(one).length !== 1)
        .map(({ document, begins }) => `${document}: ${begins}`),
      "in no entry of snippets.ts, or in two",
    ).to.deep.equal([]);
    const used = new Set(blocks.flatMap(entriesOf));
    expect(
      snippets.filter((one) => !used.has(one)),
      "not there any more",
    ).to.deep.equal([]);
    expect(
      snippets.filter(({ by }) => !existsSync(path.join(repository, by))),
      "run by nothing",
    ).to.deep.equal([]);
  });

  it("are read out of their documents by what runs them, where no note says how else", async () => {
    for (const { document, by, note } of snippets) {
      if (!by.endsWith(".test.ts") || note !== undefined) continue;
      const test = await readFile(path.join(repository, by), "utf8");
      expect(test, by).to.include(path.basename(document));
    }
  });

  it("have commands whose tasks, options and scripts there are", async () => {
    const lines = blocks
      .filter(({ language }) => language === "sh")
      .flatMap(({ document, text }) =>
        text
          .trimEnd()
          .split("\n")
          .map((line) => [document, line] as const),
      );
    expect(lines.length).to.be.greaterThan(60);
    const problems = await Promise.all(lines.map(([document, line]) => commandProblem(document, line)));
    expect(problems.filter((problem) => problem !== undefined)).to.deep.equal([]);
    for (const wrong of [
      "rollup:mint",
      "rollup:send --colour red",
      "rollup:status all",
      "rollup:send --kind",
    ]) {
      expect(await commandProblem("README.md", `npx hardhat ${wrong}`), wrong).to.be.a("string");
    }
    expect(await commandProblem("README.md", "npm run bench -- nothing")).to.be.a("string");
  });

  it("of the README that are the tutorial's are lines that its test runs", async () => {
    const tutorial = blocks
      .filter(({ document }) => document === "docs/tutorial.md")
      .flatMap(({ text }) => text.split("\n"));
    for (const begins of ["npx hardhat node", "npx hardhat rollup:exit --network localhost --from alice"]) {
      const lines = block("README.md", begins)
        .trimEnd()
        .split("\n")
        .map((line) => line.replace(/\s+#.*/, ""))
        .filter((line) => line !== "npx hardhat node");
      for (const line of lines) expect(tutorial).to.include(line);
    }
  });

  it("install what `npm run scratch` installs", () => {
    const line =
      block("docs/tutorial.md", "npm init --yes").match(/^npm install --save-dev (.*)$/m)?.[1] ?? "";
    const names = line.split(" ").filter((name) => name !== "hardhat-rollup");
    expect(names).to.have.length(5);
    expect(hardhatThreeApp.dependencies()).to.include.all.keys(names);
  });

  describe("that are configs", () => {
    let project: ScratchProject;
    let count = 0;
    after(() => project.remove());

    /** Hardhat with a config as a document shows it, whose gaps are filled. */
    async function withConfig(text: string): Promise<HardhatRuntimeEnvironment> {
      const filled = text
        .replace('sequencer: "0x…"', `sequencer: "0x${"12".repeat(20)}"`)
        .replace('sha256: "…"', `sha256: "${"ab".repeat(32)}"`);
      const url = pathToFileURL(path.join(repository, "plugin/index.ts")).href;
      const file = path.join(project.folder, `config-${++count}.mts`);
      await writeFile(file, filled.replace('from "hardhat-rollup"', `from "${url}"`));
      const { default: config } = (await import(pathToFileURL(file).href)) as {
        readonly default: HardhatUserConfig;
      };
      return await createHardhatRuntimeEnvironment(config, {}, project.folder);
    }

    before(async () => {
      project = await ScratchProject.make("simulated", {});
    });

    it("is one for a live network, whose numbers arrive", async () => {
      const { config } = await withConfig(block("docs/live-network.md", "// hardhat.config.ts"));
      expect(config.rollup.register).to.deep.equal(["dev", "busy"]);
      expect(config.rollup.confirmations).to.include({ sepolia: 12 });
      expect(config.rollup.ceremony).to.include({ minContributions: 5 });
      expect(config.networks.sepolia?.type).to.equal("http");
    });

    it("is the one of the README that shows what can be set", async () => {
      const imports =
        'import { defineConfig } from "hardhat/config";\nimport rollup from "hardhat-rollup";\n';
      const { config } = await withConfig(imports + block("README.md", "export default defineConfig({"));
      expect(config.rollup.shapes.wide).to.include({ transactions: 16 });
      expect(config.rollup.prover.workers).to.equal(2);
    });

    it("is the README's first one", async () => {
      const { config } = await withConfig(block("README.md", "// hardhat.config.ts"));
      expect(config.rollup.register).to.deep.equal(["dev"]);
    });

    it("is the prover's section", async () => {
      const section = block("docs/proving.md", "rollup: {");
      const { config } = await withConfig(
        `import rollup from "hardhat-rollup";\nexport default { plugins: [rollup], ${section} };\n`,
      );
      expect(config.rollup.prover).to.deep.include({ workers: 2, memory: 8 * 2 ** 30 });
    });
  });

  it("is the README's import of the client", async () => {
    const line = block("README.md", 'import { RemoteRollup, Wallet } from "hardhat-rollup/client";');
    const names =
      line
        .match(/\{(.*)\}/)?.[1]
        ?.split(",")
        .map((name) => name.trim()) ?? [];
    const client: Record<string, unknown> = await import("../../plugin/client/index.ts");
    expect(names).to.have.length(2);
    for (const name of names) expect(client[name], name).to.be.a("function");
  });

  it("is the prover for other projects, with a key and a witness of a small circuit", async () => {
    const begins = 'import { Groth16Prover, prove } from "hardhat-rollup/groth16";';
    const code = block("docs/proving.md", begins);
    const circuit = await compileSmallCircuit(scratch());
    const { zkeyPath } = await ensureDevelopmentKey({
      r1csPath: circuit.r1csPath,
      name: "small",
      outputFolder: scratch(),
    });
    const witness = path.join(scratch(), "witness.wtns");
    await writeFile(witness, await smallWitness(circuit, 3n, 4n));
    const url = pathToFileURL(path.join(repository, "plugin/prover/groth16/groth16-prover.ts")).href;
    const [, names = "", body = ""] = /^import \{(.*?)\} from [^\n]*\n([\s\S]*)$/.exec(code) ?? [];
    const file = path.join(scratch(), "prover.mts");
    const filled = body
      .replaceAll('"circuit.zkey"', JSON.stringify(zkeyPath))
      .replace('"witness.wtns"', JSON.stringify(witness));
    await writeFile(
      file,
      `import {${names}} from "${url}";\nexport async function run({ witnesses, signal, console }) {\n${filled}\nreturn { proof, publicSignals };\n}\n`,
    );
    const { run } = (await import(pathToFileURL(file).href)) as {
      run: (scope: object) => Promise<{ publicSignals: string[] }>;
    };
    const steps: unknown[] = [];
    const { signal } = new AbortController();
    const console = { log: (step: unknown) => void steps.push(step) };
    const result = await run({ witnesses: [witness], signal, console });
    expect(result.publicSignals.slice(1)).to.deep.equal(["7", "12"]);
    expect(steps).to.not.have.length(0);
  });
});
