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
import { type ConstraintSystem, isLinear, modulo, sum, type Wires, wiresOf } from "./constraint-system.ts";

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

    const known = Uint8Array.from(system.isInput).fill(1, 0, 1);
    for (const output of outputs) known[output] = 0;
    const search = new Search(system, wires, new Set(violated), this.bitSums, known);
    let next = 0;
    for (let found = search.next(); found !== undefined; found = search.next()) {
      const [wire = -1, ...more] = found.wires;
      if (more.length === 0) this.defined[found.position] = wire;
      for (const each of found.wires) this.definedBy[each] = found.position;
      this.rank[found.position] = next++;
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

/**
 * How sure it is that a constraint defines a wire: with a factor that is constant; with one that is not 0 in this
 * witness, all other wires being known; the same, where other wires have the factor 0 in this witness.
 */
const levels = [0, 1, 2];

/** Looks for constraints that define what is not known yet, the surest first. */
class Search {
  readonly #system: ConstraintSystem;
  readonly #bitSums: ReadonlyMap<number, BitSum>;
  readonly #known: Uint8Array;
  /** For each constraint, the wires that are to be known, and those of them whose factor is not 0. */
  readonly #wires: readonly (readonly number[])[];
  readonly #moving: readonly (readonly number[])[];
  readonly #queues: readonly number[][] = levels.map(() => []);

  constructor(
    system: ConstraintSystem,
    wires: Wires,
    excluded: ReadonlySet<number>,
    bitSums: ReadonlyMap<number, BitSum>,
    known: Uint8Array,
  ) {
    this.#system = system;
    this.#bitSums = bitSums;
    this.#known = known;
    const isUnknown = (wire: number): boolean => known[wire] === 0;
    const { constraints } = system;
    this.#wires = constraints.map((constraint, position) =>
      excluded.has(position) ? [] : [...wiresOf(constraint)].filter(isUnknown),
    );
    this.#moving = constraints.map((constraint, position) =>
      excluded.has(position) ? [] : [...gradient(constraint, wires).keys()].filter(isUnknown),
    );
    for (const position of constraints.keys()) this.#queue(position);
  }

  next(): { readonly position: number; readonly wires: readonly number[] } | undefined {
    for (const level of levels) {
      const queue = this.#queues[level] ?? [];
      for (let position = queue.pop(); position !== undefined; position = queue.pop()) {
        const wires = this.#definedAt(position, level);
        if (wires === undefined) continue;
        for (const wire of wires) this.#learn(wire);
        return { position, wires };
      }
    }
    return undefined;
  }

  #learn(wire: number): void {
    this.#known[wire] = 1;
    for (const position of this.#system.constraintsOf[wire] ?? []) this.#queue(position);
  }

  #queue(position: number): void {
    const level = levels.find((candidate) => this.#definedAt(position, candidate) !== undefined);
    if (level !== undefined) this.#queues[level]?.push(position);
  }

  /** What a constraint defines now, if it does. */
  #definedAt(position: number, level: number): readonly number[] | undefined {
    const isUnknown = (wire: number): boolean => this.#known[wire] === 0;
    const wires = (level === 2 ? this.#moving : this.#wires)[position]?.filter(isUnknown) ?? [];
    const bits = this.#bitSums.get(position)?.bits;
    if (level === 0 && bits !== undefined && wires.length === bits.length && bits.includes(wires[0] ?? -1)) {
      return wires;
    }
    const [wire, ...more] = wires;
    if (wire === undefined || more.length > 0) return undefined;
    const { a, b } = this.#system.constraint(position);
    const factors = isLinear({ a, b, c: [] }) ? [] : [a, b];
    const sides = factors.filter((terms) => terms.some(([candidate]) => candidate === wire)).length;
    if (sides === 2 || (level === 0 && sides > 0)) return undefined;
    return level === 1 && this.#moving[position]?.includes(wire) !== true ? undefined : wires;
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
