import { HardhatPluginError } from "hardhat/plugins";
import type { NewTaskActionFunction } from "hardhat/types/tasks";

interface CompileArguments {
  readonly shapes: string[];
  readonly force: boolean;
}

const compile: NewTaskActionFunction<CompileArguments> = async () => {
  throw new HardhatPluginError("hardhat-rollup", "rollup:compile is not part of this version yet.");
};

export default compile;
