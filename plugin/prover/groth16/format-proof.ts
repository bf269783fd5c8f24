import type { Groth16Proof } from "./proof.ts";
import type { SnarkjsProof } from "./prover-options.ts";

/** The proof in snarkjs' JSON. */
export function formatProof({ a, b, c }: Groth16Proof): SnarkjsProof {
  return {
    pi_a: [...a.map(String), "1"],
    pi_b: [b[0].map(String), b[1].map(String), ["1", "0"]],
    pi_c: [...c.map(String), "1"],
    protocol: "groth16",
    curve: "bn128",
  };
}
