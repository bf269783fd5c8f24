import { HardhatPluginError } from "@nomicfoundation/hardhat-errors";
import { JobError, type JobOptions, jobFile, runInBackground } from "../../circuits/background.ts";
import type { UniversalJob } from "./snarkjs-job.ts";

/**
 * Has snarkjs do something in a process of its own.
 *
 * @throws HardhatPluginError with snarkjs' words; the signal's reason if it is aborted
 */
export async function runUniversalJob<Result>(job: UniversalJob, options?: JobOptions): Promise<Result> {
  try {
    return await runInBackground<Result>(jobFile(import.meta.url, "snarkjs-job"), job, options);
  } catch (error) {
    if (!(error instanceof JobError)) throw error;
    const sentence = {
      gates: "The gates of the circuit could not be counted.",
      setup: "snarkjs could not make the proving key.",
      export: "snarkjs could not read the proving key.",
      verify: "snarkjs could not verify the proof.",
    }[job.kind];
    const files = [
      ...("r1csPath" in job ? [`circuit: ${job.r1csPath}`] : []),
      ...("ptauPath" in job ? [`powers of tau: ${job.ptauPath}`] : []),
      ...(job.kind === "export" ? [`key: ${job.zkeyPath}`] : []),
    ];
    throw new HardhatPluginError("hardhat-rollup", [sentence, error.message, ...files].join("\n"), error);
  }
}
