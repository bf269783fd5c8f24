import { emptyTask, task } from "hardhat/config";
import { definePlugin } from "hardhat/plugins";
import { ArgumentType } from "hardhat/types/arguments";
import type { HardhatPlugin } from "hardhat/types/plugins";
import { rollupTasks } from "../tasks/index.ts";

export type * from "./type-extensions.ts";

const hardhatRollup: HardhatPlugin = definePlugin({
  id: "hardhat-rollup",
  npmPackage: "hardhat-rollup",
  dependencies: () => [import("@nomicfoundation/hardhat-ethers")],
  hookHandlers: {
    config: () => import("./hooks/config.ts"),
    network: () => import("./hooks/network.ts"),
  },
  tasks: rollupTasks({ task, emptyTask, ArgumentType }),
});

export default hardhatRollup;
