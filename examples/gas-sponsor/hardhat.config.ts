import toolbox from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { defineConfig } from "hardhat/config";
import rollup from "hardhat-rollup";

export default defineConfig({
  plugins: [toolbox, rollup],
  solidity: "0.8.37",
  rollup: {
    register: ["tiny"],
    proofSystem: process.env.PROOFS === "groth16" ? "groth16" : "simulated",
  },
  test: { mocha: { timeout: 600_000 } },
});
