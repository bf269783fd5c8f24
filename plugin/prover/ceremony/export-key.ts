import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { hashFile } from "../../circuits/hashed-file.ts";
import { proofSystem } from "../proof-systems.ts";
import { type ProvingKey, recordPathOf } from "../proving-key.ts";
import { type FoundKey, type KeyToMake, readCeremonyKey, readUniversalKey, setUp } from "./found-key.ts";
import { writeWhole } from "./partial-file.ts";
import { hasUniversalSetup, type ProductionKeyRecord, productionKeyPath } from "./production-key.ts";
import { requirePtau } from "./ptau-file.ts";

export interface ExportRequest extends KeyToMake {
  /** The ceremony's last file; undefined where the setup is universal. */
  readonly zkeyPath: string | undefined;
  /** Where it is installed. */
  readonly folder: string;
}

/**
 * Verifies a ceremony and installs its key with its record. Over powers of tau that were not published the key is
 * installed as a development key, which live networks refuse.
 *
 * @throws CeremonyError as verifyCeremony and weaknesses, except `PTAU_UNKNOWN`
 */
export async function exportKey(request: ExportRequest): Promise<ProvingKey> {
  const { name, system, folder } = request;
  await mkdir(folder, { recursive: true });
  const zkeyPath = productionKeyPath(folder, name, system);
  return await writeWhole(zkeyPath, async (partial) => {
    const made = hasUniversalSetup(system)
      ? await makeUniversalKey(request, partial)
      : await copyCeremonyKey(request, partial);
    const verificationKey = await proofSystem(system).readVerificationKey(partial);
    const record: ProductionKeyRecord = {
      recordVersion: 2,
      name,
      system,
      development: made.ptau.published === undefined,
      seedHash: null,
      circuitHash: await hashFile(request.r1csPath),
      zkeyHash: await hashFile(partial),
      keyHash: proofSystem(system).keyHash(verificationKey),
      verificationKey,
      origin: made.origin,
    };
    // A run that is stopped between the two leaves a record that the old file does not match, and that is found out.
    await writeWhole(recordPathOf(zkeyPath), (file) =>
      writeFile(file, `${JSON.stringify(record, undefined, 2)}\n`),
    );
    return { ...record, zkeyPath };
  });
}

async function copyCeremonyKey(request: ExportRequest, to: string): Promise<FoundKey> {
  if (request.zkeyPath === undefined) throw new TypeError("The key of this system comes from a ceremony.");
  await copyFile(request.zkeyPath, to);
  const found = await readCeremonyKey(request, to);
  const problem = found.problems.find(({ code }) => code !== "PTAU_UNKNOWN");
  if (problem !== undefined) throw problem;
  await found.rebuild();
  return found;
}

async function makeUniversalKey(request: KeyToMake, to: string): Promise<FoundKey> {
  const { path: ptauPath } = await requirePtau(request.ptauPath);
  await setUp(request, ptauPath, to);
  return await readUniversalKey(request, to);
}
