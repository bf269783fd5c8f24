import { JobError } from "../../circuits/background.ts";
import { proofSystem } from "../proof-systems.ts";
import type { Backend } from "./backend.ts";
import type { BuiltinResult } from "./builtin-job.ts";
import { keepProcess, takeProcess } from "./idle-processes.ts";
import { failure } from "./snarkjs.ts";

/** Proves with the prover of plugin/prover/groth16, in processes that keep their keys for a while. */
export const builtin: Backend = {
  name: "builtin",
  systems: ["groth16"],
  // Measured on two cores: 218 MB for a key of 0.4 MB, 263 MB for 9 MB, 342 MB for 36 MB, 418 MB for 73 MB.
  assumedBytes: (_system, keyBytes) => 250e6 + 3 * keyBytes,
  async prove({ key, witness }, { multiThread = true, ...options } = {}) {
    const file = { path: key.zkeyPath, hash: key.zkeyHash };
    const proving = await takeProcess(key.zkeyHash);
    let result: BuiltinResult;
    try {
      result = await proving.prove({ key: file, witness, multiThread }, options);
    } catch (error) {
      throw error instanceof JobError ? failure(key.name, error) : error;
    } finally {
      await keepProcess(key.zkeyHash, proving);
    }
    const { witnessSeconds, proofSeconds, peakMemoryBytes } = result;
    return {
      proof: proofSystem("groth16").encodeProof(result.proof),
      publicSignals: result.publicSignals.map(BigInt),
      witnessSeconds,
      proofSeconds,
      peakMemoryBytes,
    };
  },
};
