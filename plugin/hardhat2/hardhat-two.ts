// Hardhat 2 as far as this package uses it. Its types cannot be imported where Hardhat 3 is installed, and its files
// have no names for ES modules: it has no export map.

import { createRequire } from "node:module";
import { HardhatPluginError } from "@nomicfoundation/hardhat-errors";
import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import type { RollupConnection } from "../client/connection.ts";
import type { RollupConfig, RollupUserConfig } from "../config.ts";

/** What a request to a chain consists of (EIP-1193). */
export type RequestArguments = { readonly method: string; readonly params?: readonly unknown[] | object };

export interface RequestProvider {
  request(args: RequestArguments): Promise<unknown>;
}

/** The type of an argument, opaque. */
type ArgumentTypeOfTwo = { readonly name: string };

/** A task that is being defined. */
export interface TaskOfTwo {
  addFlag(name: string, description: string): this;
  addOptionalParam(name: string, description: string, defaultValue: unknown, type: ArgumentTypeOfTwo): this;
  addOptionalPositionalParam(
    name: string,
    description: string,
    defaultValue: unknown,
    type: ArgumentTypeOfTwo,
  ): this;
  addOptionalVariadicPositionalParam(
    name: string,
    description: string,
    defaultValue: unknown,
    type: ArgumentTypeOfTwo,
  ): this;
  setAction(action: (args: Record<string, unknown>, hre: EnvironmentOfTwo) => Promise<unknown>): this;
}

/** Hardhat 2's runtime environment. */
export interface EnvironmentOfTwo {
  readonly config: ConfigOfTwo;
  readonly network: {
    readonly name: string;
    readonly config: Readonly<Record<string, unknown>>;
    readonly provider: RequestProvider;
  };
  /** Of @nomicfoundation/hardhat-ethers. */
  readonly ethers: HardhatEthers;
  rollup: RollupConnection;
}

export interface ConfigOfTwo {
  readonly paths: { readonly root: string; readonly cache: string; readonly configFile: string };
  readonly networks: Readonly<Record<string, unknown>>;
  rollup: RollupConfig;
}

/** Its functions for plugins. */
export interface HardhatTwo {
  task(name: string, description: string): TaskOfTwo;
  scope(name: string, description: string): { task(name: string, description: string): TaskOfTwo };
  readonly types: Readonly<Record<"string" | "int", ArgumentTypeOfTwo>>;
  extendConfig(extend: (config: ConfigOfTwo, user: { readonly rollup?: RollupUserConfig }) => void): void;
  extendEnvironment(extend: (hre: EnvironmentOfTwo) => void): void;
  extendProvider(extend: (provider: RequestProvider) => Promise<RequestProvider>): void;
  readonly vars: { has(name: string): boolean; get(name: string): string };
  readonly HardhatPluginError: new (plugin: string, message: string, parent?: Error) => Error;
  readonly HARDHAT_NETWORK_NAME: string;
  readonly ProviderWrapper: new (wrapped: RequestProvider) => RequestProvider;
}

/**
 * The Hardhat 2 that the project uses, with hardhat-ethers, which adds itself to it.
 *
 * @throws HardhatPluginError if it is another one
 */
export function loadHardhatTwo(): HardhatTwo {
  const require = createRequire(import.meta.url);
  const { version } = require("hardhat/package.json") as { readonly version: string };
  if (!version.startsWith("2.")) {
    throw new HardhatPluginError(
      "hardhat-rollup",
      `Only Hardhat 2 takes its plugin by require("hardhat-rollup") or "hardhat-rollup/hardhat2".\nHardhat here: ${version}\nIn the config: import rollup from "hardhat-rollup" and plugins: [rollup]`,
    );
  }
  require("@nomicfoundation/hardhat-ethers");
  return { ...require("hardhat/config"), ...require("hardhat/plugins") } as HardhatTwo;
}
