import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import { parseEther } from "ethers";
import { newConfig } from "../../plugin/operator/init/edit-config.ts";
import { freePort } from "../tasks/command-line.ts";
import { commandOf, ScratchProject } from "../testing/scratch-project.ts";
import { fencedBlocks } from "./fenced-blocks.ts";

// What docs/tutorial.md shows is done here, in its order, with real proofs. Its first block of commands is what `npm run scratch` runs.
// So is the first app of the README, in the same project.

const folder = path.resolve(import.meta.dirname, "../../docs");

/** Files by their names, and lines of commands. */
async function tutorial(): Promise<{ files: Record<string, string>; commands: string[] }> {
  const text = await readFile(path.join(folder, "tutorial.md"), "utf8");
  const blocks = [...text.matchAll(/^```(ts|sh)\n([\s\S]*?)^```$/gm)];
  const files: Record<string, string> = {};
  const commands: string[] = [];
  for (const [, language, content = ""] of blocks) {
    const named = /^\/\/ (\S+)\n([\s\S]*)$/.exec(content);
    if (language === "ts") files[named?.[1] ?? ""] = named?.[2] ?? "";
    else commands.push(...content.trim().split("\n"));
  }
  return { files, commands };
}

/** The README's app, which prints its amounts, and what it says that they are. */
async function readmeApp(): Promise<{ text: string; balance: string; paid: bigint }> {
  const blocks = await fencedBlocks();
  const app = blocks.find(
    ({ document, begins }) => document === "README.md" && begins === 'import { network } from "hardhat";',
  );
  const text = app?.text ?? "";
  const [, balance = ""] = /rollup\.balance\("bob"\); \/\/ (\d+n)/.exec(text) ?? [];
  const [, paid = ""] = /rollup\.claim\("bob"\); \/\/ (\S+) ETH/.exec(text) ?? [];
  const printing = text
    .replace("{ rollup }", "{ rollup, ethers }")
    .replace('await rollup.balance("bob")', 'console.log("L2", await rollup.balance("bob"))');
  const rest =
    'const { owner } = await rollup.wallet("bob");\nconsole.log("L1", await ethers.provider.getBalance(owner));\n';
  return { text: `${printing}${rest}`, balance, paid: parseEther(paid) };
}

describe("docs/tutorial.md", () => {
  it("shows the config that init writes", async () => {
    const { files } = await tutorial();
    expect(files["hardhat.config.ts"]).to.equal(newConfig("@nomicfoundation/hardhat-toolbox-mocha-ethers"));
    expect(Object.keys(files)).to.deep.equal(["hardhat.config.ts", "test/shop.test.ts"]);
  });

  it("begins with commands of npm alone, and goes on with tasks", async () => {
    const { commands } = await tutorial();
    const others = commands.filter((line) => !line.startsWith("npx hardhat rollup:"));
    expect(others.map((line) => line.split(" ").slice(0, 3).join(" "))).to.deep.equal([
      "npm init --yes",
      "npm pkg set",
      "npm install --save-dev",
      "npx hardhat-rollup init",
      "npm run rollup:test",
    ]);
  });

  describe("in a project", () => {
    let project: ScratchProject;
    let node: ChildProcess;
    before(async () => {
      const { files } = await tutorial();
      const port = await freePort();
      const config = (files["hardhat.config.ts"] ?? "").replace(
        "  rollup: {",
        `  networks: { localhost: { type: "http", url: "http://127.0.0.1:${port}" } },\n  rollup: {`,
      );
      const timeout = "  test: { mocha: { timeout: 600_000 } },\n  rollup: {";
      project = await ScratchProject.make("groth16", {
        ...files,
        "app.ts": (await readmeApp()).text,
        "hardhat.config.ts": config.replace("  rollup: {", timeout),
      });
      node = spawn(process.execPath, [commandOf("hardhat"), "node", "--port", String(port)], {
        cwd: project.folder,
        stdio: ["ignore", "pipe", "ignore"],
      });
      await new Promise<void>((resolve, reject) => {
        let printed = "";
        // It is read to the end: a node that cannot print any more ends.
        node.stdout?.on("data", (chunk: Buffer) => {
          printed += chunk.toString();
          if (printed.includes("Account #0")) resolve();
        });
        node.on("exit", (code) => reject(new Error(`hardhat node has ended with ${code}.`)));
      });
    });
    after(async () => {
      if (node.exitCode === null) {
        node.kill("SIGKILL");
        await once(node, "exit");
      }
      await project.remove();
    });

    it("has tests that pass", async () => {
      const { code, output } = await project.run([
        commandOf("hardhat"),
        "test",
        "mocha",
        "test/shop.test.ts",
      ]);
      expect(code, output).to.equal(0);
      expect(output).to.include("2 passing");
    });

    it("runs the README's first app, with the amounts that it says", async () => {
      const { balance, paid } = await readmeApp();
      const { code, output } = await project.run([commandOf("hardhat"), "run", "--no-compile", "app.ts"]);
      expect(code, output).to.equal(0);
      expect(output).to.include(`L2 ${balance}`).and.to.include(`L1 ${paid}n`);
    });

    it("has commands that work one after another", async () => {
      const { commands } = await tutorial();
      const tasks = commands.filter((line) => line.startsWith("npx hardhat rollup:"));
      expect(tasks.length).to.be.greaterThan(10);
      for (const line of tasks) {
        const { code, output } = await project.run([commandOf("hardhat"), ...line.split(" ").slice(2)]);
        expect(code, `${line}\n${output}`).to.equal(0);
      }
    });
  });
});
