// Numbers and points in the JSON of snarkjs: decimal, points projective. What is not canonical is refused.

import { bn254 } from "@noble/curves/bn254.js";
import { HardhatPluginError } from "@nomicfoundation/hardhat-errors";
import { fieldOrder } from "../../protocol/field.ts";
import { coordinateOrder } from "../curve/bn254.ts";

const { G1, G2 } = bn254;

/** Affine; the point at infinity is `[0, 0]`. */
export type G1Words = readonly [x: bigint, y: bigint];
/** Affine, the real part of a coordinate first. */
export type G2Words = readonly [x: readonly [bigint, bigint], y: readonly [bigint, bigint]];

/** What is read, for errors: "PLONK proof", "FFLONK verification key". */
export class JsonReader {
  readonly #kind: string;
  readonly #object: Readonly<Record<string, unknown>>;

  /** @throws HardhatPluginError if `json` is not an object with this protocol and curve. */
  constructor(kind: string, json: unknown, protocol: string) {
    this.#kind = kind;
    if (typeof json !== "object" || json === null) throw this.malformed("it is not an object");
    this.#object = json as Readonly<Record<string, unknown>>;
    const { protocol: given, curve } = this.#object;
    if (given !== protocol || curve !== "bn128") {
      throw this.malformed(`it is for ${String(given)} over ${String(curve)}, not ${protocol} over bn128`);
    }
  }

  malformed(reason: string): HardhatPluginError {
    return new HardhatPluginError("hardhat-rollup", `Not a valid ${this.#kind}: ${reason}.`);
  }

  /** A number below `end` that JSON has as a number. */
  integer(name: string, end: number): number {
    const value = this.#at(name);
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value >= end) {
      throw this.malformed(`${name} is not an integer below ${end}: ${String(value)}`);
    }
    return value;
  }

  /** An element of the scalar field. `name` is a path of names, separated by dots. */
  scalar(name: string): bigint {
    return this.#number(name, this.#at(name), fieldOrder);
  }

  /** A point on the curve. */
  g1(name: string): G1Words {
    const [x, y, z] = this.#list(name, this.#at(name), 3);
    // snarkjs writes infinity as 0, 1, 0; its contracts have it as 0, 0.
    if (x === "0" && y === "1" && z === "0") return [0n, 0n];
    if (z !== "1") throw this.malformed(`${name} is not affine`);
    const point = [this.#number(name, x, coordinateOrder), this.#number(name, y, coordinateOrder)] as const;
    if (!isOnCurve(point)) throw this.malformed(`${name} is not on the curve`);
    return point;
  }

  /** A point of the subgroup of prime order, not infinity. */
  g2(name: string): G2Words {
    const [x, y, z] = this.#list(name, this.#at(name), 3);
    if (this.#list(name, z, 2).join() !== "1,0") throw this.malformed(`${name} is not affine`);
    const pair = (json: unknown): [bigint, bigint] => {
      const [real, imaginary] = this.#list(name, json, 2);
      return [this.#number(name, real, coordinateOrder), this.#number(name, imaginary, coordinateOrder)];
    };
    const point = [pair(x), pair(y)] as const;
    const [[c0, c1], [d0, d1]] = point;
    try {
      G2.Point.fromAffine({ x: { c0, c1 }, y: { c0: d0, c1: d1 } }).assertValidity();
    } catch {
      throw this.malformed(`${name} is no point of the group`);
    }
    return point;
  }

  #at(name: string): unknown {
    let value: unknown = this.#object;
    for (const part of name.split(".")) {
      value =
        typeof value === "object" && value !== null ? (value as Record<string, unknown>)[part] : undefined;
    }
    return value;
  }

  #list(name: string, json: unknown, length: number): readonly unknown[] {
    if (Array.isArray(json) && json.length === length) return json;
    throw this.malformed(`${name} is not a list of ${length}`);
  }

  #number(name: string, json: unknown, order: bigint): bigint {
    if (typeof json !== "string" || !/^(0|[1-9][0-9]{0,77})$/.test(json) || BigInt(json) >= order) {
      throw this.malformed(`${name} has a number that is not canonical: ${String(json)}`);
    }
    return BigInt(json);
  }
}

/** Whether these are coordinates of a point of G1 other than infinity. */
export function isOnCurve([x, y]: G1Words): boolean {
  try {
    G1.Point.fromAffine({ x, y }).assertValidity();
    return true;
  } catch {
    return false;
  }
}

export function formatG1([x, y]: G1Words): string[] {
  return x === 0n && y === 0n ? ["0", "1", "0"] : [String(x), String(y), "1"];
}

export function formatG2([x, y]: G2Words): string[][] {
  return [x.map(String), y.map(String), ["1", "0"]];
}
