import { HardhatPluginError } from "@nomicfoundation/hardhat-errors";
import { JobError, jobFile, runInBackground } from "../../circuits/background.ts";
import { proofSystem } from "../proof-systems.ts";
import { type Backend, ProofRequestError } from "./backend.ts";
import type { SnarkjsRequest, SnarkjsResult } from "./snarkjs-job.ts";

/** Proves with snarkjs, in a process that ends with the proof. */
export const snarkjs: Backend = {
  name: "snarkjs",
  systems: ["groth16", "plonk", "fflonk"],
  // Measured on two cores: 290 MB for a Groth16 key of 2 MB, 360 MB for 9 MB, 550 MB for 36 MB, 1.4 GB for 241 MB; 710 MB
  // for a PLONK key of 122 MB, 1.8 GB for an FFLONK key of 173 MB.
  assumedBytes: (system, keyBytes) => 350e6 + (system === "fflonk" ? 9 : 5) * keyBytes,
  async prove({ key, witness }, { multiThread = true, ...options } = {}) {
    const { system, zkeyPath, zkeyHash } = key;
    if (system === "simulated") throw new TypeError("snarkjs makes no simulated proofs.");
    const request: SnarkjsRequest = { system, key: { path: zkeyPath, hash: zkeyHash }, witness, multiThread };
    let result: SnarkjsResult;
    try {
      result = await runInBackground<SnarkjsResult>(
        jobFile(import.meta.url, "snarkjs-job"),
        request,
        options,
      );
    } catch (error) {
      throw error instanceof JobError ? failure(key.name, error) : error;
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

/** Errors of which the witness or a file is the reason. */
const blameless: ReadonlySet<string | undefined> = new Set([
  "WitnessError",
  "Groth16WitnessError",
  "HardhatPluginError",
]);

/** What a failed job means. */
export function failure(circuit: string, error: JobError): HardhatPluginError {
  const message = `No proof for "${circuit}".\n${error.message}`;
  return blameless.has(error.errorName)
    ? new ProofRequestError(message, error)
    : new HardhatPluginError("hardhat-rollup", message, error);
}
