#!/usr/bin/env node
// `npx hardhat-rollup init`: as the task `rollup:init`, for projects whose config does not have the plugin yet.

import { parseArgs } from "node:util";
import { formatInit, isWhole } from "../plugin/console/init-report.ts";
import { Output } from "../plugin/console/output.ts";
import { initialize } from "../plugin/operator/init/initialize.ts";

const usage = `Usage: npx hardhat-rollup init [--json] [--quiet]

Adds hardhat-rollup to the Hardhat project in this folder: config, a first test, scripts. Overwrites nothing.
Everything else is a task of Hardhat: npx hardhat rollup --help`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: { help: { type: "boolean" }, json: { type: "boolean" }, quiet: { type: "boolean" } },
});
if (values.help === true) {
  console.log(usage);
} else if (positionals.length !== 1 || positionals[0] !== "init") {
  console.error(usage);
  process.exitCode = 1;
} else {
  try {
    const { files, next } = await initialize({ root: process.cwd() });
    const output = new Output({ json: values.json === true, quiet: values.quiet === true });
    output.outcome({ value: { files }, text: formatInit(files), next, wanted: !isWhole(files) });
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
