import type { HardhatConfig } from "hardhat/types/config";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { type ConnectedRollup, connectRollup } from "../client/connection.ts";
import type { Connection } from "../client/open-rollup.ts";
import { contractBuilder } from "./contract-builder.ts";
import type { EnvironmentOfTwo } from "./hardhat-two.ts";

/** What the plugin uses of Hardhat 3's environment, and the rollup of the network that Hardhat 2 was started with. */
export type AdaptedEnvironment = ConnectedRollup & { readonly hre: HardhatRuntimeEnvironment };

/** @param inProcess - Name of the network whose chain ends with the process. */
export function adaptEnvironment(two: EnvironmentOfTwo, inProcess: string): AdaptedEnvironment {
  const typeOf = (name: string): string => (name === inProcess ? "edr-simulated" : "http");
  const networks = Object.keys(two.config.networks).map((name) => [name, { type: typeOf(name) }]);
  const config = {
    rollup: two.config.rollup,
    paths: { ...two.config.paths, config: two.config.paths.configFile },
    networks: Object.fromEntries(networks),
  } as unknown as HardhatConfig;
  const { name } = two.network;
  let close = async (): Promise<void> => undefined;
  // Read when they are used: other plugins may not have made them yet.
  const connection = {
    networkName: name,
    networkConfig: { ...two.network.config, type: typeOf(name) },
    get provider() {
      return two.network.provider;
    },
    get ethers() {
      return two.ethers;
    },
    get rollup() {
      return two.rollup;
    },
    close: () => close(),
  } as unknown as Connection;
  const environment = { config, solidity: contractBuilder(config) };
  const connected = connectRollup(environment, connection);
  close = () => connected.rollup.close();
  // Hardhat 2 has one connection, the same for all tasks of a process.
  const hre = { ...environment, network: { create: async () => connection } };
  return { ...connected, hre: hre as unknown as HardhatRuntimeEnvironment };
}
