import { HardhatPluginError } from "hardhat/plugins";
import { JobError, type JobOptions, jobFile, runInBackground } from "../circuits/background.ts";
import type { Groth16Request, Groth16Result, WitnessSource } from "./groth16-job.ts";
import { type Groth16Proof, parseProof } from "./groth16-proof.ts";
import { verifyProof } from "./groth16-verify.ts";
import type { ProvingKey } from "./proving-key.ts";

export interface ProveRequest extends JobOptions {
  readonly key: ProvingKey;
  readonly witness: WitnessSource;
  /** Whether one proof uses all cores; turn it off when several run at once. Default true. */
  readonly multiThread?: boolean;
}

export interface ProveResult {
  readonly proof: Groth16Proof;
  readonly publicSignals: readonly bigint[];
  readonly witnessSeconds: number;
  readonly proofSeconds: number;
  /** Largest resident size of the proof's process. */
  readonly peakMemoryBytes: number;
}

/**
 * Proves with snarkjs, in a process that ends with the proof, and verifies the proof before handing it on.
 *
 * @throws HardhatPluginError if the key is damaged, the inputs do not satisfy the circuit, the proof does not verify,
 * or the process dies; the signal's reason if it is aborted.
 */
export async function prove({
  key,
  witness,
  multiThread = true,
  ...options
}: ProveRequest): Promise<ProveResult> {
  const request: Groth16Request = { zkeyPath: key.zkeyPath, zkeyHash: key.zkeyHash, witness, multiThread };
  let result: Groth16Result;
  try {
    result = await runInBackground<Groth16Result>(jobFile(import.meta.url, "groth16-job"), request, options);
  } catch (error) {
    if (!(error instanceof JobError)) throw error;
    throw new HardhatPluginError("hardhat-rollup", `No proof for "${key.name}".\n${error.message}`, error);
  }
  const proof = parseProof(result.proof);
  const publicSignals = result.publicSignals.map(BigInt);
  if (!verifyProof(key.verificationKey, publicSignals, proof)) {
    throw new HardhatPluginError(
      "hardhat-rollup",
      `snarkjs returned a proof that does not verify.\ncircuit: ${key.name}\nThe witness does not satisfy the circuit, or the key is for another one.`,
    );
  }
  const { witnessSeconds, proofSeconds, peakMemoryBytes } = result;
  return { proof, publicSignals, witnessSeconds, proofSeconds, peakMemoryBytes };
}
