import { existsSync } from "node:fs";
import path from "node:path";
import { editConfigOfTwo, newConfigOfTwo } from "./edit-config-of-two.ts";
import type { Manifest } from "./manifest.ts";
import type { ProjectPlan } from "./project-plan.ts";
import { sampleTestOfTwo } from "./sample-test-of-two.ts";

const configNames = ["ts", "cts", "js", "cjs"].map((extension) => `hardhat.config.${extension}`);
const toolbox = "@nomicfoundation/hardhat-toolbox";

/** What is written into a project of Hardhat 2. */
export function planForTwo(root: string, manifest: Manifest, configPath: string | undefined): ProjectPlan {
  const config = configPath ?? configNames.map((name) => path.join(root, name)).find(existsSync);
  const isTypeScript =
    config === undefined ? existsSync(path.join(root, "tsconfig.json")) : /ts$/.test(config);
  // What is required has to say so in a project of modules.
  const plain = manifest.type === "module" ? "cjs" : "js";
  const extension = isTypeScript ? "ts" : plain;
  const file = `test/rollup.test.${extension}`;
  const used = manifest.dependsOn(toolbox) ? toolbox : undefined;
  return {
    config,
    editConfig: editConfigOfTwo,
    newConfig: { file: `hardhat.config.${extension}`, text: newConfigOfTwo(used, !isTypeScript) },
    test: { file, text: sampleTestOfTwo(!isTypeScript), runner: "mocha" },
    testCommand: `hardhat test ${file}`,
  };
}
