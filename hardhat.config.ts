import toolbox from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { defineConfig } from "hardhat/config";
import rollup from "./plugin/index.ts";
import { rollupCompiler } from "./plugin/settlement/compiler.ts";

export default defineConfig({
  plugins: [toolbox, rollup],
  solidity: { profiles: { default: rollupCompiler, production: rollupCompiler } },
  // The smallest shape: this repository's own tests prove for real.
  rollup: { register: ["tiny"] },
  test: { mocha: { timeout: 600_000 } },
});
