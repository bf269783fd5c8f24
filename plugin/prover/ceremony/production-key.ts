// The key that a ceremony ends with, installed where deployments look for it. It lasts as long as the rollup, so it is
// not among the files that `hardhat clean` throws away.

import { readFile } from "node:fs/promises";
import path from "node:path";
import { currentHash, hashFile } from "../../circuits/hashed-file.ts";
import type { ProofSystemName } from "../proof-system.ts";
import {
  loadProvingKeyRecord,
  type ProvingKey,
  type ProvingKeyRecord,
  recordPathOf,
} from "../proving-key.ts";
import { CeremonyError } from "./errors.ts";

/** Where a key comes from, for readers of its record. What deploys to a live network finds it out again. */
export interface KeyOrigin {
  readonly ptau: { readonly power: number; readonly blake2b: string; readonly published: string | null };
  /** Null for a system whose setup is universal. */
  readonly circuitHash: string | null;
  readonly contributions: readonly {
    readonly number: number;
    readonly name: string;
    readonly hash: string;
    readonly beacon: { readonly value: string; readonly iterationsExponent: number } | null;
  }[];
}

/** The record of a key that was exported. */
export interface ProductionKeyRecord extends ProvingKeyRecord {
  readonly origin: KeyOrigin;
}

/** Where the production key of a circuit is. */
export function productionKeyPath(folder: string, name: string, system: ProofSystemName): string {
  return path.join(folder, `${name}.${system}.zkey`);
}

/** The systems whose keys follow from the circuit and the powers of tau alone. */
export function hasUniversalSetup(system: string): system is "plonk" | "fflonk" {
  return system === "plonk" || system === "fflonk";
}

/**
 * Reads the record of an installed key. Whether it is true is not looked at.
 *
 * @throws CeremonyError `NO_PRODUCTION_KEY`, `RECORD_CHANGED`
 */
export async function readProductionKey(
  zkeyPath: string,
  name: string,
  system: ProofSystemName,
): Promise<{ readonly key: ProvingKey; readonly origin: KeyOrigin }> {
  const recordPath = recordPathOf(zkeyPath);
  try {
    const { origin } = JSON.parse(await readFile(recordPath, "utf8")) as ProductionKeyRecord;
    const key = await loadProvingKeyRecord(zkeyPath);
    if (key.name !== name || key.system !== system)
      throw new Error(`it is for ${key.name} and ${key.system}`);
    if (typeof origin !== "object" || origin === null)
      throw new Error("it does not say where the key comes from");
    return { key, origin };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") throw noProductionKey(zkeyPath, name);
    throw new CeremonyError(
      "RECORD_CHANGED",
      `The record of the production key is damaged: ${(error as Error).message}`,
      { file: recordPath, "what to do": "restore it from a copy, or npx hardhat rollup:ceremony export" },
      error as Error,
    );
  }
}

/**
 * The installed key of a circuit, if it fits: a ceremony's result is never thrown away, but a circuit that changed needs
 * another one.
 *
 * @returns why there is none, if so
 * @throws CeremonyError `RECORD_CHANGED` if it is damaged
 */
export async function findProductionKey(
  folder: string,
  name: string,
  system: ProofSystemName,
  r1csPath: string,
): Promise<ProvingKey | string> {
  const zkeyPath = productionKeyPath(folder, name, system);
  let key: ProvingKey;
  try {
    ({ key } = await readProductionKey(zkeyPath, name, system));
  } catch (error) {
    if (error instanceof CeremonyError && error.code === "NO_PRODUCTION_KEY") return "no key from a ceremony";
    throw error;
  }
  if (key.circuitHash !== (await currentHash(r1csPath))) {
    return "the key from a ceremony is for another version of the circuit";
  }
  const zkeyHash = await hashFile(zkeyPath).catch(() => "none, the file cannot be read");
  requireField(key, "hash of the key file", key.zkeyHash, zkeyHash);
  return key;
}

function noProductionKey(zkeyPath: string, name: string): CeremonyError {
  return new CeremonyError("NO_PRODUCTION_KEY", "The shape has no production key.", {
    shape: name,
    "expected key": zkeyPath,
    "what to do": `hold a ceremony: npx hardhat rollup:ceremony new --shape ${name} --ptau <file>, contribute, beacon, export`,
  });
}

/** Refuses a record that does not say what was found. Throws CeremonyError. */
export function requireField(
  { zkeyPath }: ProvingKey,
  field: string,
  recorded: string,
  actual: string,
  code: "RECORD_CHANGED" | "WRONG_CIRCUIT" = "RECORD_CHANGED",
): void {
  if (recorded === actual) return;
  const sentence =
    code === "WRONG_CIRCUIT"
      ? "The production key is for another version of the circuit."
      : "The production key is not what its record says.";
  throw new CeremonyError(code, sentence, {
    key: zkeyPath,
    field,
    recorded,
    found: actual,
    "what to do":
      code === "WRONG_CIRCUIT"
        ? "use the version of this package and the shape that the ceremony was held for, or hold a new one"
        : "restore key and record from a copy, or npx hardhat rollup:ceremony export",
  });
}
