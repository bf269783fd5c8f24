import { wordHex } from "../../protocol/hex.ts";
import { keccakWords } from "../../protocol/keccak.ts";
import type { VerificationKeyJson } from "../proof-system.ts";
import { formatG1, formatG2, type G1Words, type G2Words, JsonReader } from "../universal/numbers.ts";

const pointNames = ["Qm", "Ql", "Qr", "Qo", "Qc", "S1", "S2", "S3"] as const;

/** What a PLONK verifier needs to know of a circuit. */
export interface PlonkVerificationKey {
  /** log2 of the domain. */
  readonly power: number;
  readonly publicSignals: number;
  /** Generator of the domain. */
  readonly omega: bigint;
  /** Shifts of the domain's two cosets. */
  readonly k1: bigint;
  readonly k2: bigint;
  /** Commitments to the selectors and to the permutation, by snarkjs' names. */
  readonly points: Readonly<Record<(typeof pointNames)[number], G1Words>>;
  /** The second generator times tau. */
  readonly x2: G2Words;
}

/**
 * Takes a key out of snarkjs' JSON.
 *
 * @throws HardhatPluginError if it is not a PLONK key over BN254 with canonical numbers and points of the groups.
 */
export function parseVerificationKey(json: unknown): PlonkVerificationKey {
  const reader = new JsonReader("PLONK verification key", json, "plonk");
  const points = Object.fromEntries(pointNames.map((name) => [name, reader.g1(name)]));
  return {
    power: reader.integer("power", 29),
    publicSignals: reader.integer("nPublic", 2 ** 16),
    omega: reader.scalar("w"),
    k1: reader.scalar("k1"),
    k2: reader.scalar("k2"),
    points: points as PlonkVerificationKey["points"],
    x2: reader.g2("X_2"),
  };
}

/** The key in snarkjs' JSON. */
export function formatVerificationKey(key: PlonkVerificationKey): VerificationKeyJson {
  const points = Object.fromEntries(pointNames.map((name) => [name, formatG1(key.points[name])]));
  return {
    protocol: "plonk",
    curve: "bn128",
    nPublic: key.publicSignals,
    power: key.power,
    k1: String(key.k1),
    k2: String(key.k2),
    ...points,
    X_2: formatG2(key.x2),
    w: String(key.omega),
  };
}

/** keccak256 of the constants of snarkjs' Solidity verifier, in its order (protocol, section 9). */
export function keyHash({ power, publicSignals, omega, k1, k2, points, x2 }: PlonkVerificationKey): string {
  const words = [
    omega,
    2n ** BigInt(power),
    BigInt(publicSignals),
    ...pointNames.flatMap((name) => points[name]),
    k1,
    k2,
    ...x2.flat(),
  ];
  return wordHex(keccakWords(words));
}
