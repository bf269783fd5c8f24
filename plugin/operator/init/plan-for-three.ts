import { existsSync } from "node:fs";
import path from "node:path";
import { editConfig, newConfig } from "./edit-config.ts";
import type { Manifest } from "./manifest.ts";
import type { ProjectPlan } from "./project-plan.ts";
import { type Runner, sampleTest, testCommand } from "./sample-test.ts";

const configNames = ["ts", "js", "mts", "mjs"].map((extension) => `hardhat.config.${extension}`);
const mochaToolbox = "@nomicfoundation/hardhat-toolbox-mocha-ethers";
const viemToolbox = "@nomicfoundation/hardhat-toolbox-viem";

/** What is written into a project of Hardhat 3. */
export function planForThree(root: string, manifest: Manifest, configPath: string | undefined): ProjectPlan {
  const toolbox = [mochaToolbox, viemToolbox].find((name) => manifest.dependsOn(name));
  const config = configPath ?? configNames.map((name) => path.join(root, name)).find(existsSync);
  const runner = runnerOf(manifest);
  const file = `test/rollup.test.${config === undefined || /ts$/.test(config) ? "ts" : "js"}`;
  return {
    config,
    editConfig,
    newConfig: { file: "hardhat.config.ts", text: newConfig(toolbox) },
    test: { file, text: sampleTest(runner), runner: runner === "mocha" ? "mocha" : "node:test" },
    testCommand: testCommand(runner, file),
  };
}

function runnerOf(manifest: Manifest): Runner {
  const has = (...names: string[]): boolean => names.some((name) => manifest.dependsOn(name));
  if (has(mochaToolbox, "@nomicfoundation/hardhat-mocha") && has("chai")) return "mocha";
  return has(viemToolbox, "@nomicfoundation/hardhat-node-test-runner") ? "hardhat-node" : "node";
}
