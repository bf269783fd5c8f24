import { type Logger, pino } from "pino";
import { formatLogLine } from "./log-lines.ts";
import type { OutputOptions } from "./output.ts";

export const logLevels = ["trace", "debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

/**
 * The log of a task that goes on until it is stopped: lines of JSON for programs, else lines for people; on standard
 * output, except for the errors that are left where everything else is to be quiet.
 */
export function openLog(level: LogLevel, { json, quiet }: OutputOptions): Logger {
  const print = (line: string): void => {
    if (json) console.log(line.trimEnd());
    else if (quiet) console.error(formatLogLine(line, process.stderr));
    else console.log(formatLogLine(line));
  };
  return pino({ level: quiet && level !== "silent" ? "error" : level }, { write: print });
}
