// Seconds and bytes of development powers of tau: `npm run bench -- development-ptau [power...] [--json]`.

import { mkdtemp, rm, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { ensureDevelopmentPtau } from "../plugin/prover/keys/development-ptau.ts";
import { rounded, seconds } from "./measure/seconds.ts";

const json = process.argv.includes("--json");
const powers = process.argv.slice(2).filter((argument) => argument !== "--json");
if (powers.some((power) => !/^\d+$/.test(power))) {
  throw new Error(`Powers and --json are what it takes: ${powers.join(" ")} given.`);
}
const folder = await mkdtemp(path.join(os.tmpdir(), "hardhat-rollup-bench-"));
try {
  const rows: {
    contents: string;
    power: number;
    seconds: number;
    processorSeconds: number;
    megabytes: number;
  }[] = [];
  for (const power of powers.length > 0 ? powers.map(Number) : [14, 16]) {
    // The whole one last: it would do for the others.
    for (const contents of ["plonk", "fflonk", "standard"] as const) {
      const request = { power, contents, outputFolder: path.join(folder, `${power}`) };
      const [time, { ptauPath }, work] = await seconds(() => ensureDevelopmentPtau(request));
      const megabytes = rounded((await stat(ptauPath)).size / 1e6);
      rows.push({ contents, power, seconds: rounded(time), processorSeconds: rounded(work), megabytes });
      if (!json)
        console.log(
          `2^${power} for ${contents}: ${rounded(time)} s (${rounded(work)} s of work), ${megabytes} MB`,
        );
    }
  }
  if (json) console.log(JSON.stringify({ rows }, undefined, 2));
} finally {
  await rm(folder, { recursive: true });
}
