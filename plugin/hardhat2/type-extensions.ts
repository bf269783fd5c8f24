import type { RollupConnection } from "../client/connection.ts";
import type { RollupConfig, RollupUserConfig } from "../config.ts";

declare module "hardhat/types/config" {
  interface HardhatUserConfig {
    rollup?: RollupUserConfig;
  }

  interface HardhatConfig {
    rollup: RollupConfig;
  }
}

// @ts-expect-error A module of Hardhat 2: Hardhat 3, with which this is compiled, has no types there.
declare module "hardhat/types/runtime" {
  interface HardhatRuntimeEnvironment {
    /** The rollup on the network that Hardhat was started with: see RollupConnection. */
    rollup: RollupConnection;
  }
}
