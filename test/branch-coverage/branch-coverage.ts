import { definePlugin } from "hardhat/plugins";

/**
 * Hardhat's `--coverage` knows lines and statements. This adds branches: conditions tell their outcome the way that its
 * instrumented statements tell that they were run.
 */
export default definePlugin({
  id: "hardhat-rollup-branch-coverage",
  hookHandlers: {
    solidity: () => import("./hooks/solidity.ts"),
    test: () => import("./hooks/test.ts"),
  },
});
