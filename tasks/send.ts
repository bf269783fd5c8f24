import { HardhatPluginError } from "hardhat/plugins";
import type { NewTaskActionFunction } from "hardhat/types/tasks";

interface SendArguments {
  readonly file: string | undefined;
  readonly kind: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly amount: string | undefined;
  readonly asset: string;
  readonly fee: string;
}

const send: NewTaskActionFunction<SendArguments> = async () => {
  throw new HardhatPluginError("hardhat-rollup", "rollup:send is not part of this version yet.");
};

export default send;
