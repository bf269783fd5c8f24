import { realpathSync } from "node:fs";
import path from "node:path";
import type { HardhatConfig } from "hardhat/types/config";
import { packageFolder, packageName } from "../circuits/package-folder.ts";
import { verifierPaths, verifiersFolder } from "../prover/verifier-path.ts";
import { rollupCompiler } from "./compiler.ts";

/** The contracts that are deployed from sources of this package, and their files below `contracts/`. */
const contractFiles = {
  Rollup: "Rollup.sol",
  SampleToken: "samples/SampleToken.sol",
} as const;

/** The name of a contract of this package, the same as in Solidity. */
export type RollupContract = keyof typeof contractFiles;

/** Its artifacts stay in a user's project; the others are built when they are asked for. */
const lastingContract: RollupContract = "Rollup";

/** A Solidity file by its two names: the one that Hardhat builds it by, and the one that it keeps artifacts under. */
export interface SoliditySource {
  readonly root: string;
  readonly name: string;
}

/** The file of a contract of this package: in a user's project from npm, in this repository one of its sources. */
export function contractSource(config: HardhatConfig, contract: RollupContract): SoliditySource {
  if (!isThisRepository(config)) return { root: `npm:${npmFile(contract)}`, name: npmFile(contract) };
  return projectSource(config, path.join(config.paths.root, "contracts", contractFiles[contract]));
}

/** A file of the project, by its absolute path. */
export function projectSource(config: HardhatConfig, file: string): SoliditySource {
  return { root: file, name: path.relative(config.paths.root, file).split(path.sep).join("/") };
}

/**
 * Adds our Solidity to what a project builds: the rollup from this package, the generated verifiers from the
 * folder that they are written to, both with our compiler. As parts of the project's own build they are cached
 * with it, they survive its clean-up of artifacts, and traces and explorers know their sources.
 */
export function withRollupSources(config: HardhatConfig): HardhatConfig {
  const npmFiles = isThisRepository(config) ? [] : [npmFile(lastingContract)];
  const ours = [
    ...Object.keys(contractFiles).map((contract) => npmFile(contract as RollupContract)),
    ...Object.keys(config.rollup.shapes)
      .flatMap((shape) => verifierPaths(config.rollup.folder, shape))
      .map((file) => projectSource(config, file).name),
  ];
  const profiles = Object.entries(config.solidity.profiles).map(([name, profile]) => {
    const outputSelection: unknown = profile.compilers[0]?.settings.outputSelection;
    const compiler = { ...rollupCompiler, settings: { ...rollupCompiler.settings, outputSelection } };
    const overrides = Object.fromEntries(ours.map((source) => [source, compiler]));
    return [name, { ...profile, overrides: { ...overrides, ...profile.overrides } }] as const;
  });
  return {
    ...config,
    paths: {
      ...config.paths,
      sources: {
        ...config.paths.sources,
        solidity: [...config.paths.sources.solidity, verifiersFolder(config.rollup.folder)],
      },
    },
    solidity: {
      ...config.solidity,
      npmFilesToBuild: [...new Set([...config.solidity.npmFilesToBuild, ...npmFiles])],
      profiles: Object.fromEntries(profiles),
    },
  };
}

function npmFile(contract: RollupContract): string {
  return `${packageName}/contracts/${contractFiles[contract]}`;
}

/** This repository is a Hardhat project that uses its own plugin: there `contracts/` are the project's sources. */
function isThisRepository(config: HardhatConfig): boolean {
  return realpathSync(config.paths.root) === packageFolder;
}
