import toolbox from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { defineConfig } from "hardhat/config";
import rollup from "hardhat-rollup";

const isReal = process.env.PROOFS === "groth16";

export default defineConfig({
  plugins: [toolbox, rollup],
  rollup: {
    // The sequencer takes the smallest shape that holds what is pending: 2 or 43 payments a batch.
    register: isReal ? ["tiny"] : ["tiny", "busy"],
    proofSystem: isReal ? "groth16" : "simulated",
  },
  test: { mocha: { timeout: 600_000 } },
});
