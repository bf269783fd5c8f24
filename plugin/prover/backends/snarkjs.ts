import { HardhatPluginError } from "hardhat/plugins";
import { JobError, jobFile, runInBackground } from "../../circuits/background.ts";
import { proofSystem } from "../proof-systems.ts";
import type { Backend } from "./backend.ts";
import type { SnarkjsRequest, SnarkjsResult } from "./snarkjs-job.ts";

/** Proves with snarkjs, in a process that ends with the proof. */
export const snarkjs: Backend = {
  name: "snarkjs",
  systems: ["groth16"],
  async prove({ key, witness }, { multiThread = true, ...options } = {}) {
    const { system, zkeyPath, zkeyHash } = key;
    const request: SnarkjsRequest = { zkeyPath, zkeyHash, witness, multiThread };
    let result: SnarkjsResult;
    try {
      result = await runInBackground<SnarkjsResult>(
        jobFile(import.meta.url, "snarkjs-job"),
        request,
        options,
      );
    } catch (error) {
      if (!(error instanceof JobError)) throw error;
      throw new HardhatPluginError("hardhat-rollup", `No proof for "${key.name}".\n${error.message}`, error);
    }
    const { witnessSeconds, proofSeconds, peakMemoryBytes } = result;
    return {
      proof: proofSystem(system).encodeProof(result.proof),
      publicSignals: result.publicSignals.map(BigInt),
      witnessSeconds,
      proofSeconds,
      peakMemoryBytes,
    };
  },
};
