// Runs the circom compiler (WebAssembly, on a WASI shim) once. Everything that it prints is captured through
// the shim's file system, because the real standard output is the parent's.

import fs from "node:fs";
import { createRequire } from "node:module";
import { serveJob } from "./background-job.ts";

interface Runner {
  execute(wasm: Uint8Array): Promise<unknown>;
}
interface CircomPackage {
  readonly bindings: Readonly<Record<string, unknown>>;
  readonly CircomRunner: new (options: Readonly<Record<string, unknown>>) => Runner;
}

export interface CircomRequest {
  readonly args: readonly string[];
  /** Virtual folder to real folder: all that the compiler can see. */
  readonly preopens: Readonly<Record<string, string>>;
}

const require = createRequire(import.meta.url);
const { CircomRunner, bindings } = require("circom2") as CircomPackage;
const lines: string[] = [];
let unfinished = "";
let report: (line: string) => void = () => undefined;
const decoder = new TextDecoder();

/** circom writes a few bytes at a time; a colour sequence can be split between two writes. */
function print(bytes: Uint8Array): number {
  unfinished += decoder.decode(bytes, { stream: true });
  const parts = unfinished.split("\n");
  unfinished = parts.pop() ?? "";
  for (const part of parts) finishLine(part);
  return bytes.length;
}

function finishLine(text: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
  const line = text.replace(/\u001b\[[0-9;]*m/g, "").trimEnd();
  if (line === "") return;
  lines.push(line);
  report(line);
}

const capturingFs = {
  ...fs,
  writeSync(fd: number, bytes: Uint8Array, offset: number, length: number, position: number | null): number {
    return fd === 1 || fd === 2
      ? print(bytes.subarray(offset, offset + length))
      : fs.writeSync(fd, bytes, offset, length, position);
  },
};

serveJob<CircomRequest, undefined>(async ({ args, preopens }, reportLine) => {
  report = reportLine;
  const runner = new CircomRunner({
    args,
    env: {},
    preopens,
    bindings: { ...bindings, fs: capturingFs, isTTY: () => false },
  });
  try {
    await runner.execute(fs.readFileSync(require.resolve("circom2/circom.wasm")));
  } catch (error) {
    finishLine(unfinished);
    // After an error that circom itself reports, the exception says nothing but "exit 1".
    const reported = lines.indexOf("previous errors were found");
    const text = reported >= 0 ? lines.slice(0, reported) : [...lines, String(error)];
    throw new Error(text.join("\n"));
  }
});
