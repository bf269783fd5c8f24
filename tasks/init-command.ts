#!/usr/bin/env node
// `npx hardhat-rollup init`: as the task `rollup:init`, for projects whose config does not have the plugin yet.

import { parseArgs } from "node:util";
import { formatInit } from "../plugin/console/init-report.ts";
import { initialize } from "../plugin/operator/init/initialize.ts";

const usage = `Usage: npx hardhat-rollup init

Adds hardhat-rollup to the Hardhat project in this folder: config, a first test, scripts. Overwrites nothing.
Everything else is a task of Hardhat: npx hardhat rollup --help`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: { help: { type: "boolean" } },
});
if (values.help === true) {
  console.log(usage);
} else if (positionals.length !== 1 || positionals[0] !== "init") {
  console.error(usage);
  process.exitCode = 1;
} else {
  try {
    console.log(formatInit(await initialize({ root: process.cwd() })));
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
