import type { LinearCombination, R1cs } from "../../circuits/r1cs.ts";
import { maxTerms } from "./limb-functions.ts";

/**
 * The constraints of a circuit as tables. A linear combination is there once, whatever its sign, however many constraints
 * have it: in a circuit of Poseidon hashes, with two fifths of the terms. A combination of more than `maxTerms` terms is cut
 * into parts, whose values are further wires.
 */
export interface ConstraintTable {
  readonly wires: number;
  /** Where the parts are: `wires + part` is the wire of combination `parts[part]`. */
  readonly parts: Uint32Array;
  /** Of each combination, where its terms end. Parts come before what they are parts of. */
  readonly ends: Uint32Array;
  readonly termWires: Uint32Array;
  readonly termFactors: Uint32Array;
  readonly factors: readonly bigint[];
  /** Three combinations a constraint. */
  readonly sides: Uint32Array;
  /** Of each of these: 1 where the constraint has the combination's negative. */
  readonly signs: Uint8Array;
}

/** Cuts off the sign, tells combinations apart. */
export function constraintTable(r1cs: R1cs): ConstraintTable {
  const { prime, wires, constraints } = r1cs.header;
  const builder = new Builder(prime, wires);
  const sides = new Uint32Array(3 * constraints);
  const signs = new Uint8Array(3 * constraints);
  let constraint = 0;
  for (const { a, b, c } of r1cs.constraints()) {
    for (const [side, combination] of [a, b, c].entries()) {
      const [number, sign] = builder.combination(combination);
      sides[3 * constraint + side] = number;
      signs[3 * constraint + side] = sign;
    }
    constraint++;
  }
  return { ...builder.tables(), wires, sides, signs };
}

class Builder {
  readonly #prime: bigint;
  readonly #wires: number;
  readonly #parts: number[] = [];
  readonly #ends: number[] = [];
  readonly #termWires: number[] = [];
  readonly #termFactors: number[] = [];
  readonly #factors: bigint[] = [];
  /** By absolute value; the negative one has the number after. */
  readonly #numbers = new Map<bigint, number>();
  /** Combinations by a hash of their terms. */
  readonly #known = new Map<number, number[]>();

  constructor(prime: bigint, wires: number) {
    this.#prime = prime;
    this.#wires = wires;
  }

  /** The combination's number, and 1 if it is the negative of it. */
  combination(terms: LinearCombination): [number: number, sign: number] {
    const wires = terms.map(([wire]) => wire);
    const factors = terms.map(([, factor]) => this.#factor(factor));
    const sign = (factors[0] ?? 0) & 1;
    const unsigned = factors.map((number) => number ^ sign);
    return [this.#whole(wires, unsigned), sign];
  }

  tables(): Omit<ConstraintTable, "wires" | "sides" | "signs"> {
    return {
      parts: Uint32Array.from(this.#parts),
      ends: Uint32Array.from(this.#ends),
      termWires: Uint32Array.from(this.#termWires),
      termFactors: Uint32Array.from(this.#termFactors),
      factors: this.#factors,
    };
  }

  #whole(wires: readonly number[], factors: readonly number[]): number {
    if (wires.length <= maxTerms) return this.#add(wires, factors);
    const parts: number[] = [];
    for (let start = 0; start < wires.length; start += maxTerms) {
      const end = start + maxTerms;
      const combination = this.#add(wires.slice(start, end), factors.slice(start, end));
      let part = this.#parts.indexOf(combination);
      if (part < 0) part = this.#parts.push(combination) - 1;
      parts.push(this.#wires + part);
    }
    if (parts.length > maxTerms) throw new RangeError(`A combination of ${wires.length} terms is too long.`);
    const one = this.#factor(1n);
    return this.#add(
      parts,
      parts.map(() => one),
    );
  }

  #add(wires: readonly number[], factors: readonly number[]): number {
    let hash = wires.length;
    for (const [position, wire] of wires.entries()) {
      hash = Math.imul(hash ^ wire, 0x9e3779b1) ^ (hash >>> 15);
      hash = Math.imul(hash ^ (factors[position] as number), 0x85ebca6b) ^ (hash >>> 13);
    }
    const candidates = this.#known.get(hash) ?? [];
    const known = candidates.find((number) => this.#equals(number, wires, factors));
    if (known !== undefined) return known;
    for (const wire of wires) this.#termWires.push(wire);
    for (const factor of factors) this.#termFactors.push(factor);
    const number = this.#ends.push(this.#termWires.length) - 1;
    this.#known.set(hash, [...candidates, number]);
    return number;
  }

  #equals(number: number, wires: readonly number[], factors: readonly number[]): boolean {
    const start = this.#ends[number - 1] ?? 0;
    if ((this.#ends[number] as number) - start !== wires.length) return false;
    return wires.every(
      (wire, position) =>
        this.#termWires[start + position] === wire &&
        this.#termFactors[start + position] === factors[position],
    );
  }

  #factor(factor: bigint): number {
    const negative = factor > this.#prime >> 1n;
    const absolute = negative ? this.#prime - factor : factor;
    let number = this.#numbers.get(absolute);
    if (number === undefined) {
      number = this.#factors.push(absolute, (this.#prime - absolute) % this.#prime) - 2;
      this.#numbers.set(absolute, number);
    }
    return negative ? number + 1 : number;
  }
}
