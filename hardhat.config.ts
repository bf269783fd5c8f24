import { fileURLToPath } from "node:url";
import toolbox from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { defineConfig } from "hardhat/config";
import rollup from "./plugin/index.ts";

// The compiler comes from npm, pinned like everything else, so that nothing is downloaded after `npm ci`.
const solidity = {
  version: "0.8.37",
  path: fileURLToPath(import.meta.resolve("solc/soljson.js")),
  settings: {
    optimizer: { enabled: true, runs: 1_000 },
    evmVersion: "osaka",
  },
};

export default defineConfig({
  plugins: [toolbox, rollup],
  solidity: { profiles: { default: solidity, production: solidity } },
  test: { mocha: { timeout: 600_000 } },
});
