import type { JobOptions } from "../../circuits/background.ts";
import { fieldOrder } from "../../protocol/field.ts";
import type { VerificationKeyJson } from "../proof-system.ts";
import { decodeProof, formatProof, type ProofLayout } from "./proof-layout.ts";
import { runUniversalJob } from "./run-job.ts";

/** The verification key of a .zkey file of PLONK or FFLONK in snarkjs' JSON, not checked. */
export async function exportVerificationKey(zkeyPath: string): Promise<unknown> {
  return await runUniversalJob({ kind: "export", zkeyPath });
}

/**
 * Whether snarkjs accepts a proof, and everything in it and the public signals is canonical.
 *
 * @param alsoHolds What the verifier contract checks and snarkjs does not.
 */
export async function verifyBySnarkjs(
  layout: ProofLayout,
  key: VerificationKeyJson,
  publicSignals: readonly bigint[],
  proof: string,
  options?: JobOptions,
  alsoHolds: (words: readonly bigint[]) => boolean = () => true,
): Promise<boolean> {
  if (publicSignals.length !== key.nPublic) return false;
  if (publicSignals.some((signal) => signal < 0n || signal >= fieldOrder)) return false;
  const words = decodeProof(layout, proof);
  if (words === undefined || !alsoHolds(words)) return false;
  return await runUniversalJob<boolean>(
    {
      kind: "verify",
      system: layout.protocol,
      verificationKey: key,
      publicSignals: publicSignals.map(String),
      proof: formatProof(layout, words),
    },
    { signal: options?.signal },
  );
}
