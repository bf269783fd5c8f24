import type { LinearCombination, R1cs } from "../../circuits/r1cs.ts";

/** A constraint that a witness does not satisfy, with the values of its three sides. */
export interface BrokenConstraint {
  /** Its number, from 0; −1 is that wire 0 has to be 1. */
  readonly constraint: number;
  readonly a: bigint;
  readonly b: bigint;
  readonly c: bigint;
}

/**
 * The constraints of a circuit, parsed once to be checked many times. The same check as `checkWitness`, several times
 * as fast; a combination is a run of terms, and factors, of which few are different, are kept once.
 */
export class ConstraintCheck {
  readonly #prime: bigint;
  readonly #wireCount: number;
  /** Of each combination, where its terms end; three a constraint. */
  readonly #ends: Uint32Array;
  readonly #wires: Uint32Array;
  readonly #factorOf: Uint32Array;
  readonly #factors: readonly bigint[];

  constructor(r1cs: R1cs) {
    const { prime, wires: wireCount, constraints } = r1cs.header;
    const ends = new Uint32Array(3 * constraints);
    const wires: number[] = [];
    const factorOf: number[] = [];
    const numbers = new Map<bigint, number>();
    let combinations = 0;
    const add = (combination: LinearCombination): void => {
      for (const [wire, factor] of combination) {
        // The shorter of two representatives: most factors are 1, -1 or small.
        const signed = factor > prime >> 1n ? factor - prime : factor;
        let number = numbers.get(signed);
        if (number === undefined) {
          number = numbers.size;
          numbers.set(signed, number);
        }
        wires.push(wire);
        factorOf.push(number);
      }
      ends[combinations++] = wires.length;
    };
    for (const { a, b, c } of r1cs.constraints()) {
      add(a);
      add(b);
      add(c);
    }
    this.#prime = prime;
    this.#wireCount = wireCount;
    this.#ends = ends;
    this.#wires = Uint32Array.from(wires);
    this.#factorOf = Uint32Array.from(factorOf);
    this.#factors = [...numbers.keys()];
  }

  get wireCount(): number {
    return this.#wireCount;
  }

  /**
   * The first constraint that `witness` violates, or undefined if it satisfies all.
   *
   * @param witness Value of each wire, canonical.
   */
  firstBroken(witness: readonly bigint[]): BrokenConstraint | undefined {
    if (witness[0] !== 1n) return { constraint: -1, a: 1n, b: 1n, c: witness[0] ?? 0n };
    const prime = this.#prime;
    const ends = this.#ends;
    let term = 0;
    const sum = (combination: number): bigint => {
      const end = ends[combination] as number;
      let total = 0n;
      for (; term < end; term++) {
        const value = witness[this.#wires[term] as number] as bigint;
        if (value === 0n) continue;
        const factor = this.#factors[this.#factorOf[term] as number] as bigint;
        if (factor === 1n) total += value;
        else if (factor === -1n) total -= value;
        else total += factor * value;
      }
      return total;
    };
    for (let constraint = 0; constraint < ends.length / 3; constraint++) {
      const a = sum(3 * constraint);
      const b = sum(3 * constraint + 1);
      const c = sum(3 * constraint + 2);
      if ((a * b - c) % prime !== 0n) {
        const canonical = (value: bigint): bigint => ((value % prime) + prime) % prime;
        return { constraint, a: canonical(a), b: canonical(b), c: canonical(c) };
      }
    }
    return undefined;
  }
}
