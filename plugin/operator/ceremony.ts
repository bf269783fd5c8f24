import path from "node:path";
import type { HardhatConfig } from "hardhat/types/config";
import type { JobOptions } from "../circuits/background.ts";
import type { CompiledCircuit } from "../circuits/compile.ts";
import { compileShape } from "../circuits/compile-shape.ts";
import { ClientError } from "../client/errors.ts";
import { configuredShape } from "../client/open-rollup.ts";
import { ceremonyFolder } from "../client/verified-key.ts";
import { latestKey, parseKeyFile, readKeyFile } from "../prover/ceremony/key-files.ts";
import { hasUniversalSetup } from "../prover/ceremony/production-key.ts";
import { requirePtau } from "../prover/ceremony/ptau-file.ts";
import type { Transcript } from "../prover/ceremony/transcript.ts";
import { proofSystem } from "../prover/proof-systems.ts";
import { command, shellWord } from "./next-step.ts";

/**
 * The shape that a ceremony is for: the one that is given, or that of the file, or the only one that the config
 * registers.
 *
 * @throws ClientError if there are several, or no such one; CeremonyError `WRONG_NUMBER` as parseKeyFile
 */
export function ceremonyShape(config: HardhatConfig, given: string | undefined, file?: string): string {
  const [only, ...others] = config.rollup.register;
  const ofFile = file === undefined ? undefined : parseKeyFile(file).name;
  const name = given ?? ofFile ?? (others.length === 0 ? only : undefined);
  if (name === undefined) {
    throw new ClientError("Several shapes are registered: each has a ceremony of its own.", {
      "shapes registered": config.rollup.register.join(", "),
      "what to do": "name one: --shape <shape>",
    });
  }
  configuredShape(config, name);
  return name;
}

/** The command of a further step, with the options of this one that it needs, too. */
export function ceremonyStep(step: string, shape: string | undefined, ptau?: string): string {
  const options = Object.entries({ shape, ptau }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${shellWord(value)}`],
  );
  return [command(`ceremony ${step}`), ...options].join(" ");
}

/**
 * Refuses steps that a proof system does not have.
 *
 * @throws ClientError
 */
export function requirePhase2({ rollup }: HardhatConfig): void {
  if (rollup.proofSystem === "groth16") return;
  throw new ClientError("The proof system of the config has no ceremony for each circuit.", {
    "proof system": rollup.proofSystem,
    "what to do": hasUniversalSetup(rollup.proofSystem)
      ? "make its key from the published powers of tau: npx hardhat rollup:ceremony export --ptau <file>"
      : "choose another one for live networks: rollup.proofSystem in the Hardhat config",
  });
}

/**
 * Looks for the powers of tau, before minutes of work.
 *
 * @param given - Instead of the config's.
 * @throws CeremonyError `PTAU_MISSING`, `PTAU_DAMAGED`
 */
export async function requireConfiguredPtau(
  { rollup }: HardhatConfig,
  given: string | undefined,
): Promise<void> {
  await requirePtau(given === undefined ? rollup.ceremony.ptau : path.resolve(given));
}

/** The circuit of a shape as the config's proof system wants it: compiled here, unless the cache has it. */
export async function ceremonyCircuit(
  config: HardhatConfig,
  name: string,
  options: JobOptions,
): Promise<CompiledCircuit> {
  const { folder, proofSystem: system } = config.rollup;
  const { optimization } = proofSystem(system);
  return await compileShape({ name, shape: configuredShape(config, name), folder, optimization, ...options });
}

/**
 * The key to continue or to verify.
 *
 * @param file - Undefined: the newest one in the shape's folder.
 * @throws CeremonyError as readKeyFile and latestKey
 */
export async function keyToContinue(
  config: HardhatConfig,
  shape: string | undefined,
  file: string | undefined,
): Promise<Transcript> {
  if (file !== undefined) return await readKeyFile(path.resolve(file));
  const name = ceremonyShape(config, shape);
  return await latestKey(ceremonyFolder(config, name), name);
}
