import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { CompiledCircuit } from "../circuits/compile.ts";
import { compileShape, type ShapeRequest } from "../circuits/compile-shape.ts";
import type { Shape } from "../protocol/shape.ts";
import { findProductionKey } from "./ceremony/production-key.ts";
import { type DevelopmentKey, developmentKeyPath, ensureDevelopmentKey } from "./keys/development-key.ts";
import type { ProofSystemName } from "./proof-system.ts";
import { proofSystem } from "./proof-systems.ts";
import { loadProvingKey } from "./proving-key.ts";
import { verifierContract, verifierPath } from "./verifier-path.ts";

/** All that it takes to prove batches of a shape, and to verify them on L1. */
export type ShapeSetup = {
  readonly name: string;
  readonly shape: Shape;
  readonly circuit: CompiledCircuit;
  readonly key: DevelopmentKey;
  /** Whether the key was exported from a ceremony, and not made here. */
  readonly fromCeremony: boolean;
  /** The Solidity verifier. */
  readonly verifierPath: string;
};

export type SetupRequest = Omit<ShapeRequest, "optimization"> & {
  readonly system: ProofSystemName;
  /** Of the ceremonies, `config.rollup.ceremony.folder`. Default: only development keys count. */
  readonly ceremonies?: string | undefined;
};

/**
 * The circuit of a shape, a key for it and the verifier of that key. A key that was exported from a ceremony is used
 * where it fits the circuit; else a development key is made, unless it is there and up to date.
 *
 * @throws HardhatPluginError as compileCircuit, findProductionKey and ensureDevelopmentKey
 */
export async function setUpShape(request: SetupRequest): Promise<ShapeSetup> {
  const { name, shape, folder, system, onProgress, signal } = request;
  const circuit = await compileFor(request);
  const production = await productionKey(request, circuit);
  const key =
    production ??
    (await ensureDevelopmentKey({
      r1csPath: circuit.r1csPath,
      name,
      outputFolder: keysFolder(folder),
      system,
      onProgress,
      signal,
    }));
  const verifier = verifierPath(folder, key);
  await writeIfChanged(verifier, await proofSystem(system).verifierSource(key, verifierContract(key)));
  return { name, shape, circuit, key, fromCeremony: production !== undefined, verifierPath: verifier };
}

/**
 * What setUpShape has made, for a shape that is in use: the circuit is compiled again if it is missing, since that
 * gives the same one; the key has to be there.
 *
 * @param keyHash - Of the key that is in use.
 * @throws HardhatPluginError as compileCircuit, findProductionKey and loadProvingKey
 */
export async function loadShape(request: SetupRequest, keyHash: string): Promise<ShapeSetup> {
  const { name, shape, folder, system } = request;
  const circuit = await compileFor(request);
  const production = await productionKey(request, circuit);
  if (production?.keyHash === keyHash) {
    const verifier = verifierPath(folder, production);
    return { name, shape, circuit, key: production, fromCeremony: true, verifierPath: verifier };
  }
  const key = await loadProvingKey(developmentKeyPath(keysFolder(folder), name, system), circuit.r1csPath);
  const unchanged = { ...key, rebuilt: false, reason: "up to date" };
  const verifier = verifierPath(folder, unchanged);
  return { name, shape, circuit, key: unchanged, fromCeremony: false, verifierPath: verifier };
}

/** The circuit as a proof system wants it. */
function compileFor({ system, ...request }: SetupRequest): Promise<CompiledCircuit> {
  return compileShape({ ...request, optimization: proofSystem(system).optimization });
}

/** The key that was exported from a ceremony of this very circuit, if there is one. */
async function productionKey(
  { name, ceremonies, system, onProgress }: SetupRequest,
  circuit: CompiledCircuit,
): Promise<DevelopmentKey | undefined> {
  if (ceremonies === undefined || system === "simulated") return undefined;
  const folder = path.join(ceremonies, name);
  const found = await findProductionKey(folder, name, system, circuit.r1csPath);
  if (typeof found !== "string") return { ...found, rebuilt: false, reason: "up to date" };
  onProgress?.(found);
  return undefined;
}

/** Where the keys are. */
export function keysFolder(folder: string): string {
  return path.join(folder, "keys");
}

/** An unchanged file keeps its time, so that Hardhat does not compile it again. */
async function writeIfChanged(file: string, text: string): Promise<void> {
  const present = await readFile(file, "utf8").catch(() => undefined);
  if (present === text) return;
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}
