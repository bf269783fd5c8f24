import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { CompiledCircuit } from "../circuits/compile.ts";
import { compileShape, type ShapeRequest } from "../circuits/compile-shape.ts";
import type { Shape } from "../protocol/shape.ts";
import { type DevelopmentKey, developmentKeyPath, ensureDevelopmentKey } from "./keys/development-key.ts";
import { proofSystem } from "./proof-systems.ts";
import { loadProvingKey } from "./proving-key.ts";
import { verifierPath } from "./verifier-path.ts";

/** All that it takes to prove batches of a shape, and to verify them on L1. */
export type ShapeSetup = {
  readonly name: string;
  readonly shape: Shape;
  readonly circuit: CompiledCircuit;
  readonly key: DevelopmentKey;
  /** The Solidity verifier. */
  readonly verifierPath: string;
};

/**
 * The circuit of a shape, a development key for it and the verifier of that key: what is missing or out of date is
 * made.
 *
 * @throws HardhatPluginError as compileCircuit and ensureDevelopmentKey
 */
export async function setUpShape(request: ShapeRequest): Promise<ShapeSetup> {
  const { name, shape, folder, onProgress, signal } = request;
  const circuit = await compileShape(request);
  const key = await ensureDevelopmentKey({
    r1csPath: circuit.r1csPath,
    name,
    outputFolder: keysFolder(folder),
    onProgress,
    signal,
  });
  const verifier = verifierPath(folder, name);
  await writeIfChanged(verifier, await proofSystem(key.system).verifierSource(key, verifierContract(name)));
  return { name, shape, circuit, key, verifierPath: verifier };
}

/**
 * What setUpShape has made, for a shape that is in use: the circuit is compiled again if it is missing, since that
 * gives the same one; the key has to be there.
 *
 * @throws HardhatPluginError as compileCircuit and loadProvingKey
 */
export async function loadShape(request: ShapeRequest): Promise<ShapeSetup> {
  const { name, shape, folder } = request;
  const circuit = await compileShape(request);
  const key = await loadProvingKey(developmentKeyPath(keysFolder(folder), name), circuit.r1csPath);
  const unchanged = { ...key, rebuilt: false, reason: "up to date" };
  return { name, shape, circuit, key: unchanged, verifierPath: verifierPath(folder, name) };
}

/** Where the keys are. */
export function keysFolder(folder: string): string {
  return path.join(folder, "keys");
}

/** The contract's name: `dev` gives `RollupVerifierDev`. */
function verifierContract(shapeName: string): string {
  const words = shapeName.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  return `RollupVerifier${words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join("")}`;
}

/** An unchanged file keeps its time, so that Hardhat does not compile it again. */
async function writeIfChanged(file: string, text: string): Promise<void> {
  const present = await readFile(file, "utf8").catch(() => undefined);
  if (present === text) return;
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}
