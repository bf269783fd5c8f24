// Builds the package's contracts and the generated verifiers where Hardhat 3's build system is not there: with the
// same compiler and settings, into a folder of the plugin, cached by content.

import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { HardhatConfig } from "hardhat/types/config";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { rollupCompiler } from "../settlement/compiler.ts";
import { SettlementError } from "../settlement/errors.ts";
import { runCompiler } from "../settlement/run-compiler.ts";
import { projectSource } from "../settlement/sources.ts";
import { soliditySources } from "./solidity-sources.ts";

const npmPrefix = "npm:";

/** What the plugin uses of Hardhat 3's build system. */
export function contractBuilder(config: HardhatConfig): HardhatRuntimeEnvironment["solidity"] {
  const artifacts = path.join(config.rollup.folder, "artifacts");
  const builder = {
    build: async (roots: readonly string[]) => {
      for (const root of roots) await build(config, root, artifacts);
      return new Map();
    },
    isSuccessfulBuildResult: () => true,
    getArtifactsDirectory: async () => artifacts,
  };
  return builder as unknown as HardhatRuntimeEnvironment["solidity"];
}

/** Compiles a file unless its artifacts are up to date. Throws SettlementError if it does not compile. */
async function build(config: HardhatConfig, root: string, artifacts: string): Promise<void> {
  const source = root.startsWith(npmPrefix)
    ? { name: root.slice(npmPrefix.length) }
    : { name: projectSource(config, root).name, file: root };
  const { name } = source;
  const sources = await soliditySources(source);
  const { version, settings } = rollupCompiler;
  const hash = createHash("sha256")
    .update(JSON.stringify([version, settings, sources]))
    .digest("hex");
  const folder = path.join(artifacts, name);
  const hashFile = path.join(folder, "sources.sha256");
  if ((await readFile(hashFile, "utf8").catch(() => undefined)) === hash) return;

  const { errors = [], contracts = {} } = await runCompiler(sources, {
    [name]: { "*": ["abi", "evm.bytecode.object"] },
  });
  const found = errors.filter(({ severity }) => severity === "error");
  if (found.length > 0) {
    const texts = found.map(({ formattedMessage }) => formattedMessage);
    throw new SettlementError("A contract does not compile.", { file: name, compiler: texts.join("; ") });
  }
  await mkdir(path.dirname(folder), { recursive: true });
  const made = await mkdtemp(`${folder}-`);
  try {
    for (const [contract, { abi, evm }] of Object.entries(contracts[name] ?? {})) {
      const artifact = {
        contractName: contract,
        sourceName: name,
        abi,
        bytecode: `0x${evm.bytecode?.object ?? ""}`,
      };
      await writeFile(path.join(made, `${contract}.json`), `${JSON.stringify(artifact, undefined, 2)}\n`);
    }
    await writeFile(path.join(made, path.basename(hashFile)), hash);
    await rm(folder, { recursive: true, force: true });
    await rename(made, folder);
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}
