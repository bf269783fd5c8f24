import type { JobOptions } from "../circuits/background.ts";
import type { ProvingKey } from "./proving-key.ts";

export const proofSystemNames = ["groth16", "plonk", "fflonk", "simulated"] as const;

export type ProofSystemName = (typeof proofSystemNames)[number];

/** A verification key in snarkjs' JSON, as `parseVerificationKey` returns it: checked, and without what nothing reads. */
export type VerificationKeyJson = { readonly protocol: string } & Readonly<Record<string, unknown>>;

/** What differs between proof systems. The circuit and its public inputs are the same for all. */
export interface ProofSystem {
  readonly name: ProofSystemName;
  /** How circuits are compiled for it. */
  readonly optimization: "O1" | "O2";
  /** @throws HardhatPluginError if it is not a key of this system over BN254. */
  parseVerificationKey(json: unknown): VerificationKeyJson;
  /**
   * Reads the verification key out of a proving key file of snarkjs.
   *
   * @throws HardhatPluginError if it is not a key of this system over BN254.
   */
  readVerificationKey(zkeyPath: string): Promise<VerificationKeyJson>;
  /** Hash of the verification key as the contract knows it, 0x (protocol, section 9). */
  keyHash(key: VerificationKeyJson): string;
  /**
   * A proof in snarkjs' JSON as the verifier contract takes it, 0x.
   *
   * @throws HardhatPluginError if it is not a proof of this system over BN254.
   */
  encodeProof(json: unknown): string;
  /** Whether `proof`, as the verifier contract takes it, is valid. Malformed ones are not. */
  verify(
    key: VerificationKeyJson,
    publicSignals: readonly bigint[],
    proof: string,
    options?: JobOptions,
  ): Promise<boolean>;
  /** The Solidity verifier of a key: one contract without imports. */
  verifierSource(key: ProvingKey, contractName: string): Promise<string>;
}
