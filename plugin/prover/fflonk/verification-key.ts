import { fieldOrder } from "../../protocol/field.ts";
import { wordHex } from "../../protocol/hex.ts";
import { keccakWords } from "../../protocol/keccak.ts";
import type { VerificationKeyJson } from "../proof-system.ts";
import { formatG1, formatG2, type G1Words, type G2Words, JsonReader } from "../universal/numbers.ts";

const scalarNames = ["k1", "k2", "w", "w3", "w4", "w8", "wr"] as const;

/** What an FFLONK verifier needs to know of a circuit. */
export interface FflonkVerificationKey {
  /** log2 of the domain. */
  readonly power: number;
  readonly publicSignals: number;
  /**
   * By snarkjs' names: shifts of the domain's cosets `k1` and `k2`; generators of the domain `w` and of the roots of
   * unity of order 3, 4 and 8; and `wr`, a third root of `w`.
   */
  readonly scalars: Readonly<Record<(typeof scalarNames)[number], bigint>>;
  /** Commitment to selectors and permutation. */
  readonly c0: G1Words;
  /** The second generator times tau. */
  readonly x2: G2Words;
}

/**
 * Takes a key out of snarkjs' JSON.
 *
 * @throws HardhatPluginError if it is not an FFLONK key over BN254 with canonical numbers and points of the groups.
 */
export function parseVerificationKey(json: unknown): FflonkVerificationKey {
  const reader = new JsonReader("FFLONK verification key", json, "fflonk");
  const scalars = Object.fromEntries(scalarNames.map((name) => [name, reader.scalar(name)]));
  return {
    power: reader.integer("power", 29),
    publicSignals: reader.integer("nPublic", 2 ** 16),
    scalars: scalars as FflonkVerificationKey["scalars"],
    c0: reader.g1("C0"),
    x2: reader.g2("X_2"),
  };
}

/** The key in snarkjs' JSON. */
export function formatVerificationKey(key: FflonkVerificationKey): VerificationKeyJson {
  const scalars = Object.fromEntries(scalarNames.map((name) => [name, String(key.scalars[name])]));
  return {
    protocol: "fflonk",
    curve: "bn128",
    nPublic: key.publicSignals,
    power: key.power,
    ...scalars,
    X_2: formatG2(key.x2),
    C0: formatG1(key.c0),
  };
}

/** The powers of the roots of unity that snarkjs' template has as constants, by its names. */
export function rootPowers({ scalars: { w3, w4, w8 } }: FflonkVerificationKey): Record<string, bigint> {
  const power = (root: bigint, exponent: number): bigint =>
    Array.from({ length: exponent }, () => root).reduce((product, factor) => (product * factor) % fieldOrder);
  const eighths = Array.from({ length: 7 }, (_, index) => [`w8_${index + 1}`, power(w8, index + 1)] as const);
  return { w3_2: power(w3, 2), w4_2: power(w4, 2), w4_3: power(w4, 3), ...Object.fromEntries(eighths) };
}

/** keccak256 of the constants of snarkjs' Solidity verifier, in its order (protocol, section 9). */
export function keyHash(key: FflonkVerificationKey): string {
  const { k1, k2, w, wr, w3, w4 } = key.scalars;
  const { w3_2, w4_2, w4_3, ...eighths } = rootPowers(key) as Record<string, bigint> &
    Record<"w3_2" | "w4_2" | "w4_3", bigint>;
  const roots = [w, wr, w3, w3_2, w4, w4_2, w4_3, ...Object.values(eighths)];
  const size = [2n ** BigInt(key.power), BigInt(key.publicSignals)];
  return wordHex(keccakWords([...size, k1, k2, ...roots, ...key.c0, ...key.x2.flat()]));
}
