import { type OutputStream, paint } from "./paint.ts";

/** What pino writes of itself, which people need not read. */
const hidden = new Set(["level", "time", "pid", "hostname", "msg", "err"]);

const levels: Readonly<Record<number, string>> = {
  10: "trace",
  20: "debug",
  30: "info",
  40: "warn",
  50: "error",
};
const warning = 40;
const failure = 50;

/**
 * A line of pino's JSON as people read it: time, level, message, facts; an error's text below.
 *
 * @param stream - Where it will be written. Default: standard output.
 * @example formatLogLine('{"level":30,"time":0,"msg":"batch sealed","batchNumber":5}')
 * // 00:00:00 info  batch sealed  batchNumber=5
 */
export function formatLogLine(line: string, stream: OutputStream = process.stdout): string {
  const { level, time, msg = "", err, ...rest } = JSON.parse(line) as Record<string, unknown>;
  const clock = new Date(Number(time)).toISOString().slice(11, 19);
  const name = (levels[Number(level)] ?? String(level)).padEnd(5);
  const facts = Object.entries(rest)
    .filter(([key]) => !hidden.has(key))
    .map(([key, value]) => `${key}=${typeof value === "string" ? oneLine(value) : JSON.stringify(value)}`);
  const head = [`${clock} ${name} ${msg}`, ...facts].join("  ");
  const problem = (err as { message?: string } | undefined)?.message;
  const text = problem === undefined ? head : `${head}\n  ${problem.replaceAll("\n", "\n  ")}`;
  if (Number(level) >= failure) return paint("red", text, stream);
  return Number(level) >= warning ? paint("yellow", text, stream) : text;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, "; ");
}
