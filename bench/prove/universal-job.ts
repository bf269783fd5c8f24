// One proof by snarkjs' PLONK or FFLONK as its documentation has it: key and witness from files.

import { readFile } from "node:fs/promises";
import { fflonk, plonk } from "snarkjs";
import { serveJob } from "../../plugin/circuits/background-job.ts";

export interface UniversalProofJob {
  readonly system: "plonk" | "fflonk";
  readonly zkeyPath: string;
  readonly witnessPath: string;
}

export interface UniversalProof {
  /** In snarkjs' JSON. */
  readonly proof: unknown;
  readonly publicSignals: readonly string[];
  /** Largest resident size of the process. */
  readonly peakMemoryBytes: number;
}

const systems = { plonk, fflonk };

serveJob<UniversalProofJob, UniversalProof>(async ({ system, zkeyPath, witnessPath }) => {
  const key = new Uint8Array(await readFile(zkeyPath));
  const witness = new Uint8Array(await readFile(witnessPath));
  const proven = await systems[system].prove({ type: "mem", data: key }, { type: "mem", data: witness });
  return { ...proven, peakMemoryBytes: process.resourceUsage().maxRSS * 1024 };
});
