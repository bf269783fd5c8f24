import { HardhatPluginError } from "@nomicfoundation/hardhat-errors";
import { coordinateOrder } from "../curve/bn254.ts";

/** Affine coordinates; those of G2 are `[real, imaginary]`. */
export type G1Point = readonly [x: bigint, y: bigint];
export type G2Point = readonly [x: readonly [bigint, bigint], y: readonly [bigint, bigint]];

/** A Groth16 proof over BN254. */
export interface Groth16Proof {
  readonly a: G1Point;
  readonly b: G2Point;
  readonly c: G1Point;
}

/**
 * Takes a proof out of snarkjs' JSON.
 *
 * @throws HardhatPluginError if it is not a Groth16 proof over BN254 with canonical coordinates.
 */
export function parseProof(json: unknown): Groth16Proof {
  const object = asObject("proof", json);
  if (object.protocol !== "groth16") {
    throw malformed("proof", `its protocol is ${String(object.protocol)}, not groth16`);
  }
  return {
    a: parseG1("proof", "pi_a", object.pi_a),
    b: parseG2("proof", "pi_b", object.pi_b),
    c: parseG1("proof", "pi_c", object.pi_c),
  };
}

/**
 * The proof as the contract takes it: `abi.encode(uint256[2] a, uint256[2][2] b, uint256[2] c)`, 256 bytes, in the
 * order of snarkjs' calldata, which has the imaginary part of a G2 coordinate first (protocol, section 9).
 */
export function encodeProof({ a, b, c }: Groth16Proof): string {
  const words = [...a, b[0][1], b[0][0], b[1][1], b[1][0], ...c];
  return `0x${words.map((word) => word.toString(16).padStart(64, "0")).join("")}`;
}

/**
 * The inverse of `encodeProof`.
 *
 * @throws HardhatPluginError if it is not 256 bytes of canonical coordinates.
 */
export function decodeProof(hex: string): Groth16Proof {
  if (!/^0x[0-9a-fA-F]{512}$/.test(hex))
    throw malformed("proof", `256 bytes expected, ${hex.length / 2 - 1} given`);
  const words = Array.from({ length: 8 }, (_, word) =>
    BigInt(`0x${hex.slice(2 + 64 * word, 66 + 64 * word)}`),
  );
  const tooLarge = words.find((word) => word >= coordinateOrder);
  if (tooLarge !== undefined) throw malformed("proof", `the coordinate ${tooLarge} is not canonical`);
  const at = (index: number): bigint => words[index] as bigint;
  return {
    a: [at(0), at(1)],
    b: [
      [at(3), at(2)],
      [at(5), at(4)],
    ],
    c: [at(6), at(7)],
  };
}

type Kind = "proof" | "verification key";

export function parseG1(kind: Kind, name: string, json: unknown): G1Point {
  const [x, y, z] = asList(kind, name, json, 3);
  if (z !== "1") throw malformed(kind, `${name} is not affine`);
  return [parseCoordinate(kind, name, x), parseCoordinate(kind, name, y)];
}

export function parseG2(kind: Kind, name: string, json: unknown): G2Point {
  const [x, y, z] = asList(kind, name, json, 3);
  if (asList(kind, name, z, 2).join() !== "1,0") throw malformed(kind, `${name} is not affine`);
  const pair = (value: unknown): [bigint, bigint] => {
    const [real, imaginary] = asList(kind, name, value, 2);
    return [parseCoordinate(kind, name, real), parseCoordinate(kind, name, imaginary)];
  };
  return [pair(x), pair(y)];
}

export function asObject(kind: Kind, json: unknown): Readonly<Record<string, unknown>> {
  if (typeof json !== "object" || json === null) throw malformed(kind, "it is not an object");
  return json as Readonly<Record<string, unknown>>;
}

export function malformed(kind: Kind, reason: string): HardhatPluginError {
  return new HardhatPluginError("hardhat-rollup", `Not a valid Groth16 ${kind}: ${reason}.`);
}

function asList(kind: Kind, name: string, json: unknown, length: number): readonly unknown[] {
  if (!Array.isArray(json) || json.length !== length)
    throw malformed(kind, `${name} is not a list of ${length}`);
  return json;
}

function parseCoordinate(kind: Kind, name: string, json: unknown): bigint {
  if (typeof json !== "string" || !/^(0|[1-9][0-9]{0,77})$/.test(json) || BigInt(json) >= coordinateOrder) {
    throw malformed(kind, `${name} has a coordinate that is not canonical: ${String(json)}`);
  }
  return BigInt(json);
}
