// The constraints of a circuit, laid out for many evaluations of few of them.

import type { Constraint, LinearCombination, R1cs } from "../../../../plugin/circuits/r1cs.ts";
import { fieldOrder } from "../../../../plugin/protocol/field.ts";

/** Values of all wires, reduced modulo p. */
export type Wires = bigint[];

export class ConstraintSystem {
  readonly constraints: readonly Constraint[];
  /** 1 for each wire that is an input. The compiler drops inputs that others equal, so their number does not tell. */
  readonly isInput: Uint8Array;
  readonly wires: number;
  /** For each wire, the constraints that it stands in. */
  readonly constraintsOf: readonly (readonly number[])[];

  /** @param inputs - Their wires. */
  constructor(r1cs: R1cs, inputs: Iterable<number>) {
    const { wires } = r1cs.header;
    this.constraints = [...r1cs.constraints()];
    this.wires = wires;
    this.isInput = new Uint8Array(wires);
    for (const wire of inputs) this.isInput[wire] = 1;
    const constraintsOf: number[][] = Array.from({ length: wires }, () => []);
    for (const [position, constraint] of this.constraints.entries()) {
      for (const wire of wiresOf(constraint)) constraintsOf[wire]?.push(position);
    }
    this.constraintsOf = constraintsOf;
  }

  constraint(position: number): Constraint {
    const constraint = this.constraints[position];
    if (constraint === undefined) throw new RangeError(`There is no constraint ${position}.`);
    return constraint;
  }

  /** `a · b - c`, 0 where the constraint holds. */
  residue(position: number, wires: Wires): bigint {
    const { a, b, c } = this.constraint(position);
    const value = -sum(c, wires);
    return modulo(a.length === 0 || b.length === 0 ? value : sum(a, wires) * sum(b, wires) + value);
  }

  /** Positions of the constraints that do not hold. */
  violated(wires: Wires): number[] {
    return [...this.constraints.keys()].filter((position) => this.residue(position, wires) !== 0n);
  }
}

/** The wires of a constraint, each once, without the constant one. */
export function wiresOf({ a, b, c }: Constraint): Set<number> {
  const wires = new Set<number>();
  for (const terms of [a, b, c]) for (const [wire] of terms) wires.add(wire);
  wires.delete(0);
  return wires;
}

export function isLinear({ a, b }: Constraint): boolean {
  return a.length === 0 || b.length === 0;
}

/** A linear combination's value, not reduced. */
export function sum(terms: LinearCombination, wires: Wires): bigint {
  let total = 0n;
  for (const [wire, factor] of terms) {
    const value = wires[wire] as bigint;
    if (value === 0n) continue;
    total += factor === 1n ? value : factor * value;
  }
  return total;
}

export function modulo(value: bigint): bigint {
  const rest = value % fieldOrder;
  return rest < 0n ? rest + fieldOrder : rest;
}
