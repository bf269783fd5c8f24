import type { ProofLayout } from "../universal/proof-layout.ts";

const evaluations = [
  "ql",
  "qr",
  "qm",
  "qo",
  "qc",
  "s1",
  "s2",
  "s3",
  "a",
  "b",
  "c",
  "z",
  "zw",
  "t1w",
  "t2w",
  "inv",
] as const;

/** `bytes32[24]`, 768 bytes: in the order of snarkjs' calldata. */
export const fflonkProof: ProofLayout = {
  protocol: "fflonk",
  title: "FFLONK",
  points: ["C1", "C2", "W1", "W2"].map((name) => `polynomials.${name}`),
  scalars: evaluations.map((name) => `evaluations.${name}`),
};
