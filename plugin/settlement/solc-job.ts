// Runs the Solidity compiler of npm's `solc` once: its WebAssembly blocks the process that it runs in.

import { createRequire } from "node:module";
import { serveJob } from "../circuits/background-job.ts";

interface Solc {
  compile(input: string): string;
}

serveJob<string, string>(async (input) => {
  const solc = createRequire(import.meta.url)("solc") as Solc;
  return solc.compile(input);
});
