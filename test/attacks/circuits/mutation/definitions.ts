// Which constraint says what a wire is.
//
// Most constraints of a circuit define one wire by others (`<==`, or `===` after a hint). From the inputs on, a
// constraint all of whose wires are known but one defines that one. What is left over at the end only checks.
//
// Bits of a number are the exception: their sum defines all of them at once, and each bit's own constraint checks.

import { invert } from "@noble/curves/abstract/modular.js";
import type { Constraint, LinearCombination } from "../../../../plugin/circuits/r1cs.ts";
import { fieldOrder } from "../../../../plugin/protocol/field.ts";
import { gradient } from "../jacobian.ts";
import { type ConstraintSystem, isLinear, modulo, sum, type Wires } from "./constraint-system.ts";

/** Bits, least significant first, whose weighted sum is a number that the constraint's other wires say. */
export type BitSum = { readonly bits: readonly number[]; readonly weight: bigint };

export class Definitions {
  /** For each constraint, the wire that it defines; -1 if it checks or defines bits. */
  readonly defined: Int32Array;
  /** By constraint. */
  readonly bitSums: ReadonlyMap<number, BitSum>;
  /** For each constraint, when it comes to define; -1 if it checks. */
  readonly rank: Int32Array;
  /** For each wire, the constraint that defines it; -1 of inputs. */
  readonly definedBy: Int32Array;
  /**
   * 1 for each constraint that can be made to hold whatever its other wires are, and so can all that follows from it:
   * it is linear in the wire that it defines, with a constant factor, and everything else that this wire stands in is
   * such a constraint too. The sponge is one large example, which ends in the commitment.
   */
  readonly open: Uint8Array;

  /**
   * @param wires - A witness: a factor that is 0 in it defines nothing.
   * @param outputs - Inputs that follow from the others.
   * @param violated - Constraints that do not hold: they define nothing.
   */
  constructor(
    system: ConstraintSystem,
    wires: Wires,
    outputs: readonly number[],
    violated: readonly number[] = [],
  ) {
    const { constraints } = system;
    this.defined = new Int32Array(constraints.length).fill(-1);
    this.rank = new Int32Array(constraints.length).fill(-1);
    this.definedBy = new Int32Array(system.wires).fill(-1);
    this.bitSums = findBitSums(system);

    const known = new Uint8Array(system.wires).fill(1, 0, system.inputs + 1);
    for (const output of outputs) known[output] = 0;
    const fails = new Set(violated);
    const unknown = constraints.map((constraint, position) =>
      fails.has(position) ? [] : [...gradient(constraint, wires).keys()].filter((wire) => known[wire] === 0),
    );
    const isSolvable = (position: number, wire: number): boolean => {
      const { a, b } = system.constraint(position);
      return ![a, b].every((terms) => terms.some(([candidate]) => candidate === wire));
    };
    const left = unknown.map((list) => list.length);
    const isReady = (position: number): boolean => {
      const bits = this.bitSums.get(position)?.bits;
      return left[position] === 1 || (bits !== undefined && left[position] === bits.length);
    };
    const waiting: number[][] = Array.from({ length: system.wires }, () => []);
    for (const [position, list] of unknown.entries()) {
      for (const wire of list) waiting[wire]?.push(position);
    }
    let next = 0;
    const ready = [...constraints.keys()].filter(isReady);
    for (const position of ready) {
      const rest = (unknown[position] ?? []).filter((wire) => known[wire] === 0);
      const bits = this.bitSums.get(position)?.bits;
      const definesBits = bits !== undefined && rest.length === bits.length && bits.includes(rest[0] ?? -1);
      if (!definesBits) {
        const [wire, ...more] = rest;
        if (wire === undefined || more.length > 0 || !isSolvable(position, wire)) continue;
        this.defined[position] = wire;
      }
      for (const wire of rest) {
        known[wire] = 1;
        this.definedBy[wire] = position;
        for (const other of waiting[wire] ?? []) {
          left[other] = (left[other] ?? 0) - 1;
          if (isReady(other)) ready.push(other);
        }
      }
      this.rank[position] = next++;
    }
    this.open = this.#findOpen(system);
  }

  #findOpen(system: ConstraintSystem): Uint8Array {
    const open = new Uint8Array(system.constraints.length);
    for (const position of byRank(this.rank).reverse()) {
      const wire = this.defined[position] ?? -1;
      if (wire === -1) continue;
      const { a, b } = system.constraint(position);
      if (!isLinear({ a, b, c: [] }) && [a, b].some((terms) => terms.some(([other]) => other === wire)))
        continue;
      const others = system.constraintsOf[wire] ?? [];
      if (others.every((other) => other === position || open[other] === 1)) open[position] = 1;
    }
    return open;
  }
}

/** Constraints that define something, in the order in which they do. */
export function byRank(rank: Int32Array): number[] {
  const positions = [...rank.keys()].filter((position) => rank[position] !== -1);
  return positions.sort((left, right) => (rank[left] ?? 0) - (rank[right] ?? 0));
}

/** Sums of wires that are bits, by constraint. */
function findBitSums(system: ConstraintSystem): Map<number, BitSum> {
  const isBit = new Uint8Array(system.wires);
  for (const constraint of system.constraints) {
    const wire = bitOf(constraint);
    if (wire !== undefined) isBit[wire] = 1;
  }
  const found = new Map<number, BitSum>();
  for (const [position, constraint] of system.constraints.entries()) {
    if (!isLinear(constraint)) continue;
    const bitSum = bitSumOf(constraint.c, isBit);
    if (bitSum !== undefined) found.set(position, bitSum);
  }
  return found;
}

/** The wire `b` of `b (b - 1) = 0` and of `b (1 - e - b) = 0`. */
function bitOf(constraint: Constraint): number | undefined {
  const { a, b, c } = constraint;
  if (c.length > 0) return undefined;
  const [single] = [a, b].filter((terms) => terms.length === 1 && terms[0]?.[0] !== 0);
  const wire = single?.[0]?.[0];
  const other = single === a ? b : a;
  return wire !== undefined && other.some(([candidate]) => candidate === wire) ? wire : undefined;
}

/** Bits have the factors w, 2 w, 4 w, ... for some w. */
function bitSumOf(terms: LinearCombination, isBit: Uint8Array): BitSum | undefined {
  const bits = new Map(terms.filter(([wire]) => isBit[wire] === 1).map(([wire, factor]) => [factor, wire]));
  if (bits.size < 2) return undefined;
  const half = invert(2n, fieldOrder);
  let [weight] = bits.keys();
  if (weight === undefined) return undefined;
  while (bits.has(modulo(weight * half))) weight = modulo(weight * half);
  const ordered: number[] = [];
  for (let factor = weight; bits.has(factor); factor = modulo(2n * factor))
    ordered.push(bits.get(factor) ?? 0);
  return ordered.length === bits.size ? { bits: ordered, weight } : undefined;
}

/** The integer that a sum of bits has to be. */
export function integerOf(constraint: Constraint, { bits, weight }: BitSum, wires: Wires): bigint {
  const others = constraint.c.filter(([wire]) => !bits.includes(wire));
  return modulo(-sum(others, wires) * invert(weight, fieldOrder));
}
