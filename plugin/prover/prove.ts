import { HardhatPluginError } from "hardhat/plugins";
import type { Backend, BackendOptions, BackendProof, ProofRequest } from "./backends/backend.ts";
import { snarkjs } from "./backends/snarkjs.ts";
import { proofSystem } from "./proof-systems.ts";

/** A proof that was verified. */
export interface ProofResult extends BackendProof {
  /** Name of the backend that made it. */
  readonly backend: string;
}

/**
 * Proves, and verifies the proof before handing it on.
 *
 * @throws HardhatPluginError as the backend, and if its proof does not verify; the signal's reason if it is aborted.
 */
export async function prove(
  request: ProofRequest,
  options: BackendOptions = {},
  backend: Backend = snarkjs,
): Promise<ProofResult> {
  const result = await backend.prove(request, options);
  const { name, system, verificationKey } = request.key;
  if (await proofSystem(system).verify(verificationKey, result.publicSignals, result.proof, options)) {
    return { ...result, backend: backend.name };
  }
  throw new HardhatPluginError(
    "hardhat-rollup",
    `${backend.name} returned a proof that does not verify.\ncircuit: ${name}\nThe witness does not satisfy the circuit, or the key is for another one.`,
  );
}
