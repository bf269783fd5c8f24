// The Jacobian of a circuit's constraints at a witness: how each `a · b - c` answers a small change of each wire.
//
// Its kernel is every direction in which a prover could begin to move a witness without breaking a constraint, to
// first order. Where the kernel is zero, no witness is near: a prover who wants another one has to take another of
// finitely many discrete choices (a bit, a sign, a root), not a value of his own.

import type { Constraint, LinearCombination } from "../../../plugin/circuits/r1cs.ts";
import { toField } from "../../../plugin/protocol/field.ts";
import { kernelOf, type SparseVector, transpose } from "./kernel.ts";

/** Number of the wire that is one in every witness, and so does not move. */
const constantWire = 0;

/** A row for each constraint; columns are wires. */
export function jacobian(constraints: Iterable<Constraint>, witness: readonly bigint[]): SparseVector[] {
  return Array.from(constraints, (constraint) => gradient(constraint, witness));
}

/** The change of `a · b - c` for a change of each wire by one: `b · da + a · db - dc`; what is 0 is left out. */
export function gradient({ a, b, c }: Constraint, witness: readonly bigint[]): SparseVector {
  const sums = new Map<number, bigint>();
  const add = (terms: LinearCombination, by: bigint): void => {
    if (by === 0n) return;
    for (const [wire, factor] of terms) sums.set(wire, (sums.get(wire) ?? 0n) + factor * by);
  };
  add(a, evaluate(b, witness));
  add(b, evaluate(a, witness));
  add(c, -1n);
  sums.delete(constantWire);
  const reduced = new Map<number, bigint>();
  for (const [wire, sum] of sums) {
    const factor = toField(sum);
    if (factor !== 0n) reduced.set(wire, factor);
  }
  return reduced;
}

/** Value of a linear combination, an element. */
export function evaluate(terms: LinearCombination, witness: readonly bigint[]): bigint {
  let sum = 0n;
  for (const [wire, factor] of terms) sum += factor * (witness[wire] ?? 0n);
  return toField(sum);
}

/**
 * The constraints that are linear combinations of others around this witness: any one of them could be left out, not
 * all, and the same directions would remain. What such a constraint refuses it refuses at a distance only.
 *
 * @param moving - Wires that may move; the others are held.
 * @returns numbers of rows, increasing
 */
export function dependentConstraints(rows: readonly SparseVector[], moving: Iterable<number>): number[] {
  const columns = new Set(moving);
  const relations = kernelOf(transpose(rows, columns), rows.keys());
  return [...relations.support()].sort((a, b) => a - b);
}
