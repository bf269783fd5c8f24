import { HardhatPluginError } from "hardhat/plugins";
import type { NewTaskActionFunction } from "hardhat/types/tasks";

interface StatusArguments {
  readonly json: boolean;
}

const status: NewTaskActionFunction<StatusArguments> = async () => {
  throw new HardhatPluginError("hardhat-rollup", "rollup:status is not part of this version yet.");
};

export default status;
