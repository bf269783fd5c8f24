// What snarkjs itself says of a key: `zkey verify` against powers of tau, and a proof by `groth16 prove`.

import { readFile } from "node:fs/promises";
import { groth16, zKey } from "snarkjs";
import { serveJob } from "../../plugin/circuits/background-job.ts";

export interface SnarkjsCheckJob {
  readonly r1csPath: string;
  readonly ptauPath: string;
  readonly zkeyPath: string;
  /** Bytes of a .wtns file. */
  readonly witness: Uint8Array;
}

export interface SnarkjsCheck {
  readonly zkeyVerified: boolean;
  readonly proofVerified: boolean;
}

serveJob<SnarkjsCheckJob, SnarkjsCheck>(async ({ r1csPath, ptauPath, zkeyPath, witness }, report) => {
  report("zkey verify");
  const zkeyVerified = await zKey.verifyFromR1cs(r1csPath, ptauPath, zkeyPath);
  report("groth16 prove");
  const zkey = { type: "mem", data: await readFile(zkeyPath) } as const;
  const { proof, publicSignals } = await groth16.prove(zkey, { type: "mem", data: witness });
  const verificationKey = await zKey.exportVerificationKey(zkey);
  return { zkeyVerified, proofVerified: await groth16.verify(verificationKey, publicSignals, proof) };
});
