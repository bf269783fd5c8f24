// The project that the tests of the tasks run Hardhat in: the smallest shape, a node at a port of their choice, and
// files of its own, so that nothing of them is shared with other tests. Circuits and keys stay from run to run.

import path from "node:path";
import { defineConfig } from "hardhat/config";
import rollup from "../../../plugin/index.ts";
import { rollupCompiler } from "../../../plugin/settlement/compiler.ts";

const { ROLLUP_TEST_PORT = "8545", ROLLUP_TEST_DEPLOYMENTS = "deployments" } = process.env;
const proofSystem = process.env.ROLLUP_TEST_PROOFS === "simulated" ? "simulated" : "groth16";
const url = `http://127.0.0.1:${ROLLUP_TEST_PORT}`;
const folder = path.join("cache", "test-tasks");

export default defineConfig({
  plugins: [rollup],
  solidity: { profiles: { default: rollupCompiler } },
  paths: { cache: folder, artifacts: path.join(folder, "artifacts") },
  rollup: {
    register: ["tiny"],
    deployments: ROLLUP_TEST_DEPLOYMENTS,
    proofSystem,
    node: { port: 0, pollInterval: 0.2, sealing: { seconds: 1 } },
  },
  networks: {
    localhost: { type: "http", url },
    // A chain that is not for development, and the same one under another id.
    lasting: { type: "edr-simulated", chainId: 123_456 },
    remote: { type: "http", url },
  },
});
