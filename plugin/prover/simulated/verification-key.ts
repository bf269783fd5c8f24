import { HardhatPluginError } from "@nomicfoundation/hardhat-errors";
import { hashFile } from "../../circuits/hashed-file.ts";
import { readR1csHeader } from "../../circuits/r1cs.ts";
import { fieldOrder } from "../../protocol/field.ts";
import { wordHex } from "../../protocol/hex.ts";
import { keccakWords } from "../../protocol/keccak.ts";
import type { VerificationKeyJson } from "../proof-system.ts";

/** There is no key: the circuit itself stands for it. */
export interface SimulatedVerificationKey {
  readonly publicSignals: number;
  /** SHA-256 of the .r1cs file, hex. */
  readonly circuitHash: string;
}

/** First word of a simulated proof and of what a key's hash covers: ASCII, filled up with zeros. */
export const simulatedMark = "SIMULATED, PROVES NOTHING";

export const simulatedMarkWord = BigInt(
  `0x${Buffer.from(simulatedMark, "ascii").toString("hex").padEnd(64, "0")}`,
);

/** @throws HardhatPluginError if it is not what `formatVerificationKey` writes. */
export function parseVerificationKey(json: unknown): SimulatedVerificationKey {
  const { protocol, curve, nPublic, circuitHash } = (json ?? {}) as Readonly<Record<string, unknown>>;
  if (
    protocol === "simulated" &&
    curve === "bn128" &&
    typeof nPublic === "number" &&
    Number.isInteger(nPublic) &&
    nPublic >= 0 &&
    typeof circuitHash === "string" &&
    /^[0-9a-f]{64}$/.test(circuitHash)
  ) {
    return { publicSignals: nPublic, circuitHash };
  }
  throw new HardhatPluginError(
    "hardhat-rollup",
    "Not a valid verification key of simulated proofs: it does not name a circuit over bn128.",
  );
}

export function formatVerificationKey({
  publicSignals,
  circuitHash,
}: SimulatedVerificationKey): VerificationKeyJson {
  return { protocol: "simulated", curve: "bn128", nPublic: publicSignals, circuitHash };
}

/** The key of a circuit. */
export async function circuitKey(r1csPath: string): Promise<SimulatedVerificationKey> {
  const { prime, publicInputs, publicOutputs } = await readR1csHeader(r1csPath);
  if (prime !== fieldOrder) {
    throw new HardhatPluginError(
      "hardhat-rollup",
      `The circuit is over another field.\nfile: ${r1csPath}\nexpected order: ${fieldOrder}\nfound: ${prime}`,
    );
  }
  return { publicSignals: publicOutputs + publicInputs, circuitHash: await hashFile(r1csPath) };
}

/** keccak256 of the mark and the circuit's hash (protocol, section 9). */
export function keyHash({ circuitHash }: SimulatedVerificationKey): string {
  return wordHex(keccakWords([simulatedMarkWord, BigInt(`0x${circuitHash}`)]));
}
