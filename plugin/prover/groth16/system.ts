import { HardhatPluginError } from "@nomicfoundation/hardhat-errors";
import type { ProofSystem } from "../proof-system.ts";
import { decodeProof, encodeProof, type Groth16Proof, parseProof } from "./proof.ts";
import {
  exportVerificationKey,
  formatVerificationKey,
  keyHash,
  parseVerificationKey,
} from "./verification-key.ts";
import { verifierSource } from "./verifier-source.ts";
import { verifyProof } from "./verify.ts";

/** Groth16 (eprint 2016/260) over BN254, as snarkjs has it. */
export const groth16: ProofSystem = {
  name: "groth16",
  optimization: "O2",
  parseVerificationKey: (json) => formatVerificationKey(parseVerificationKey(json)),
  readVerificationKey: async (zkeyPath) => formatVerificationKey(await exportVerificationKey(zkeyPath)),
  keyHash: (key) => keyHash(parseVerificationKey(key)),
  encodeProof: (json) => encodeProof(parseProof(json)),
  async verify(key, publicSignals, proof) {
    const decoded = decodedProof(proof);
    return decoded !== undefined && verifyProof(parseVerificationKey(key), publicSignals, decoded);
  },
  verifierSource,
};

function decodedProof(proof: string): Groth16Proof | undefined {
  try {
    return decodeProof(proof);
  } catch (error) {
    if (HardhatPluginError.isHardhatPluginError(error)) return undefined;
    throw error;
  }
}
