import path from "node:path";
import type { HardhatConfig } from "hardhat/types/config";
import type { JobOptions } from "../circuits/background.ts";
import type { CompiledCircuit } from "../circuits/compile.ts";
import type { KeyToMake } from "../prover/ceremony/found-key.ts";
import type { PublishedPtau } from "../prover/ceremony/published-ptau.ts";
import { VerifiedKey } from "../prover/ceremony/verified-key.ts";

/** Where the ceremony of a shape and its key are. */
export function ceremonyFolder({ rollup }: HardhatConfig, shapeName: string): string {
  return path.join(rollup.ceremony.folder, shapeName);
}

/**
 * What the checks of a shape's key need.
 *
 * @param ptau - Instead of the config's.
 */
export function keyToMake(
  { rollup }: HardhatConfig,
  name: string,
  { r1csPath }: Pick<CompiledCircuit, "r1csPath">,
  ptau?: string,
): KeyToMake {
  const { ceremony, proofSystem: system } = rollup;
  const { minContributions } = ceremony;
  return {
    name,
    system,
    r1csPath,
    ptauPath: ptau === undefined ? ceremony.ptau : path.resolve(ptau),
    minContributions,
  };
}

/**
 * Verifies the installed key of a shape for a live network.
 *
 * @param published - The powers of tau that count as known. Default: those of the Hermez ceremony.
 * @throws CeremonyError, see VerifiedKey.verify
 */
export async function verifyInstalledKey(
  config: HardhatConfig,
  name: string,
  circuit: Pick<CompiledCircuit, "r1csPath">,
  options: JobOptions & { readonly published?: readonly PublishedPtau[] | undefined } = {},
): Promise<VerifiedKey> {
  const folder = ceremonyFolder(config, name);
  return await VerifiedKey.verify({ ...keyToMake(config, name, circuit), ...options, folder });
}
