import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { ProofSystemName } from "../../plugin/prover/proof-system.ts";

const repository = path.resolve(import.meta.dirname, "../..");
const sources = {
  "hardhat-rollup": pathToFileURL(path.join(repository, "plugin/index.ts")).href,
  "hardhat-rollup/testing": pathToFileURL(path.join(repository, "plugin/testing/index.ts")).href,
};
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

  /** @param files - By path; one may be `hardhat.config.ts`. */
  static async make(
    system: ProofSystemName,
    files: Readonly<Record<string, string>>,
  ): Promise<ScratchProject> {
    const project = new ScratchProject(await mkdtemp(path.join(os.tmpdir(), "hardhat-rollup-project-")));
    const config = `
import toolbox from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { defineConfig } from "hardhat/config";
import rollup from "hardhat-rollup";
export default defineConfig({
  plugins: [toolbox, rollup],
  test: { mocha: { timeout: 600_000 } },
  rollup: { register: ["tiny"], proofSystem: "${system}" },
});
`;
    await linkPackages(path.join(project.folder, "node_modules"));
    await linkCaches(project.folder);
    const all = { "package.json": '{ "type": "module" }', "hardhat.config.ts": config, ...files };
    for (const [name, text] of Object.entries(all)) {
      const file = path.join(project.folder, name);
      await mkdir(path.dirname(file), { recursive: true });
      let linked = name === "hardhat.config.ts" ? withLocalCompiler(text) : text;
      for (const [specifier, url] of Object.entries(sources)) {
        linked = linked.replaceAll(`"${specifier}"`, `"${url}"`);
      }
      await writeFile(file, linked);
    }
    return project;
  }

  /** Runs a program of the project's dependencies with Node.js until it ends, or for ten minutes. */
  async run(args: readonly string[]): Promise<RunResult> {
    const child = spawn(process.execPath, args, {
      cwd: this.folder,
      env: { ...environment(), FORCE_COLOR: "0", HARDHAT_DISABLE_TELEMETRY_PROMPT: "true" },
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

/** Circuits and keys stay from project to project. */
async function linkCaches(folder: string): Promise<void> {
  const cache = path.join(repository, "cache/rollup");
  await mkdir(cache, { recursive: true });
  await mkdir(path.join(folder, "cache"));
  await symlink(cache, path.join(folder, "cache/rollup"));
}

/** All that the repository depends on, and the repository. */
async function linkPackages(folder: string): Promise<void> {
  const installed = path.join(repository, "node_modules");
  await mkdir(folder);
  for (const name of await readdir(installed)) {
    if (!name.startsWith(".")) await symlink(path.join(installed, name), path.join(folder, name));
  }
  await symlink(repository, path.join(folder, "hardhat-rollup"));
}

/** Hardhat would download the project's own compiler; the rollup's is a package. */
function withLocalCompiler(config: string): string {
  const compiler = pathToFileURL(path.join(repository, "plugin/settlement/compiler.ts")).href;
  const begin = "defineConfig({";
  if (!config.includes(begin)) throw new Error(`The config of a project needs "${begin}".`);
  const solidity = "solidity: { profiles: { default: rollupCompiler } },";
  return `import { rollupCompiler } from "${compiler}";\n${config.replace(begin, `${begin}\n  ${solidity}`)}`;
}

/** Without what the Hardhat that runs this test has set for its own processes, its config among it. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("HARDHAT_")));
}

/** The file of a package's command. */
export function commandOf(name: "hardhat" | "mocha"): string {
  const manifest = require.resolve(`${name}/package.json`);
  const { bin } = require(manifest) as { readonly bin: string | Readonly<Record<string, string>> };
  return path.join(path.dirname(manifest), typeof bin === "string" ? bin : (bin[name] as string));
}
