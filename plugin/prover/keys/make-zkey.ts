import { copyFile } from "node:fs/promises";
import { type JobOptions, jobFile, runInBackground } from "../../circuits/background.ts";
import type { DevelopmentKeyJob } from "../groth16/development-key-job.ts";
import type { ProofSystemName } from "../proof-system.ts";
import { domainPower } from "../universal/gates.ts";
import { runUniversalJob } from "../universal/run-job.ts";
import { ensureDevelopmentPtau } from "./development-ptau.ts";

export interface ZkeyRequest extends DevelopmentKeyJob {
  /** Where powers of tau are kept, for the systems that need them. */
  readonly ptauFolder: string;
}

/** Writes the development key of a circuit in one of the systems. */
export async function makeZkey(
  system: ProofSystemName,
  request: ZkeyRequest,
  options: JobOptions,
): Promise<void> {
  const { r1csPath, zkeyPath, seed, threads, ptauFolder } = request;
  switch (system) {
    case "groth16": {
      const job: DevelopmentKeyJob = { r1csPath, zkeyPath, seed, threads };
      await runInBackground(jobFile(import.meta.url, "../groth16/development-key-job"), job, options);
      return;
    }
    case "plonk":
    case "fflonk": {
      const gates = await runUniversalJob<number>({ kind: "gates", r1csPath }, options);
      const power = domainPower(system, gates);
      const ptauRequest = { power, contents: system, outputFolder: ptauFolder, seed, threads };
      const { ptauPath } = await ensureDevelopmentPtau({ ...ptauRequest, ...options });
      await runUniversalJob({ kind: "setup", system, r1csPath, ptauPath, zkeyPath }, options);
      return;
    }
    case "simulated":
      await copyFile(r1csPath, zkeyPath);
  }
}
