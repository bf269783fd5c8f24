// The key that a ceremony ends with, installed where deployments look for it. It lasts as long as the rollup, so it is
// not among the files that `hardhat clean` throws away.

import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { hashFile } from "../../circuits/hashed-file.ts";
import type { ProofSystemName } from "../proof-system.ts";
import { proofSystem } from "../proof-systems.ts";
import {
  loadProvingKeyRecord,
  type ProvingKey,
  type ProvingKeyRecord,
  recordPathOf,
} from "../proving-key.ts";
import { CeremonyError } from "./errors.ts";
import { writeWhole } from "./partial-file.ts";
import { inspectPtau, type Ptau, type PtauOptions, requirePtau, unknownPtau } from "./ptau-file.ts";
import { makeFile } from "./run-step.ts";
import { readCeremony, rebuildKey, weaknesses } from "./verify.ts";

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

export interface KeyToMake extends PtauOptions {
  /** Of the circuit. */
  readonly name: string;
  readonly system: ProofSystemName;
  readonly r1csPath: string;
  readonly ptauPath: string | undefined;
  /** Contributions that are not the beacon, at least. */
  readonly minContributions: number;
}

export interface ExportRequest extends KeyToMake {
  /** The ceremony's last file; undefined where the setup is universal. */
  readonly zkeyPath: string | undefined;
  /** Where it is installed. */
  readonly folder: string;
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
      : await readKeyFile(request, zkeyPath);
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
  if (key.circuitHash !== (await hashFile(r1csPath))) {
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

/** What a key is by its file, not by its record. */
interface FoundKey {
  readonly ptau: Ptau;
  readonly origin: KeyOrigin;
  /** SHA-256 of the file that was read or made, hex. */
  readonly zkeyHash: string;
  /** What a live network has against it. */
  readonly problems: readonly CeremonyError[];
  /** Makes it again and compares: the long part. */
  readonly rebuild: () => Promise<void>;
}

async function readKeyFile(request: KeyToMake, zkeyPath: string): Promise<FoundKey> {
  const ceremony = await readCeremony({ ...request, zkeyPath });
  const { transcript, ptau, zkeyHash } = ceremony;
  const contributions = transcript.contributions.map(({ number, name, hash, beacon }) => {
    return { number, name, hash, beacon: beacon ?? null };
  });
  return {
    ptau,
    origin: { ptau: originOf(ptau), circuitHash: transcript.circuitHash, contributions },
    zkeyHash,
    problems: weaknesses(ceremony, request.minContributions),
    rebuild: () => rebuildKey(ceremony, request),
  };
}

async function copyCeremonyKey(request: ExportRequest, to: string): Promise<FoundKey> {
  if (request.zkeyPath === undefined) throw new TypeError("The key of this system comes from a ceremony.");
  await copyFile(request.zkeyPath, to);
  const found = await readKeyFile(request, to);
  const problem = found.problems.find(({ code }) => code !== "PTAU_UNKNOWN");
  if (problem !== undefined) throw problem;
  await found.rebuild();
  return found;
}

/** The setup of PLONK and FFLONK has no secret but those of the powers of tau, and no randomness. */
async function makeUniversalKey(request: KeyToMake, to: string): Promise<FoundKey> {
  const { path: ptauPath } = await requirePtau(request.ptauPath);
  await setUp(request, ptauPath, to);
  return await readUniversalKey(request, to);
}

async function readUniversalKey(request: KeyToMake, zkeyPath: string): Promise<FoundKey> {
  const ptau = await inspectPtau(request.ptauPath, request);
  const zkeyHash = await hashFile(zkeyPath);
  return {
    ptau,
    origin: { ptau: originOf(ptau), circuitHash: null, contributions: [] },
    zkeyHash,
    problems: ptau.published === undefined ? [unknownPtau(ptau)] : [],
    async rebuild() {
      const again = `${zkeyPath}.again.partial`;
      try {
        await setUp(request, ptau.path, again);
        const hash = await hashFile(again);
        if (hash !== zkeyHash) throw notTheSame(zkeyPath, zkeyHash, hash);
      } finally {
        await rm(again, { force: true });
      }
    },
  };
}

async function setUp(request: KeyToMake, ptauPath: string, to: string): Promise<void> {
  const { system, r1csPath } = request;
  if (!hasUniversalSetup(system)) throw new TypeError(`${system} has no universal setup.`);
  await makeFile({ step: "setup", system, r1csPath, ptauPath, to }, request);
}

function notTheSame(zkeyPath: string, zkeyHash: string, again: string): CeremonyError {
  return new CeremonyError("INVALID", "The key does not follow from the circuit and the powers of tau.", {
    key: zkeyPath,
    "SHA-256": zkeyHash,
    "SHA-256 of the key made again": again,
    "what to do": "make it again: npx hardhat rollup:ceremony export",
  });
}

function originOf({ power, blake2b, published }: Ptau): KeyOrigin["ptau"] {
  return { power, blake2b, published: published?.file ?? null };
}

function requireField(
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
