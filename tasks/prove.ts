import { HardhatPluginError } from "hardhat/plugins";
import type { NewTaskActionFunction } from "hardhat/types/tasks";

interface ProveArguments {
  readonly demo: boolean;
  readonly payments: string | undefined;
}

const prove: NewTaskActionFunction<ProveArguments> = async () => {
  throw new HardhatPluginError("hardhat-rollup", "rollup:prove is not part of this version yet.");
};

export default prove;
