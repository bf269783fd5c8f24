import { HardhatPluginError } from "hardhat/plugins";

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
