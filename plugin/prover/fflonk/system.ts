import type { ProofSystem } from "../proof-system.ts";
import { encodeProof } from "../universal/proof-layout.ts";
import { exportVerificationKey, verifyBySnarkjs } from "../universal/system.ts";
import { verifierFromTemplate } from "../verifier-template.ts";
import { hasRightInverse } from "./inverse.ts";
import { fflonkProof } from "./proof.ts";
import { formatVerificationKey, keyHash, parseVerificationKey, rootPowers } from "./verification-key.ts";

/** FFLONK (eprint 2021/1167) over BN254, as snarkjs has it. */
export const fflonk: ProofSystem = {
  name: "fflonk",
  optimization: "O1",
  parseVerificationKey: (json) => formatVerificationKey(parseVerificationKey(json)),
  readVerificationKey: async (zkeyPath) =>
    formatVerificationKey(parseVerificationKey(await exportVerificationKey(zkeyPath))),
  keyHash: (key) => keyHash(parseVerificationKey(key)),
  encodeProof: (json) => encodeProof(fflonkProof, json),
  verify: (key, publicSignals, proof, options) =>
    verifyBySnarkjs(fflonkProof, key, publicSignals, proof, options, (words) =>
      hasRightInverse(parseVerificationKey(key), publicSignals, words),
    ),
  verifierSource: (key, contractName) =>
    verifierFromTemplate({
      protocol: "fflonk",
      templateContract: "FflonkVerifier",
      data: { ...key.verificationKey, ...rootPowers(parseVerificationKey(key.verificationKey)) },
      contractName,
      proofWords: 24,
      proofFormat: "bytes32[24]: 4 commitments, then 16 scalars, in the order of snarkjs' calldata",
      keyHash: key.keyHash,
      development: key.development,
    }),
};
