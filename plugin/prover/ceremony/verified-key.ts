import { hashFile } from "../../circuits/hashed-file.ts";
import { proofSystem } from "../proof-systems.ts";
import type { ProvingKey } from "../proving-key.ts";
import { type KeyToMake, readCeremonyKey, readUniversalKey } from "./found-key.ts";
import {
  hasUniversalSetup,
  type KeyOrigin,
  productionKeyPath,
  readProductionKey,
  requireField,
} from "./production-key.ts";

/** A production key that may be used on a live network: made anew from its circuit and published powers of tau. */
export class VerifiedKey {
  /** Objects of this type come from `verify` alone. */
  readonly #verified = true;
  readonly key: ProvingKey;
  readonly origin: KeyOrigin;

  private constructor(key: ProvingKey, origin: KeyOrigin) {
    this.key = key;
    this.origin = origin;
  }

  static isVerified(value: unknown): value is VerifiedKey {
    return typeof value === "object" && value !== null && #verified in value && value.#verified;
  }

  /**
   * The gate of live networks: nothing that the record says is believed. The circuit, the powers of tau and the
   * contributions give the key again, and it has to be the installed one.
   *
   * @param folder - Where it is installed.
   * @throws CeremonyError for whatever is wrong with it, see CeremonyErrorCode
   */
  static async verify(request: KeyToMake & { readonly folder: string }): Promise<VerifiedKey> {
    const { name, system, folder } = request;
    const zkeyPath = productionKeyPath(folder, name, system);
    const { key, origin } = await readProductionKey(zkeyPath, name, system);
    requireField(
      key,
      "circuit of the key",
      key.circuitHash,
      await hashFile(request.r1csPath),
      "WRONG_CIRCUIT",
    );
    const found = hasUniversalSetup(system)
      ? await readUniversalKey(request, zkeyPath)
      : await readCeremonyKey(request, zkeyPath);
    const [problem] = found.problems;
    if (problem !== undefined) throw problem;
    requireField(key, "hash of the key file", key.zkeyHash, found.zkeyHash);
    const verificationKey = await proofSystem(system).readVerificationKey(zkeyPath);
    requireField(
      key,
      "verification key",
      JSON.stringify(key.verificationKey),
      JSON.stringify(verificationKey),
    );
    requireField(key, "origin", JSON.stringify(origin), JSON.stringify(found.origin));
    requireField(key, "development", String(key.development), "false");
    await found.rebuild();
    return new VerifiedKey({ ...key, verificationKey }, origin);
  }
}
