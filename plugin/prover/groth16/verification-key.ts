import { open } from "node:fs/promises";
import { keccakWords } from "../../protocol/keccak.ts";
import { coordinateOrder } from "../curve/bn254.ts";
import { asObject, type G1Point, type G2Point, malformed, parseG1, parseG2 } from "./proof.ts";

/** What a Groth16 verifier needs to know of a circuit. */
export interface VerificationKey {
  readonly alpha: G1Point;
  readonly beta: G2Point;
  readonly gamma: G2Point;
  readonly delta: G2Point;
  /** One for the constant, then one for each public signal. */
  readonly ic: readonly G1Point[];
}

/** A verification key as snarkjs writes it to JSON; its precomputed pairing is left out, since nothing reads it. */
export type SnarkjsVerificationKey = {
  readonly protocol: "groth16";
  readonly curve: "bn128";
  readonly nPublic: number;
  readonly vk_alpha_1: readonly string[];
  readonly vk_beta_2: readonly (readonly string[])[];
  readonly vk_gamma_2: readonly (readonly string[])[];
  readonly vk_delta_2: readonly (readonly string[])[];
  readonly IC: readonly (readonly string[])[];
};

/**
 * Takes a key out of snarkjs' JSON.
 *
 * @throws HardhatPluginError if it is not a Groth16 key over BN254 with canonical coordinates.
 */
export function parseVerificationKey(json: unknown): VerificationKey {
  const object = asObject("verification key", json);
  if (object.protocol !== "groth16" || object.curve !== "bn128") {
    throw malformed("verification key", `it is for ${String(object.protocol)} over ${String(object.curve)}`);
  }
  const { IC } = object;
  if (!Array.isArray(IC) || IC.length !== Number(object.nPublic) + 1) {
    throw malformed("verification key", "IC does not have one point for each public signal and one more");
  }
  return {
    alpha: parseG1("verification key", "vk_alpha_1", object.vk_alpha_1),
    beta: parseG2("verification key", "vk_beta_2", object.vk_beta_2),
    gamma: parseG2("verification key", "vk_gamma_2", object.vk_gamma_2),
    delta: parseG2("verification key", "vk_delta_2", object.vk_delta_2),
    ic: IC.map((point: unknown, index) => parseG1("verification key", `IC[${index}]`, point)),
  };
}

/** The key in snarkjs' JSON. */
export function formatVerificationKey({
  alpha,
  beta,
  gamma,
  delta,
  ic,
}: VerificationKey): SnarkjsVerificationKey {
  const g1 = (point: G1Point): string[] => [...point.map(String), "1"];
  const g2 = (point: G2Point): string[][] => [point[0].map(String), point[1].map(String), ["1", "0"]];
  return {
    protocol: "groth16",
    curve: "bn128",
    nPublic: ic.length - 1,
    vk_alpha_1: g1(alpha),
    vk_beta_2: g2(beta),
    vk_gamma_2: g2(gamma),
    vk_delta_2: g2(delta),
    IC: ic.map(g1),
  };
}

/**
 * keccak256 of the key's words in the order of snarkjs' Solidity verifier, where the "1" coordinate of a G2 point is
 * the imaginary part (protocol, section 9).
 */
export function keyHash({ alpha, beta, gamma, delta, ic }: VerificationKey): string {
  const g2 = (point: G2Point): bigint[] => [point[0][1], point[0][0], point[1][1], point[1][0]];
  const words = [...alpha, ...g2(beta), ...g2(gamma), ...g2(delta), ...ic.flat()];
  return `0x${keccakWords(words).toString(16).padStart(64, "0")}`;
}

/**
 * Reads the verification key out of a snarkjs .zkey file, without any of its proving points.
 *
 * @throws HardhatPluginError if it is not a Groth16 key over BN254.
 */
export async function exportVerificationKey(zkeyPath: string): Promise<VerificationKey> {
  const file = await open(zkeyPath);
  try {
    const read = async (position: number, length: number): Promise<DataView> => {
      const buffer = new Uint8Array(length);
      const { bytesRead } = await file.read(buffer, 0, length, position);
      if (bytesRead !== length) throw malformed("verification key", `${zkeyPath} ends too early`);
      return new DataView(buffer.buffer);
    };
    const head = await read(0, 12);
    if (head.getUint32(0, true) !== 0x79656b7a)
      throw malformed("verification key", `${zkeyPath} is not a .zkey file`);
    const sections = new Map<number, number>();
    let position = 12;
    for (let index = 0; index < head.getUint32(8, true); index++) {
      const section = await read(position, 12);
      sections.set(section.getUint32(0, true), position + 12);
      position += 12 + Number(section.getBigUint64(4, true));
    }
    const at = (type: number): number => {
      const offset = sections.get(type);
      if (offset === undefined) throw malformed("verification key", `${zkeyPath} has no section ${type}`);
      return offset;
    };
    if ((await read(at(1), 4)).getUint32(0, true) !== 1) {
      throw malformed("verification key", `${zkeyPath} is not a Groth16 key`);
    }
    const header = await read(at(2), 84 + 3 * 64 + 3 * 128);
    if (header.getUint32(0, true) !== 32 || readNumber(header, 4) !== coordinateOrder) {
      throw malformed("verification key", `${zkeyPath} is over another curve`);
    }
    const publicSignals = header.getUint32(76, true);
    const points = await read(at(3), 64 * (publicSignals + 1));
    return {
      alpha: readG1(header, 84),
      beta: readG2(header, 84 + 2 * 64),
      gamma: readG2(header, 84 + 2 * 64 + 128),
      delta: readG2(header, 84 + 3 * 64 + 2 * 128),
      ic: Array.from({ length: publicSignals + 1 }, (_, index) => readG1(points, 64 * index)),
    };
  } finally {
    await file.close();
  }
}

/** 2^-256 in the field of coordinates: takes a number out of Montgomery form. */
const inverseMontgomery = inverse(2n ** 256n % coordinateOrder);

function inverse(value: bigint): bigint {
  let result = 1n;
  let base = value;
  for (let exponent = coordinateOrder - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % coordinateOrder;
    base = (base * base) % coordinateOrder;
  }
  return result;
}

function readNumber(view: DataView, offset: number): bigint {
  let value = 0n;
  for (let word = 3; word >= 0; word--) value = (value << 64n) | view.getBigUint64(offset + 8 * word, true);
  return value;
}

function readCoordinate(view: DataView, offset: number): bigint {
  return (readNumber(view, offset) * inverseMontgomery) % coordinateOrder;
}

function readG1(view: DataView, offset: number): G1Point {
  return [readCoordinate(view, offset), readCoordinate(view, offset + 32)];
}

function readG2(view: DataView, offset: number): G2Point {
  const pair = (at: number): [bigint, bigint] => [readCoordinate(view, at), readCoordinate(view, at + 32)];
  return [pair(offset), pair(offset + 64)];
}
