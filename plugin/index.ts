import { definePlugin } from "hardhat/plugins";
import type { HardhatPlugin } from "hardhat/types/plugins";

const hardhatRollup: HardhatPlugin = definePlugin({
  id: "hardhat-rollup",
  npmPackage: "hardhat-rollup",
});

export default hardhatRollup;
