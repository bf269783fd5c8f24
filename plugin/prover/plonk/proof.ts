import type { ProofLayout } from "../universal/proof-layout.ts";

/** `uint256[24]`, 768 bytes: in the order of snarkjs' calldata. */
export const plonkProof: ProofLayout = {
  protocol: "plonk",
  title: "PLONK",
  points: ["A", "B", "C", "Z", "T1", "T2", "T3", "Wxi", "Wxiw"],
  scalars: ["eval_a", "eval_b", "eval_c", "eval_s1", "eval_s2", "eval_zw"],
};
