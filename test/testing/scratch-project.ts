import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { ProofSystemName } from "../../plugin/prover/proof-system.ts";

const repository = path.resolve(import.meta.dirname, "../..");
const plugin = pathToFileURL(path.join(repository, "plugin/index.ts")).href;
const compiler = pathToFileURL(path.join(repository, "plugin/settlement/compiler.ts")).href;
const require = createRequire(import.meta.url);

/** What a run of a test runner has come to. */
export type RunResult = {
  readonly code: number | null;
  readonly output: string;
  /** Seconds from the line "the last test has ended" to the end of the process; undefined without that line. */
  readonly secondsAfterwards: number | undefined;
};

/** What a test of the project prints when it has nothing left to do. */
export const lastLine = "the last test has ended";

/**
 * A Hardhat project outside the repository, with the plugin of the repository, the smallest shape, and the circuits and
 * keys that are cached there. `hardhat-rollup` and `hardhat-rollup/testing` in its files are the sources.
 */
export class ScratchProject {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** @param files - By path; they may import `hardhat-rollup/testing`. */
  static async make(
    system: ProofSystemName,
    files: Readonly<Record<string, string>>,
  ): Promise<ScratchProject> {
    const project = new ScratchProject(await mkdtemp(path.join(os.tmpdir(), "hardhat-rollup-project-")));
    const config = `
import toolbox from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { defineConfig } from "hardhat/config";
import rollup from "${plugin}";
import { rollupCompiler } from "${compiler}";
export default defineConfig({
  plugins: [toolbox, rollup],
  solidity: { profiles: { default: rollupCompiler } },
  test: { mocha: { timeout: 600_000 } },
  rollup: { register: ["tiny"], proofSystem: "${system}", folder: ${JSON.stringify(path.join(repository, "cache/rollup"))} },
});
`;
    await symlink(path.join(repository, "node_modules"), path.join(project.folder, "node_modules"));
    const all = { "package.json": '{ "type": "module" }', "hardhat.config.ts": config, ...files };
    for (const [name, text] of Object.entries(all)) {
      const file = path.join(project.folder, name);
      await mkdir(path.dirname(file), { recursive: true });
      const testing = pathToFileURL(path.join(repository, "plugin/testing/index.ts")).href;
      await writeFile(file, text.replaceAll('"hardhat-rollup/testing"', `"${testing}"`));
    }
    return project;
  }

  /** Runs a program of the project's dependencies with Node.js until it ends, or for ten minutes. */
  async run(args: readonly string[]): Promise<RunResult> {
    const child = spawn(process.execPath, args, {
      cwd: this.folder,
      env: { ...process.env, FORCE_COLOR: "0", HARDHAT_DISABLE_TELEMETRY_PROMPT: "true" },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 600_000,
      killSignal: "SIGKILL",
    });
    let output = "";
    let ended: number | undefined;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        if (ended === undefined && output.includes(lastLine)) ended = performance.now();
      });
    }
    const [code] = await once(child, "close");
    const secondsAfterwards = ended === undefined ? undefined : (performance.now() - ended) / 1000;
    return { code, output, secondsAfterwards };
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The file of a package's command. */
export function commandOf(name: "hardhat" | "mocha"): string {
  const manifest = require.resolve(`${name}/package.json`);
  const { bin } = require(manifest) as { readonly bin: string | Readonly<Record<string, string>> };
  return path.join(path.dirname(manifest), typeof bin === "string" ? bin : (bin[name] as string));
}
