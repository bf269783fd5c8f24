import path from "node:path";
import hardhatEthers from "@nomicfoundation/hardhat-ethers";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import rollupPlugin from "../../plugin/index.ts";
import { rollupCompiler } from "../../plugin/settlement/compiler.ts";
import type { MeasuringChain } from "./measured-rollup.ts";

const root = path.resolve(import.meta.dirname, "../..");

/** This project with the compiler of the package, whatever its own config says. */
export async function measuringEnvironment(): Promise<HardhatRuntimeEnvironment> {
  return await createHardhatRuntimeEnvironment(
    { plugins: [hardhatEthers, rollupPlugin], solidity: { profiles: { default: rollupCompiler } } },
    {},
    root,
  );
}

/** A new in-process chain, and the contracts that are measured on it. */
export async function measuringChain(hre: HardhatRuntimeEnvironment): Promise<MeasuringChain> {
  const files = ["Rollup", "test/ExpectedInputsVerifier", "test/AcceptingVerifier"];
  const results = await hre.solidity.build(
    files.map((file) => path.join(root, "contracts", `${file}.sol`)),
    { quiet: true },
  );
  if (!hre.solidity.isSuccessfulBuildResult(results)) throw new Error("The contracts cannot be built.");
  return {
    connection: await hre.network.create(),
    artifact: async (contract) => {
      const { abi, bytecode, deployedBytecode } = await hre.artifacts.readArtifact(contract);
      return { abi, bytecode, deployedBytecode };
    },
  };
}
