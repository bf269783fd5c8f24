import { readFile } from "node:fs/promises";
import path from "node:path";
import { HardhatPluginError } from "@nomicfoundation/hardhat-errors";
import { assertUnchanged, currentHash, fileKinds } from "../circuits/hashed-file.ts";
import { type ProofSystemName, proofSystemNames, type VerificationKeyJson } from "./proof-system.ts";
import { proofSystem } from "./proof-systems.ts";

/** A proving key on disk, as recorded when it was made. */
export interface ProvingKey {
  readonly name: string;
  readonly system: ProofSystemName;
  readonly zkeyPath: string;
  /** SHA-256 of the file, hex; checked before every use. */
  readonly zkeyHash: string;
  /** SHA-256 of the .r1cs file that it is for, hex. */
  readonly circuitHash: string;
  readonly verificationKey: VerificationKeyJson;
  /** Hash of the verification key, 0x, as the contract knows it. */
  readonly keyHash: string;
  /** Whether its secrets were known to whoever made it, so that proofs can be forged. */
  readonly development: boolean;
  /** How long it took to make, powers of tau included where they were made with it; undefined if nobody looked. */
  readonly setupSeconds?: number | undefined;
}

/** What the JSON file beside a .zkey file says. */
export interface ProvingKeyRecord {
  readonly recordVersion: 2;
  readonly name: string;
  readonly system: ProofSystemName;
  readonly development: boolean;
  /** Hash of the seed that the secrets follow from, if any. */
  readonly seedHash: string | null;
  readonly circuitHash: string;
  readonly zkeyHash: string;
  readonly keyHash: string;
  readonly setupSeconds?: number;
  readonly verificationKey: VerificationKeyJson;
}

/** Command that makes keys again, for messages. */
const rebuild = 'Rebuild it with "npx hardhat rollup:setup".';

/** Path of the record of a .zkey file. */
export function recordPathOf(zkeyPath: string): string {
  return zkeyPath.replace(/\.zkey$/, ".json");
}

/**
 * Reads what is recorded of a proving key, and checks that the file is that key, and for this circuit.
 *
 * @throws HardhatPluginError if the key or its record is missing, damaged or for another circuit.
 */
export async function loadProvingKey(zkeyPath: string, r1csPath: string): Promise<ProvingKey> {
  const key = await loadProvingKeyRecord(zkeyPath);
  const circuitHash = await currentHash(r1csPath);
  if (key.circuitHash !== circuitHash) {
    throw new HardhatPluginError(
      "hardhat-rollup",
      `The proving key is for another version of the circuit.\nkey: ${zkeyPath}\ncircuit of the key: ${key.circuitHash}\ncircuit: ${circuitHash}\n${rebuild}`,
    );
  }
  await assertUnchanged(fileKinds.provingKey, { path: key.zkeyPath, hash: key.zkeyHash });
  return key;
}

/**
 * What is recorded of a proving key, its verification key above all. The key itself is not looked at.
 *
 * @throws HardhatPluginError if the record is missing or damaged.
 */
export async function loadProvingKeyRecord(zkeyPath: string): Promise<ProvingKey> {
  let text: string;
  try {
    text = await readFile(recordPathOf(zkeyPath), "utf8");
  } catch (error) {
    throw new HardhatPluginError(
      "hardhat-rollup",
      `There is no proving key.\nexpected: ${recordPathOf(zkeyPath)}\nMake it with "npx hardhat rollup:setup".`,
      error instanceof Error ? error : undefined,
    );
  }
  try {
    const record = JSON.parse(text) as ProvingKeyRecord;
    const { name, system, zkeyHash, circuitHash, development, keyHash, setupSeconds } = record;
    if (record.recordVersion !== 2) throw new Error(`record version ${record.recordVersion}`);
    if (!proofSystemNames.includes(system)) throw new Error(`proof system ${system}`);
    const verificationKey = proofSystem(system).parseVerificationKey(record.verificationKey);
    if (proofSystem(system).keyHash(verificationKey) !== keyHash) {
      throw new Error("the verification key was changed");
    }
    const key = { name, system, zkeyPath, zkeyHash, circuitHash, development, verificationKey, keyHash };
    return setupSeconds === undefined ? key : { ...key, setupSeconds };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HardhatPluginError(
      "hardhat-rollup",
      `The record of a proving key is damaged: ${reason}\nfile: ${path.resolve(recordPathOf(zkeyPath))}\n${rebuild}`,
    );
  }
}
