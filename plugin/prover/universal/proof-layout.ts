// Proofs of PLONK and FFLONK are points of G1, then scalars, all in words of 32 bytes.

import { fieldOrder } from "../../protocol/field.ts";
import { isOnCurve, JsonReader } from "./numbers.ts";

export interface ProofLayout {
  /** As snarkjs spells it. */
  readonly protocol: "plonk" | "fflonk";
  /** For messages. */
  readonly title: string;
  /** Names in snarkjs' JSON, in the order of its calldata; parts of a path are separated by dots. */
  readonly points: readonly string[];
  readonly scalars: readonly string[];
}

/**
 * A proof in snarkjs' JSON as the verifier contract takes it.
 *
 * @throws HardhatPluginError if it is not a proof of the system with canonical numbers and points on the curve.
 */
export function encodeProof(layout: ProofLayout, json: unknown): string {
  const reader = new JsonReader(`${layout.title} proof`, json, layout.protocol);
  const words = [
    ...layout.points.flatMap((name) => reader.g1(name)),
    ...layout.scalars.map((name) => reader.scalar(name)),
  ];
  return `0x${words.map((word) => word.toString(16).padStart(64, "0")).join("")}`;
}

/**
 * The words of a proof, or undefined unless the verifier contract would look at its equation: all words below the order
 * of the scalar field (snarkjs' contracts ask that of coordinates too, which refuses one honest proof in 2^123), points
 * on the curve and not at infinity.
 */
export function decodeProof({ points, scalars }: ProofLayout, proof: string): bigint[] | undefined {
  const count = 2 * points.length + scalars.length;
  if (!/^0x([0-9a-fA-F]{64})+$/.test(proof) || proof.length !== 2 + 64 * count) return undefined;
  const words = Array.from({ length: count }, (_, word) =>
    BigInt(`0x${proof.slice(2 + 64 * word, 66 + 64 * word)}`),
  );
  if (words.some((word) => word >= fieldOrder)) return undefined;
  const areOnCurve = points.every((_, point) =>
    isOnCurve([words[2 * point] as bigint, words[2 * point + 1] as bigint]),
  );
  return areOnCurve ? words : undefined;
}

/** Decoded words in snarkjs' JSON. */
export function formatProof({ protocol, points, scalars }: ProofLayout, words: readonly bigint[]): object {
  const proof: Record<string, unknown> = { protocol, curve: "bn128" };
  const put = (name: string, value: unknown): void => {
    const [outer, inner] = name.split(".") as [string, string?];
    if (inner === undefined) proof[outer] = value;
    else proof[outer] = { ...(proof[outer] as object | undefined), [inner]: value };
  };
  points.forEach((name, point) => {
    put(name, [String(words[2 * point]), String(words[2 * point + 1]), "1"]);
  });
  scalars.forEach((name, scalar) => {
    put(name, String(words[2 * points.length + scalar]));
  });
  return proof;
}
