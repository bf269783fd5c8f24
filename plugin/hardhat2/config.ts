import { HardhatPluginError } from "@nomicfoundation/hardhat-errors";
import type {
  ConfigurationVariable,
  HardhatConfig,
  HardhatUserConfig,
  ResolvedConfigurationVariable,
} from "hardhat/types/config";
import { type RollupConfig, type RollupUserConfig, resolveRollupConfig } from "../config.ts";
import { validateRollupConfig, validateRollupUserConfig } from "../config-validation.ts";
import type { ConfigOfTwo, HardhatTwo } from "./hardhat-two.ts";

type Issues = readonly { readonly path: readonly (string | number)[]; readonly message: string }[];

/**
 * The section `rollup` of a config of Hardhat 2.
 *
 * @throws HardhatPluginError that lists what is wrong with it
 */
export function resolveConfig(
  { paths }: Pick<ConfigOfTwo, "paths">,
  user: { readonly rollup?: RollupUserConfig },
  vars: HardhatTwo["vars"],
): RollupConfig {
  // Hardhat 2 hands over proxies, which cannot be sent to another process.
  const rollup = copy(user.rollup);
  if (rollup !== undefined) refuse(validateRollupUserConfig({ rollup } as HardhatUserConfig));
  const resolved = resolveRollupConfig(
    rollup ?? {},
    paths as unknown as HardhatConfig["paths"],
    (variable) =>
      typeof variable === "string" ? new Variable(async () => variable) : fromEnvironment(variable, vars),
  );
  refuse(validateRollupConfig({ rollup: resolved, paths } as unknown as HardhatConfig));
  return resolved;
}

function refuse(issues: Issues): void {
  if (issues.length === 0) return;
  const lines = issues.map(({ path, message }) => `  ${path.join(".")}: ${message}`);
  throw new HardhatPluginError("hardhat-rollup", `The config is not valid.\n${lines.join("\n")}`);
}

function copy<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copy) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, copy(field)])) as T;
}

/** From the process' environment, as in Hardhat 3, or from what `hardhat vars` has been told. */
function fromEnvironment({ name, format }: ConfigurationVariable, vars: HardhatTwo["vars"]): Variable {
  return new Variable(async () => {
    const value = process.env[name] ?? (vars.has(name) ? vars.get(name) : undefined);
    if (value !== undefined) return value;
    throw new HardhatPluginError(
      "hardhat-rollup",
      `A configuration variable is missing.\nName: ${name}\nWhat to do: set it in the environment, or npx hardhat vars set ${name}`,
    );
  }, format);
}

class Variable implements ResolvedConfigurationVariable {
  readonly _type = "ResolvedConfigurationVariable";
  readonly format: string;
  readonly #find: () => Promise<string>;

  constructor(find: () => Promise<string>, format = "{variable}") {
    this.#find = find;
    this.format = format;
  }

  async get(): Promise<string> {
    return this.format.replaceAll("{variable}", await this.#find());
  }

  async getUrl(): Promise<string> {
    return new URL(await this.get()).href;
  }

  async getBigInt(): Promise<bigint> {
    return BigInt(await this.get());
  }

  async getHexString(): Promise<string> {
    const value = await this.get();
    return value.startsWith("0x") ? value : `0x${value}`;
  }
}
