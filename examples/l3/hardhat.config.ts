import toolbox from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { defineConfig } from "hardhat/config";
import rollup from "hardhat-rollup";

export default defineConfig({
  plugins: [toolbox, rollup],
  networks: {
    l2: { type: "edr-simulated", chainType: "op" }, // an OP Stack chain, which the rollup settles on
  },
  rollup: {
    register: ["tiny"],
    proofSystem: process.env.PROOFS === "groth16" ? "groth16" : "simulated",
  },
  test: { mocha: { timeout: 600_000 } },
});
