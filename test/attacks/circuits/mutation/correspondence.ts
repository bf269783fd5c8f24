// Which constraints of two compilations of one circuit say the same.
//
// circom's O2 solves the linear constraints of a circuit and puts the solutions into the others; O1 leaves them in
// place, where it is plain what defines what. To take out a constraint of O2 is to take out one that is not linear of
// O1. Which one, is found by values: at random values of the wires which satisfy the linear constraints, and nothing
// else, both have the same residues `a · b - c` but for a factor. Constraints are polynomials of degree 2, so that two
// different ones agree with probability 2 / p.

import { invert } from "@noble/curves/abstract/modular.js";
import { fieldOrder } from "../../../../plugin/protocol/field.ts";
import type { ConstraintSystem, Wires } from "./constraint-system.ts";
import { modulo, wiresOf } from "./constraint-system.ts";
import { byRank, type Definitions } from "./definitions.ts";
import { randomElement } from "./random-element.ts";

/**
 * @param witness - Any, of `plain`: for what has one value in all of them.
 * @param wireOf - Wires of `reduced` to those of `plain`.
 * @returns for each constraint of `reduced` the one of `plain` that says the same
 * @throws Error if there is none, or are several
 */
export function correspondence(
  plain: ConstraintSystem,
  definitions: Definitions,
  witness: Wires,
  reduced: ConstraintSystem,
  wireOf: readonly number[],
): number[] {
  const constant = constantWires(plain, definitions);
  const samples = [0, 1, 2].map(() => randomSolution(plain, constant, witness));
  const byKey = new Map<string, number[]>();
  for (const position of plain.constraints.keys()) {
    const key = ratios(samples.map((values) => plain.residue(position, values)));
    if (key === undefined) continue;
    const same = byKey.get(key);
    if (same === undefined) byKey.set(key, [position]);
    else same.push(position);
  }
  const translated = samples.map((values) => wireOf.map((wire) => values[wire] as bigint));
  return Array.from(reduced.constraints.keys(), (position) => {
    const key = ratios(translated.map((values) => reduced.residue(position, values)));
    const [same, ...more] = byKey.get(key ?? "") ?? [];
    if (same === undefined || more.length > 0) {
      throw new Error(`Constraint ${position} corresponds to ${same === undefined ? "none" : "several"}.`);
    }
    return same;
  });
}

/** What residues have in common that differ by a factor. */
function ratios(residues: readonly bigint[]): string | undefined {
  const [first = 0n] = residues;
  if (first === 0n) return undefined;
  const inverse = invert(first, fieldOrder);
  return residues.map((residue) => modulo(residue * inverse)).join();
}

/** Wires that have one value in every witness: the constant one, and what follows from constants only. */
function constantWires(system: ConstraintSystem, { defined, rank }: Definitions): Uint8Array {
  const constant = new Uint8Array(system.wires);
  constant[0] = 1;
  for (const position of byRank(rank)) {
    const wire = defined[position] ?? -1;
    if (wire === -1) continue;
    const others = [...wiresOf(system.constraint(position))].filter((other) => other !== wire);
    if (others.every((other) => constant[other] === 1)) constant[wire] = 1;
  }
  return constant;
}

/** Random values that satisfy the linear constraints. */
function randomSolution(system: ConstraintSystem, constant: Uint8Array, witness: Wires): Wires {
  const values = witness.map((value, wire) => (constant[wire] === 1 ? value : randomElement()));
  for (const { position, wire } of linearOrder(system, constant)) {
    values[wire] = 0n;
    const atZero = system.residue(position, values);
    values[wire] = 1n;
    const factor = modulo(system.residue(position, values) - atZero);
    values[wire] = modulo(-atZero * invert(factor, fieldOrder));
  }
  return values;
}

/**
 * Which wire each linear constraint is solved for, in an order in which that can be done one by one: a wire that stands
 * in no other linear constraint is solved for last.
 */
function linearOrder(system: ConstraintSystem, constant: Uint8Array): { position: number; wire: number }[] {
  const left = new Set<number>();
  const wires = new Map<number, number[]>();
  for (const [position, constraint] of system.constraints.entries()) {
    const { a, b } = constraint;
    if (![a, b].some((terms) => terms.every(([wire]) => constant[wire] === 1))) continue;
    const free = [...wiresOf(constraint)].filter((wire) => constant[wire] === 0);
    if (free.length === 0) continue;
    left.add(position);
    wires.set(position, free);
  }
  const height = new Map<number, number>();
  for (const list of wires.values()) for (const wire of list) height.set(wire, (height.get(wire) ?? 0) + 1);
  const flat = [...height].filter(([, count]) => count === 1).map(([wire]) => wire);
  const order: { position: number; wire: number }[] = [];
  for (const wire of flat) {
    const position = system.constraintsOf[wire]?.find((candidate) => left.has(candidate));
    if (position === undefined) continue;
    left.delete(position);
    order.push({ position, wire });
    for (const other of wires.get(position) ?? []) {
      const count = (height.get(other) ?? 0) - 1;
      height.set(other, count);
      if (count === 1) flat.push(other);
    }
  }
  if (left.size > 0) throw new Error(`${left.size} linear constraints are not solved one by one.`);
  return order.reverse();
}
