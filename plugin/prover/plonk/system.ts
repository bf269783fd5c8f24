import type { ProofSystem } from "../proof-system.ts";
import { encodeProof } from "../universal/proof-layout.ts";
import { exportVerificationKey, verifyBySnarkjs } from "../universal/system.ts";
import { verifierFromTemplate } from "../verifier-template.ts";
import { plonkProof } from "./proof.ts";
import { formatVerificationKey, keyHash, parseVerificationKey } from "./verification-key.ts";

/** PLONK (eprint 2019/953) over BN254, as snarkjs has it. */
export const plonk: ProofSystem = {
  name: "plonk",
  optimization: "O1",
  parseVerificationKey: (json) => formatVerificationKey(parseVerificationKey(json)),
  readVerificationKey: async (zkeyPath) =>
    formatVerificationKey(parseVerificationKey(await exportVerificationKey(zkeyPath))),
  keyHash: (key) => keyHash(parseVerificationKey(key)),
  encodeProof: (json) => encodeProof(plonkProof, json),
  verify: (key, publicSignals, proof, options) =>
    verifyBySnarkjs(plonkProof, key, publicSignals, proof, options),
  verifierSource: (key, contractName) =>
    verifierFromTemplate({
      protocol: "plonk",
      templateContract: "PlonkVerifier",
      data: key.verificationKey,
      contractName,
      proofWords: 24,
      proofFormat: "uint256[24]: 9 commitments, then 6 evaluations, in the order of snarkjs' calldata",
      keyHash: key.keyHash,
      development: key.development,
    }),
};
