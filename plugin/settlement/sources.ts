import { realpathSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { HardhatConfig } from "hardhat/types/config";
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

const packageName = "hardhat-rollup";

/** The folder of this package, whether this file is a source or in `dist/`. */
const packageFolder = realpathSync(
  path.dirname(fileURLToPath(import.meta.resolve(`${packageName}/package.json`))),
);

/** Where `rollup:setup` writes a shape's verifier: one Solidity file with one contract and no imports. */
export function verifierPath(config: HardhatConfig, shapeName: string): string {
  return path.join(verifiersFolder(config), `${shapeName}.sol`);
}

/** The root by which Hardhat's build system knows a contract of this package, in this repository and elsewhere. */
export function contractRoot(config: HardhatConfig, contract: RollupContract): string {
  return isThisRepository(config)
    ? path.join(config.paths.root, "contracts", contractFiles[contract])
    : `npm:${npmFile(contract)}`;
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
    ...Object.keys(config.rollup.shapes).map((shape) => sourceName(config, verifierPath(config, shape))),
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
        solidity: [...config.paths.sources.solidity, verifiersFolder(config)],
      },
    },
    solidity: {
      ...config.solidity,
      npmFilesToBuild: [...new Set([...config.solidity.npmFilesToBuild, ...npmFiles])],
      profiles: Object.fromEntries(profiles),
    },
  };
}

function verifiersFolder(config: HardhatConfig): string {
  return path.join(config.rollup.folder, "verifiers");
}

function npmFile(contract: RollupContract): string {
  return `${packageName}/contracts/${contractFiles[contract]}`;
}

/** What Hardhat calls a file of the project: its path from the root, with slashes. */
function sourceName(config: HardhatConfig, file: string): string {
  return path.relative(config.paths.root, file).split(path.sep).join("/");
}

/** This repository is a Hardhat project that uses its own plugin: there `contracts/` are the project's sources. */
function isThisRepository(config: HardhatConfig): boolean {
  return realpathSync(config.paths.root) === packageFolder;
}
