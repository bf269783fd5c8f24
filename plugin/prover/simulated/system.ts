import type { ProofSystem } from "../proof-system.ts";
import { isSimulatedProof } from "./proof.ts";
import { circuitKey, formatVerificationKey, keyHash, parseVerificationKey } from "./verification-key.ts";
import { verifierSource } from "./verifier-source.ts";

/**
 * SIMULATED: no proof system. The witness of the real circuit is computed and checked against every constraint, and
 * what stands in for the proof is a mark that anybody can write. Its verifier works on development chains alone.
 */
export const simulated: ProofSystem = {
  name: "simulated",
  optimization: "O2",
  parseVerificationKey: (json) => formatVerificationKey(parseVerificationKey(json)),
  readVerificationKey: async (zkeyPath) => formatVerificationKey(await circuitKey(zkeyPath)),
  keyHash: (key) => keyHash(parseVerificationKey(key)),
  encodeProof: () => {
    throw new TypeError("snarkjs makes no simulated proofs.");
  },
  verify: async (key, publicSignals, proof) =>
    isSimulatedProof(parseVerificationKey(key), publicSignals, proof),
  verifierSource: async (key, contractName) => verifierSource(key, contractName),
};
