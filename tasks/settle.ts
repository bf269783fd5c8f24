import { HardhatPluginError } from "hardhat/plugins";
import type { NewTaskActionFunction } from "hardhat/types/tasks";

const settle: NewTaskActionFunction = async () => {
  throw new HardhatPluginError("hardhat-rollup", "rollup:settle is not part of this version yet.");
};

export default settle;
