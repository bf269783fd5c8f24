import { HardhatPluginError } from "hardhat/plugins";
import type { NewTaskActionFunction } from "hardhat/types/tasks";

interface DeployArguments {
  readonly tokens: string;
}

const deploy: NewTaskActionFunction<DeployArguments> = async () => {
  throw new HardhatPluginError("hardhat-rollup", "rollup:deploy is not part of this version yet.");
};

export default deploy;
