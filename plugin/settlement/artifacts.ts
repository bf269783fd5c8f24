import { readFile } from "node:fs/promises";
import path from "node:path";
import { HardhatPluginError } from "hardhat/plugins";
import type { Abi, Artifact } from "hardhat/types/artifacts";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { contractRoot, type RollupContract } from "./sources.ts";

/** What a deployment needs to know of a contract. */
export interface BuiltContract {
  readonly abi: Abi;
  /** Creation code, `0x` and digits, without constructor arguments. */
  readonly bytecode: string;
}

type Builder = Pick<HardhatRuntimeEnvironment, "config" | "solidity">;

/**
 * The artifact of a contract of this package, built if it is missing or out of date; nothing else of the
 * project is built.
 *
 * @throws HardhatPluginError if it does not compile.
 */
export async function readRollupArtifact(hre: Builder, contract: RollupContract): Promise<BuiltContract> {
  return await build(hre, contractRoot(hre.config, contract), contract);
}

/**
 * The artifact of the verifier in a file that `rollup:setup` wrote (`verifierPath`), built if it is missing or
 * out of date. The file has one contract.
 *
 * @throws HardhatPluginError if it does not compile, or does not have exactly one contract.
 */
export async function buildVerifier(hre: Builder, file: string): Promise<BuiltContract> {
  return await build(hre, file);
}

/** Builds share one cache file, so that one waits for the other. */
let lastBuild: Promise<unknown> = Promise.resolve();

async function build(hre: Builder, root: string, contract?: RollupContract): Promise<BuiltContract> {
  const started = lastBuild.then(() => hre.solidity.build([root], { quiet: true }));
  lastBuild = started.catch(() => undefined);
  const results = await started;
  if (!hre.solidity.isSuccessfulBuildResult(results)) {
    throw new HardhatPluginError("hardhat-rollup", `${root} cannot be compiled. ${results.formattedReason}`);
  }
  const result = results.get(root);
  if (result === undefined || !("contractArtifactsGenerated" in result)) {
    throw new HardhatPluginError(
      "hardhat-rollup",
      `${root} does not compile. The compiler's errors are above.`,
    );
  }
  const files = result.contractArtifactsGenerated;
  const [file, ...others] =
    contract === undefined ? files : files.filter((name) => path.basename(name) === `${contract}.json`);
  if (file === undefined || others.length > 0) {
    throw new HardhatPluginError(
      "hardhat-rollup",
      `${root} does not have the contract expected.\nExpected: ${contract ?? "exactly one contract"}\nFound: ${files.length} contracts`,
    );
  }
  const { abi, bytecode } = JSON.parse(await readFile(file, "utf8")) as Artifact;
  return { abi, bytecode };
}
