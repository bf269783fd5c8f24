import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import toolbox from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatUserConfig } from "hardhat/types/config";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import rollupPlugin from "../../plugin/index.ts";
import { rollupCompiler } from "../../plugin/settlement/compiler.ts";

/** A user's project with simulated proofs of the smallest shape; its deployment files go with the test. */
export async function simulatedEnvironment(
  config: Omit<HardhatUserConfig, "plugins"> = {},
): Promise<HardhatRuntimeEnvironment & { readonly remove: () => Promise<void> }> {
  const deployments = await mkdtemp(path.join(os.tmpdir(), "hardhat-rollup-"));
  const hre = await createHardhatRuntimeEnvironment(
    {
      ...config,
      plugins: [toolbox, rollupPlugin],
      solidity: { profiles: { default: rollupCompiler } },
      rollup: { register: ["tiny"], proofSystem: "simulated", deployments, ...config.rollup },
    },
    {},
    path.resolve(import.meta.dirname, "../.."),
  );
  return Object.assign(hre, { remove: () => rm(deployments, { recursive: true, force: true }) });
}
