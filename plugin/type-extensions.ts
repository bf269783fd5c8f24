import type { RollupConnection } from "./client/connection.ts";
import type { RollupConfig, RollupUserConfig } from "./config.ts";

declare module "hardhat/types/config" {
  interface HardhatUserConfig {
    rollup?: RollupUserConfig;
  }

  interface HardhatConfig {
    rollup: RollupConfig;
  }
}

declare module "hardhat/types/network" {
  interface NetworkConnection<ChainTypeT extends ChainType | string = DefaultChainType> {
    /** The rollup on this network: see RollupConnection. */
    rollup: RollupConnection;
  }
}
