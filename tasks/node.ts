import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NewTaskActionFunction } from "hardhat/types/tasks";
import { pino } from "pino";
import { ClientError } from "../plugin/client/errors.ts";
import { interruptible } from "../plugin/console/interrupt.ts";
import { formatLogLine } from "../plugin/console/log-lines.ts";
import { runNode } from "../plugin/operator/node/run-node.ts";

interface NodeArguments {
  readonly host: string | undefined;
  readonly port: number;
  readonly follow: boolean;
  readonly queue: string | undefined;
  readonly json: boolean;
  readonly logLevel: string;
}

const levels = ["trace", "debug", "info", "warn", "error", "silent"];

const node: NewTaskActionFunction<NodeArguments> = async (args, hre: HardhatRuntimeEnvironment) => {
  const { host, port, follow, queue, json, logLevel } = args;
  if (!levels.includes(logLevel)) {
    throw new ClientError("There is no such level of logs.", {
      option: "--log-level",
      given: logLevel,
      "one of": levels.join(", "),
    });
  }
  if (follow && queue !== undefined) {
    throw new ClientError("A node that follows proves nothing.", {
      option: "--queue",
      "what to do": "leave it out, or leave out --follow",
    });
  }
  const print = (line: string): void => console.log(json ? line.trimEnd() : formatLogLine(line));
  const log = pino({ level: logLevel }, { write: print });
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

export default node;
