import type { NewTaskActionFunction } from "hardhat/types/tasks";
import { formatInit } from "../plugin/console/init-report.ts";
import { stringifyExact } from "../plugin/console/table.ts";
import { initialize } from "../plugin/operator/init/initialize.ts";

interface InitArguments {
  readonly json: boolean;
}

const init: NewTaskActionFunction<InitArguments> = async ({ json }, { config }) => {
  const { root, config: configPath } = config.paths;
  const report = await initialize({ root, configPath });
  console.log(json ? stringifyExact(report) : formatInit(report));
};

export default init;
