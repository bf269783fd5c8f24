import type { RollupConfig, RollupUserConfig } from "./config.ts";

declare module "hardhat/types/config" {
  interface HardhatUserConfig {
    rollup?: RollupUserConfig;
  }

  interface HardhatConfig {
    rollup: RollupConfig;
  }
}
