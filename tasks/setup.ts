import { HardhatPluginError } from "hardhat/plugins";
import type { NewTaskActionFunction } from "hardhat/types/tasks";

interface SetupArguments {
  readonly shapes: string[];
  readonly force: boolean;
}

const setup: NewTaskActionFunction<SetupArguments> = async () => {
  throw new HardhatPluginError("hardhat-rollup", "rollup:setup is not part of this version yet.");
};

export default setup;
