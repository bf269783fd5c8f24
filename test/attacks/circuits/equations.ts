// Constraints with equal wires merged, and told apart into linear ones and products.

import type { Constraint, LinearCombination } from "../../../plugin/circuits/r1cs.ts";
import { fieldOrder } from "../../../plugin/protocol/field.ts";

/** A circuit compiled without simplification: each signal has a wire, each wire a name. */
export type NamedCircuit = {
  readonly constraints: readonly Constraint[];
  readonly names: ReadonlyMap<string, number>;
};

export type Equation = {
  /** All but the constant one. */
  readonly wires: readonly number[];
  /** Sum that is 0; empty of a product. */
  readonly terms: LinearCombination;
  readonly product: Constraint | undefined;
};

/** A constraint `x = y` makes one wire of two. */
export function withoutAliases({ constraints, names }: NamedCircuit): {
  equations: Equation[];
  names: Map<string, number>;
} {
  const parent = new Map<number, number>();
  const root = (wire: number): number => {
    let at = wire;
    for (let next = parent.get(at); next !== undefined; next = parent.get(at)) at = next;
    if (at !== wire) parent.set(wire, at);
    return at;
  };
  const rest: Constraint[] = [];
  for (const constraint of constraints) {
    const [one, other] = constraint.c;
    const isAlias =
      constraint.a.length === 0 &&
      constraint.c.length === 2 &&
      one !== undefined &&
      other !== undefined &&
      one[0] !== 0 &&
      other[0] !== 0 &&
      one[1] + other[1] === fieldOrder;
    if (!isAlias) rest.push(constraint);
    else if (root(one[0]) !== root(other[0])) parent.set(root(one[0]), root(other[0]));
  }
  const merged = (side: LinearCombination): LinearCombination => {
    const factors = new Map<number, bigint>();
    for (const [wire, factor] of side) {
      factors.set(root(wire), ((factors.get(root(wire)) ?? 0n) + factor) % fieldOrder);
    }
    return [...factors].filter(([, factor]) => factor !== 0n);
  };
  const equations = rest.map(({ a, b, c }) => equationOf({ a: merged(a), b: merged(b), c: merged(c) }));
  return { equations, names: new Map([...names].map(([name, wire]) => [name, root(wire)])) };
}

function equationOf(constraint: Constraint): Equation {
  const { a, b, c } = constraint;
  const [left, right] = [constantOf(a), constantOf(b)];
  const wires = [...new Set([...a, ...b, ...c].map(([wire]) => wire))].filter((wire) => wire !== 0);
  if (left === undefined && right === undefined) return { wires, terms: [], product: constraint };
  const terms = new Map(c.map(([wire, factor]) => [wire, fieldOrder - factor]));
  for (const [wire, factor] of left === undefined ? a : b) {
    terms.set(wire, ((terms.get(wire) ?? 0n) + (left ?? right ?? 0n) * factor) % fieldOrder);
  }
  return { wires, terms: [...terms].filter(([, factor]) => factor !== 0n), product: undefined };
}

function constantOf(side: LinearCombination): bigint | undefined {
  const [term] = side;
  if (term === undefined) return 0n;
  return side.length === 1 && term[0] === 0 ? term[1] : undefined;
}

/** Factors above p / 2 are those below 0. */
export function isNegative(factor: bigint): boolean {
  return factor > fieldOrder / 2n;
}

export function magnitude(factor: bigint): bigint {
  return isNegative(factor) ? fieldOrder - factor : factor;
}
