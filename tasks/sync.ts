import { HardhatPluginError } from "hardhat/plugins";
import type { NewTaskActionFunction } from "hardhat/types/tasks";

interface SyncArguments {
  readonly json: boolean;
  readonly out: string | undefined;
}

const sync: NewTaskActionFunction<SyncArguments> = async () => {
  throw new HardhatPluginError("hardhat-rollup", "rollup:sync is not part of this version yet.");
};

export default sync;
