import type { R1cs } from "../../circuits/r1cs.ts";
import { inverseModuloPower } from "../../protocol/field.ts";
import { instantiate, largestMemoryPages } from "../curve/webassembly/module-writer.ts";
import { type ConstraintTable, constraintTable } from "./constraint-table.ts";
import {
  fromLimbs,
  type LimbFunctions,
  limbBits,
  limbModule,
  limbsOf,
  montgomeryFactor,
  numberBytes,
  writeLimbs,
} from "./limb-functions.ts";

/** A constraint that a witness does not satisfy, with the values of its three sides. */
export interface BrokenConstraint {
  /** Its number, from 0; −1 is that wire 0 has to be 1. */
  readonly constraint: number;
  readonly a: bigint;
  readonly b: bigint;
  readonly c: bigint;
}

const pageBytes = 65_536;
const words = numberBytes / 4;

/** What `difference` and `sum` give for a constraint that holds is below 5 p. */
const multiples = 5n;

/**
 * The constraints of a circuit, parsed once to be checked many times. The same check as `checkWitness`, many times
 * as fast: every combination is computed once, by WebAssembly.
 */
export class ConstraintCheck {
  readonly #prime: bigint;
  readonly #table: ConstraintTable;
  readonly #functions: LimbFunctions;
  readonly #memory: Uint32Array;
  /** Addresses in bytes: wires and parts, then combinations, a scratch number, then the terms. */
  readonly #combinations: number;
  readonly #scratch: number;
  readonly #terms: number;
  /** Of each combination: where its value is. That of a single wire is the wire's. */
  readonly #values: Uint32Array;
  /** Multiples of p. */
  readonly #zeros: readonly number[][];
  /** Of p, modulo what a limb counts up to. */
  readonly #inverse: number;

  constructor(r1cs: R1cs) {
    const table = constraintTable(r1cs);
    const { wires, parts, ends, termWires, termFactors, factors } = table;
    const prime = r1cs.header.prime;
    this.#prime = prime;
    this.#table = table;
    this.#combinations = numberBytes * (wires + parts.length);
    this.#scratch = this.#combinations + numberBytes * ends.length;
    const firstFactor = this.#scratch + numberBytes;
    this.#terms = firstFactor + numberBytes * factors.length;
    const pages = Math.ceil((this.#terms + 8 * termWires.length) / pageBytes);
    if (pages > largestMemoryPages)
      throw new RangeError(`The circuit is too large: ${pages} pages of memory.`);
    const memory = new WebAssembly.Memory({ initial: pages });
    this.#memory = new Uint32Array(memory.buffer);
    this.#functions = instantiate(limbModule(prime), memory, 0) as LimbFunctions;
    for (const [number, factor] of factors.entries()) {
      this.#memory.set(limbsOf((factor * montgomeryFactor) % prime), firstFactor / 4 + words * number);
    }
    for (let term = 0; term < termWires.length; term++) {
      this.#memory[this.#terms / 4 + 2 * term] = numberBytes * (termWires[term] as number);
      this.#memory[this.#terms / 4 + 2 * term + 1] =
        firstFactor + numberBytes * (termFactors[term] as number);
    }
    this.#values = Uint32Array.from(ends, (end, combination) => {
      const start = ends[combination - 1] ?? 0;
      const isWire = end - start === 1 && factors[termFactors[start] as number] === 1n;
      return isWire
        ? numberBytes * (termWires[start] as number)
        : this.#combinations + numberBytes * combination;
    });
    this.#inverse = Number(inverseModuloPower(prime, limbBits));
    this.#zeros = Array.from({ length: Number(multiples) }, (_, multiple) =>
      limbsOf(BigInt(multiple) * prime),
    );
  }

  get wireCount(): number {
    return this.#table.wires;
  }

  /**
   * The first constraint that `witness` violates, or undefined if it satisfies all.
   *
   * @param witness Value of each wire, canonical: eight words of 32 bits, least significant first.
   */
  firstBroken(witness: Uint32Array): BrokenConstraint | undefined {
    const { wires, sides, signs } = this.#table;
    const memory = this.#memory;
    for (let wire = 0; wire < wires; wire++) writeLimbs(witness, 8 * wire, memory, words * wire);
    const one = fromLimbs(memory.subarray(0, words));
    if (one !== 1n) return { constraint: -1, a: 1n, b: 1n, c: one };
    this.#combine();
    const { difference, sum } = this.#functions;
    const values = this.#values;
    for (let side = 0; side < sides.length; side += 3) {
      const isNegative = (signs[side] as number) ^ (signs[side + 1] as number) ^ (signs[side + 2] as number);
      const check = isNegative === 0 ? difference : sum;
      const a = values[sides[side] as number] as number;
      const b = values[sides[side + 1] as number] as number;
      check(a, b, values[sides[side + 2] as number] as number, this.#scratch);
      if (!this.#isZero()) return this.#broken(side / 3);
    }
    return undefined;
  }

  /** Computes every combination that is more than a wire. An empty one stays 0. */
  #combine(): void {
    const { wires, parts, ends } = this.#table;
    const { combine } = this.#functions;
    const partOf = new Map([...parts].map((combination, part) => [combination, part]));
    let start = 0;
    for (let combination = 0; combination < ends.length; combination++) {
      const end = ends[combination] as number;
      const output = this.#combinations + numberBytes * combination;
      if (end > start && this.#values[combination] === output)
        combine(this.#terms + 8 * start, this.#terms + 8 * end, output);
      const part = parts.length === 0 ? undefined : partOf.get(combination);
      if (part !== undefined) {
        const from = (this.#values[combination] as number) / 4;
        this.#memory.copyWithin(words * (wires + part), from, from + words);
      }
      start = end;
    }
  }

  #isZero(): boolean {
    const memory = this.#memory;
    const at = this.#scratch / 4;
    // The lowest limb tells which multiple of p it can be.
    const multiple = Math.imul(memory[at] as number, this.#inverse) & (2 ** limbBits - 1);
    const zero = this.#zeros[multiple];
    if (zero === undefined) return false;
    for (let limb = 0; limb < words; limb++) if (memory[at + limb] !== zero[limb]) return false;
    return true;
  }

  #broken(constraint: number): BrokenConstraint {
    const { sides, signs } = this.#table;
    const [a = 0n, b = 0n, c = 0n] = [0, 1, 2].map((position) => {
      const side = 3 * constraint + position;
      const at = (this.#values[sides[side] as number] as number) / 4;
      const value = fromLimbs(this.#memory.subarray(at, at + words));
      return (signs[side] === 0 ? value : this.#prime * multiples * multiples - value) % this.#prime;
    });
    return { constraint, a, b, c };
  }
}
