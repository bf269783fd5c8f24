import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NewTaskActionFunction } from "hardhat/types/tasks";
import { ClientError } from "../plugin/client/errors.ts";
import { interruptible } from "../plugin/console/interrupt.ts";
import { type LogLevel, logLevels, openLog } from "../plugin/console/log.ts";
import type { OutputOptions } from "../plugin/console/output.ts";
import { runNode } from "../plugin/operator/node/run-node.ts";

interface NodeArguments extends OutputOptions {
  readonly host: string | undefined;
  readonly port: number;
  readonly follow: boolean;
  readonly queue: string | undefined;
  readonly logLevel: string;
}

const node: NewTaskActionFunction<NodeArguments> = async (args, hre: HardhatRuntimeEnvironment) => {
  const { host, port, follow, queue, logLevel } = args;
  if (!isLogLevel(logLevel)) {
    throw new ClientError("There is no such level of logs.", {
      option: "--log-level",
      given: logLevel,
      "one of": logLevels.join(", "),
      "what to do": "npx hardhat rollup:node --log-level debug, for example",
    });
  }
  if (follow && queue !== undefined) {
    throw new ClientError("A node that follows proves nothing.", {
      option: "--queue",
      "what to do": "leave it out, or leave out --follow",
    });
  }
  const log = openLog(logLevel, args);
  await interruptible(
    (signal) =>
      runNode(hre, {
        ...(host === undefined ? {} : { host }),
        ...(port === -1 ? {} : { port }),
        follow,
        queue,
        log,
        signal,
      }),
    () => "Stopped before it had begun to serve.",
  );
};

function isLogLevel(text: string): text is LogLevel {
  return (logLevels as readonly string[]).includes(text);
}

export default node;
