/** A user's project before the plugin is in it. */
export type AppSource = {
  readonly type: "module" | "commonjs";
  /**
   * Its files besides package.json, by their paths.
   *
   * @param port - Where its `hardhat node` will listen.
   */
  files(port: number): Record<string, string>;
  /** What it depends on besides the plugin, exact versions. */
  dependencies(): Record<string, string>;
};

/** A contract of the app's own that knows the rollup's. */
export const cashier = `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRollup} from "hardhat-rollup/contracts/IRollup.sol";

contract Cashier {
    IRollup public immutable ROLLUP;

    constructor(IRollup rollup) {
        ROLLUP = rollup;
    }
}
`;
