import { HardhatPluginError } from "hardhat/plugins";
import type { NewTaskActionFunction } from "hardhat/types/tasks";

const sequence: NewTaskActionFunction = async () => {
  throw new HardhatPluginError("hardhat-rollup", "rollup:sequence is not part of this version yet.");
};

export default sequence;
