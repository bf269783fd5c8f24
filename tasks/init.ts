import type { NewTaskActionFunction } from "hardhat/types/tasks";
import { formatInit, isWhole } from "../plugin/console/init-report.ts";
import { Output, type OutputOptions } from "../plugin/console/output.ts";
import { initialize } from "../plugin/operator/init/initialize.ts";

const init: NewTaskActionFunction<OutputOptions> = async (options, { config }) => {
  const { root, config: configPath } = config.paths;
  const { files, next } = await initialize({ root, configPath });
  new Output(options).outcome({ value: { files }, text: formatInit(files), next, wanted: !isWhole(files) });
};

export default init;
