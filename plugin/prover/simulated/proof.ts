import { fieldOrder } from "../../protocol/field.ts";
import { wordHex } from "../../protocol/hex.ts";
import { keccakWords } from "../../protocol/keccak.ts";
import { keyHash, type SimulatedVerificationKey, simulatedMarkWord } from "./verification-key.ts";

/**
 * What stands in for a proof, 64 bytes: the mark, then keccak256 of the key's hash and the public signals. Anybody can
 * compute it, whatever the statement.
 */
export function simulatedProof(key: SimulatedVerificationKey, publicSignals: readonly bigint[]): string {
  const binding = keccakWords([BigInt(keyHash(key)), ...publicSignals]);
  return `${wordHex(simulatedMarkWord)}${wordHex(binding).slice(2)}`;
}

/** Whether that is the proof for these public signals, all canonical. */
export function isSimulatedProof(
  key: SimulatedVerificationKey,
  publicSignals: readonly bigint[],
  proof: string,
): boolean {
  if (publicSignals.length !== key.publicSignals) return false;
  if (publicSignals.some((signal) => signal < 0n || signal >= fieldOrder)) return false;
  return proof.toLowerCase() === simulatedProof(key, publicSignals);
}
