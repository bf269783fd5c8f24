import type { ConfigHooks } from "hardhat/types/hooks";
import { resolveRollupConfig } from "../config.ts";
import { validateRollupConfig, validateRollupUserConfig } from "../config-validation.ts";
import { withRollupSources } from "../settlement/sources.ts";

export default async (): Promise<Partial<ConfigHooks>> => ({
  validateUserConfig: async (userConfig) => validateRollupUserConfig(userConfig),
  resolveUserConfig: async (userConfig, resolveConfigurationVariable, next) => {
    const config = await next(userConfig, resolveConfigurationVariable);
    return withRollupSources({
      ...config,
      rollup: resolveRollupConfig(userConfig.rollup ?? {}, config.paths, resolveConfigurationVariable),
    });
  },
  validateResolvedConfig: async (config) => validateRollupConfig(config),
});
