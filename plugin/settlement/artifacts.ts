import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { HardhatPluginError } from "@nomicfoundation/hardhat-errors";
import type { Abi, Artifact } from "hardhat/types/artifacts";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { contractSource, projectSource, type RollupContract, type SoliditySource } from "./sources.ts";

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
  const folder = await build(hre, contractSource(hre.config, contract));
  return await readArtifact(path.join(folder, `${contract}.json`));
}

/**
 * The artifact of the verifier in a file that `rollup:setup` wrote (`verifierPath`), built if it is missing or
 * out of date. The file has one contract, of any name.
 *
 * @throws HardhatPluginError if it does not compile, or does not have exactly one contract.
 */
export async function buildVerifier(hre: Builder, file: string): Promise<BuiltContract> {
  const folder = await build(hre, projectSource(hre.config, file));
  const [artifact, ...others] = (await readdir(folder)).filter((name) => name.endsWith(".json"));
  if (artifact === undefined || others.length > 0) {
    throw new HardhatPluginError(
      "hardhat-rollup",
      `A verifier's file has one contract.\nFile: ${file}\nContracts: ${others.length + (artifact ? 1 : 0)}\nWhat to do: npx hardhat rollup:setup --force`,
    );
  }
  return await readArtifact(path.join(folder, artifact));
}

/** Builds write one cache file, so that each waits for the one before. */
let lastBuild: Promise<unknown> = Promise.resolve();

/** Builds a file unless it is up to date; returns the folder with the artifacts of its contracts. */
async function build(hre: Builder, source: SoliditySource): Promise<string> {
  const building = lastBuild.then(() => hre.solidity.build([source.root], { quiet: true }));
  lastBuild = building.catch(() => undefined);
  const results = await building;
  if (!hre.solidity.isSuccessfulBuildResult(results)) {
    throw new HardhatPluginError(
      "hardhat-rollup",
      `${source.name} cannot be built. ${results.formattedReason}`,
    );
  }
  for (const result of results.values()) {
    if ("errors" in result) {
      throw new HardhatPluginError(
        "hardhat-rollup",
        `${source.name} does not compile. The compiler's errors are above.\nWhat to do: correct the sources, or for a verifier: npx hardhat rollup:setup --force`,
      );
    }
  }
  return path.join(await hre.solidity.getArtifactsDirectory("contracts"), source.name);
}

async function readArtifact(file: string): Promise<BuiltContract> {
  const { abi, bytecode } = JSON.parse(await readFile(file, "utf8")) as Artifact;
  return { abi, bytecode };
}
