import { HardhatPluginError } from "@nomicfoundation/hardhat-errors";
import type { HardhatTwo } from "./hardhat-two.ts";

/** An error as Hardhat 2 has it: one of a plugin is printed as it is meant if it is of Hardhat 2's own class. */
export function errorOfTwo({ HardhatPluginError: PluginErrorOfTwo }: HardhatTwo, error: unknown): unknown {
  if (!HardhatPluginError.isHardhatPluginError(error)) return error;
  return new PluginErrorOfTwo(error.pluginId, error.message, error);
}
