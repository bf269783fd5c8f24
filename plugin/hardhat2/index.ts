// The plugin for Hardhat 2: `import "hardhat-rollup"` in its config, which requires it (required.cts), or
// `import "hardhat-rollup/hardhat2"`.
//
// No module that this imports statically may await at its top level: Hardhat 2 loads configs with require().

import { rollupTasks } from "../../tasks/index.ts";
import type { ChainSnapshots } from "../client/chain-snapshots.ts";
import { addTasks } from "./add-tasks.ts";
import { resolveConfig } from "./config.ts";
import { adaptEnvironment } from "./environment.ts";
import { errorOfTwo } from "./error-of-two.ts";
import { followRequests } from "./follow-requests.ts";
import { type EnvironmentOfTwo, loadHardhatTwo } from "./hardhat-two.ts";
import { taskLanguage } from "./task-language.ts";

export type * from "./type-extensions.ts";

const two = loadHardhatTwo();
const environments = new WeakMap<EnvironmentOfTwo, ReturnType<typeof adaptEnvironment>>();
let snapshots: ChainSnapshots | undefined;

function adapted(hre: EnvironmentOfTwo): ReturnType<typeof adaptEnvironment> {
  const known = environments.get(hre) ?? adaptEnvironment(hre, two.HARDHAT_NETWORK_NAME);
  environments.set(hre, known);
  return known;
}

two.extendConfig((config, user) => {
  try {
    config.rollup = resolveConfig(config, user, two.vars);
  } catch (error) {
    throw errorOfTwo(two, error);
  }
});
two.extendProvider(async (provider) => followRequests(two, provider, () => snapshots));
two.extendEnvironment((hre) => {
  const { rollup, snapshots: followed } = adapted(hre);
  hre.rollup = rollup;
  snapshots = followed;
});
addTasks(two, rollupTasks(taskLanguage), (hre) => adapted(hre).hre);
