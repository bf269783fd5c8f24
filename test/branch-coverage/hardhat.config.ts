import { defineConfig } from "hardhat/config";
import { definePlugin } from "hardhat/plugins";
import project from "../../hardhat.config.ts";

/** Of the last plugin the end of a hook comes last. */
const demand = definePlugin({
  id: "hardhat-rollup-full-coverage",
  hookHandlers: { test: () => import("./hooks/demand.ts") },
});

/**
 * The project for `npm run coverage`: it fails if anything of the contracts is not run. With a build of its own: contracts
 * that tell what of them is run are of no use otherwise.
 */
export default defineConfig({
  ...project,
  plugins: [...(project.plugins ?? []), demand],
  paths: { ...project.paths, artifacts: "cache/coverage/artifacts", cache: "cache/coverage" },
});
