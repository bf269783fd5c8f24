import { JobError, type JobOptions } from "../../circuits/background.ts";
import { proofSystem } from "../proof-systems.ts";
import type { Backend } from "./backend.ts";
import type { BuiltinRequest, BuiltinResult } from "./builtin-job.ts";
import { keepProcess, startProcess, takeProcess } from "./idle-processes.ts";
import type { ProverProcess } from "./prover-process.ts";
import { failure } from "./snarkjs.ts";

/** Proves with the prover of plugin/prover/groth16, in processes that keep their keys for a while. */
export const builtin: Backend = {
  name: "builtin",
  systems: ["groth16"],
  // Measured on two cores: 218 MB for a key of 0.4 MB, 263 MB for 9 MB, 342 MB for 36 MB, 418 MB for 73 MB.
  assumedBytes: (_system, keyBytes) => 250e6 + 3 * keyBytes,
  async prepare(key, program) {
    const process = await startProcess();
    process.prepare({ path: key.zkeyPath, hash: key.zkeyHash }, program);
    await keepProcess(key.zkeyHash, process);
  },
  async prove({ key, witness }, { multiThread = true, ...options } = {}) {
    const file = { path: key.zkeyPath, hash: key.zkeyHash };
    const request = { key: file, witness, multiThread };
    let result: BuiltinResult;
    try {
      result = await proveInProcess(request, options);
    } catch (error) {
      throw error instanceof JobError ? failure(key.name, error) : error;
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

async function proveInProcess(request: BuiltinRequest, options: JobOptions): Promise<BuiltinResult> {
  options.signal?.throwIfAborted();
  const kept = takeProcess(request.key.hash);
  if (kept === undefined) return await proveBy(await startProcess(), request, options);
  try {
    return await proveBy(kept, request, options);
  } catch (error) {
    // Somebody may have ended it while it was idle, the system for its memory for instance.
    if (!(error instanceof JobError) || error.errorName !== undefined) throw error;
    return await proveBy(await startProcess(), request, options);
  }
}

async function proveBy(
  proving: ProverProcess,
  request: BuiltinRequest,
  options: JobOptions,
): Promise<BuiltinResult> {
  try {
    return await proving.prove(request, options);
  } finally {
    await keepProcess(request.key.hash, proving);
  }
}
