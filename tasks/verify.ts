import { HardhatPluginError } from "hardhat/plugins";
import type { NewTaskActionFunction } from "hardhat/types/tasks";

interface VerifyArguments {
  readonly file: string | undefined;
  readonly batch: number;
}

const verify: NewTaskActionFunction<VerifyArguments> = async () => {
  throw new HardhatPluginError("hardhat-rollup", "rollup:verify is not part of this version yet.");
};

export default verify;
