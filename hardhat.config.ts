import toolbox from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { defineConfig } from "hardhat/config";
import rollup from "./plugin/index.ts";
import { rollupCompiler } from "./plugin/settlement/compiler.ts";
import branchCoverage from "./test/branch-coverage/branch-coverage.ts";
import solidityTests from "./test/contracts/invariants/solidity-tests.ts";

export default defineConfig({
  plugins: [toolbox, rollup, solidityTests, branchCoverage],
  solidity: {
    profiles: { default: rollupCompiler, production: rollupCompiler },
    // Solidity tests are built only to be run: other tests need not wait for them.
    splitTestsCompilation: true,
  },
  paths: { tests: { mocha: "test", solidity: "test/contracts/invariants" } },
  // The smallest shape: this repository's own tests prove for real.
  rollup: { register: ["tiny"] },
  coverage: { skipFiles: ["contracts/test/**", "contracts/samples/**"] },
  test: {
    mocha: { timeout: 600_000 },
    // A handler that reverts has found something, see test/contracts/invariants/Setting.sol.
    solidity: { invariant: { runs: 20, depth: 100, failOnRevert: true, shrinkRunLimit: 100 } },
  },
});
