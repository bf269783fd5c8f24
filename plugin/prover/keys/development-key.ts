import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import path from "node:path";
import type { JobOptions } from "../../circuits/background.ts";
import { currentHash, hashFile } from "../../circuits/hashed-file.ts";
import type { ProofSystemName } from "../proof-system.ts";
import { proofSystem } from "../proof-systems.ts";
import { loadProvingKey, type ProvingKey, type ProvingKeyRecord, recordPathOf } from "../proving-key.ts";
import { makeZkey } from "./make-zkey.ts";
import { hashOfSeed, writeRecordedFile } from "./recorded-file.ts";

export interface DevelopmentKeyRequest extends JobOptions {
  readonly r1csPath: string;
  /** Name of the circuit. */
  readonly name: string;
  readonly outputFolder: string;
  /** Default: Groth16. */
  readonly system?: ProofSystemName | undefined;
  /** Makes the secrets, and so the whole file, a function of this text. Random secrets without it. */
  readonly seed?: string | undefined;
  /** Default: as many as the machine runs at once. */
  readonly threads?: number | undefined;
}

export interface DevelopmentKey extends ProvingKey {
  readonly rebuilt: boolean;
  /** Why it was made, or "up to date". */
  readonly reason: string;
}

/** Where the development key of a circuit is; the name carries the system and the mark. */
export function developmentKeyPath(
  outputFolder: string,
  name: string,
  system: ProofSystemName = "groth16",
): string {
  return path.join(outputFolder, `${name}.${system}.development.zkey`);
}

/**
 * Makes a proving key whose secrets are drawn here, used and forgotten, in seconds instead of the hours of snarkjs'
 * powers of tau. INSECURE: whoever makes it could keep the secrets and forge proofs. The file is a standard .zkey of
 * snarkjs (for simulated proofs, which have no key, the circuit itself). A key that is there, whole, and for this
 * circuit is kept.
 */
export async function ensureDevelopmentKey(request: DevelopmentKeyRequest): Promise<DevelopmentKey> {
  const zkeyPath = developmentKeyPath(request.outputFolder, request.name, request.system);
  const found = await findKey(request, zkeyPath);
  if (typeof found !== "string") return { ...found, rebuilt: false, reason: "up to date" };
  await makeKey(request, zkeyPath);
  return { ...(await loadProvingKey(zkeyPath, request.r1csPath)), rebuilt: true, reason: found };
}

/** The key that is there, or why it has to be made. */
async function findKey(request: DevelopmentKeyRequest, zkeyPath: string): Promise<ProvingKey | string> {
  let record: ProvingKeyRecord;
  try {
    record = JSON.parse(await readFile(recordPathOf(zkeyPath), "utf8")) as ProvingKeyRecord;
  } catch {
    return "not made yet";
  }
  if (record.circuitHash !== (await currentHash(request.r1csPath))) return "the circuit changed";
  if (request.seed !== undefined && record.seedHash !== hashOfSeed(request.seed)) return "the seed changed";
  try {
    return await loadProvingKey(zkeyPath, request.r1csPath);
  } catch {
    return "the file is damaged";
  }
}

async function makeKey(request: DevelopmentKeyRequest, zkeyPath: string): Promise<void> {
  const { name, r1csPath, seed, threads = availableParallelism(), outputFolder } = request;
  const system = proofSystem(request.system ?? "groth16");
  await writeRecordedFile(zkeyPath, recordPathOf(zkeyPath), async (temporary) => {
    const circuitHash = await hashFile(r1csPath);
    const started = performance.now();
    const files = { r1csPath, zkeyPath: temporary, ptauFolder: outputFolder };
    await makeZkey(system.name, { ...files, seed, threads }, request);
    const setupSeconds = (performance.now() - started) / 1000;
    const verificationKey = await system.readVerificationKey(temporary);
    const record: ProvingKeyRecord = {
      recordVersion: 2,
      name,
      system: system.name,
      development: true,
      seedHash: seed === undefined ? null : hashOfSeed(seed),
      circuitHash,
      zkeyHash: await hashFile(temporary),
      keyHash: system.keyHash(verificationKey),
      setupSeconds,
      verificationKey,
    };
    return record;
  });
}
