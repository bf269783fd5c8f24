import { definePlugin } from "hardhat/plugins";

/** Gives the Solidity tests of this folder what they cannot make themselves. */
export default definePlugin({
  id: "hardhat-rollup-solidity-tests",
  hookHandlers: { test: () => import("./hooks.ts") },
});
