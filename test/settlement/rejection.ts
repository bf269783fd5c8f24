import { HardhatPluginError } from "hardhat/plugins";
import { ContractError } from "../../plugin/settlement/contract-error.ts";

/** The error that a promise is rejected with, which has to be one of ours. */
export async function rejection(promise: Promise<unknown>): Promise<HardhatPluginError> {
  try {
    await promise;
  } catch (error) {
    if (HardhatPluginError.isHardhatPluginError(error)) return error;
    throw error;
  }
  throw new Error("Nothing was refused.");
}

/** The contract's error that a call is refused with. */
export async function contractRefusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (error instanceof ContractError) return error.errorName;
    throw error;
  }
  throw new Error("Nothing was refused.");
}
