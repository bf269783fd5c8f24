import path from "node:path";
import { CeremonyError } from "./ceremony/errors.ts";
import { productionKeyPath, readProductionKey } from "./ceremony/production-key.ts";
import { developmentKeyPath } from "./keys/development-key.ts";
import { loadProvingKeyRecord, type ProvingKey } from "./proving-key.ts";
import { keysFolder, type SetupRequest } from "./shape-setup.ts";

/**
 * What is recorded of the key that is in use for a shape, one from a ceremony or a development key. Neither key nor
 * circuit are looked at.
 *
 * @param keyHash - Of the key that is in use. Undefined: none is, so it is the development key.
 * @throws HardhatPluginError as loadProvingKeyRecord; CeremonyError `RECORD_CHANGED`
 */
export async function loadRecordedKey(
  { name, system, folder, ceremonies }: Pick<SetupRequest, "name" | "system" | "folder" | "ceremonies">,
  keyHash: string | undefined,
): Promise<ProvingKey> {
  if (ceremonies !== undefined && system !== "simulated") {
    try {
      const zkeyPath = productionKeyPath(path.join(ceremonies, name), name, system);
      const { key } = await readProductionKey(zkeyPath, name, system);
      if (key.keyHash === keyHash) return key;
    } catch (error) {
      if (!(error instanceof CeremonyError && error.code === "NO_PRODUCTION_KEY")) throw error;
    }
  }
  return await loadProvingKeyRecord(developmentKeyPath(keysFolder(folder), name, system));
}
