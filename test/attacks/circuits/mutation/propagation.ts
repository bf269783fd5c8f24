// What becomes of a witness in which some wires are changed: what follows from them is computed again, the rest stays.

import { invert } from "@noble/curves/abstract/modular.js";
import { fieldOrder } from "../../../../plugin/protocol/field.ts";
import { type ConstraintSystem, modulo, type Wires } from "./constraint-system.ts";
import { type Definitions, integerOf } from "./definitions.ts";

/** Of definitions, within one run. */
const mostRepeated = 1_000;

/** In place of a constraint. */
const none = -1;

/** A witness, or what would be one but for some constraints. */
export type Assignment = {
  readonly wires: Wires;
  readonly definitions: Definitions;
  /** Constraints that do not hold. */
  readonly violated: readonly number[];
};

export type NamedAssignment = Assignment & { readonly name: string };

export type Outcome = {
  /** Values of the wires that changed. */
  readonly changed: ReadonlyMap<number, bigint>;
  /** Constraints that do not hold, the one taken out apart. */
  readonly violated: readonly number[];
  /** Whether something changed that goes on to the public inputs, and was not computed to there. */
  readonly reachesEnd: boolean;
};

/** Works in one array of values and puts it back, so that a run costs what changes and no more. */
export class Propagation {
  readonly #system: ConstraintSystem;
  readonly #assignment: Assignment;
  readonly #wires: Wires;
  /** 0 untouched, 1 waiting to define, 2 defined, 3 to be checked. */
  readonly #state: Uint8Array;
  #touched: number[] = [];
  #changed = new Map<number, bigint>();
  #toTheEnd = false;
  #reachesEnd = false;
  /** How often a constraint may still define a second time: what had the factor 0 before may depend on later wires. */
  #again = 0;

  constructor(system: ConstraintSystem, assignment: Assignment) {
    this.#system = system;
    this.#assignment = assignment;
    this.#wires = [...assignment.wires];
    this.#state = new Uint8Array(system.constraints.length);
  }

  /**
   * @param changes - New values of wires, which are kept.
   * @param without - The constraint that is taken out: it neither defines nor checks.
   * @param toTheEnd - Whether to compute also what can be computed for sure (see Definitions.open); else it is left
   * as it was, and counts as holding.
   */
  run(changes: ReadonlyMap<number, bigint>, without = none, toTheEnd = false): Outcome {
    this.#toTheEnd = toTheEnd;
    const queue = new RankQueue(this.#assignment.definitions.rank);
    this.#changed = new Map();
    this.#reachesEnd = false;
    this.#again = mostRepeated;
    this.#touched = [];
    if (without !== none) {
      this.#state[without] = 3;
      this.#touched.push(without);
    }
    for (const [wire, value] of changes) this.#set(wire, value, queue);
    for (let position = queue.pop(); position !== undefined; position = queue.pop()) {
      this.#state[position] = this.#define(position, changes, queue) ? 2 : 3;
    }
    const checked = this.#touched.filter((position) => this.#state[position] === 3 && position !== without);
    const violated = [
      ...this.#assignment.violated.filter((position) => this.#state[position] !== 3 && position !== without),
      ...checked.filter((position) => this.#system.residue(position, this.#wires) !== 0n),
    ];
    const changed = this.#changed;
    this.#restore();
    return { changed, violated, reachesEnd: this.#reachesEnd };
  }

  /** A constraint's residue after a run's changes. */
  residueAfter(position: number, { changed }: Outcome): bigint {
    for (const [wire, value] of changed) this.#wires[wire] = value;
    const residue = this.#system.residue(position, this.#wires);
    for (const wire of changed.keys()) this.#wires[wire] = this.#assignment.wires[wire] as bigint;
    return residue;
  }

  #set(wire: number, value: bigint, queue: RankQueue): void {
    if (this.#wires[wire] === value) return;
    this.#wires[wire] = value;
    this.#changed.set(wire, value);
    const { rank, open } = this.#assignment.definitions;
    for (const position of this.#system.constraintsOf[wire] ?? []) {
      const state = this.#state[position];
      if (state === 0) this.#touched.push(position);
      if (!this.#toTheEnd && open[position] === 1 && this.#state[position] !== 3) {
        this.#state[position] = 2;
        this.#reachesEnd = true;
      } else if ((state === 0 || (state === 2 && this.#again-- > 0)) && rank[position] !== -1) {
        this.#state[position] = 1;
        queue.push(position);
      } else if (state === 0 || state === 2) {
        this.#state[position] = 3;
      }
    }
  }

  /** Makes a constraint hold by what it defines. */
  #define(position: number, fixed: ReadonlyMap<number, bigint>, queue: RankQueue): boolean {
    const { defined } = this.#assignment.definitions;
    const wire = defined[position] ?? -1;
    if (wire === -1) return this.#decompose(position, fixed, queue);
    const held = this.#wires[wire] as bigint;
    if (this.#system.residue(position, this.#wires) === 0n) return true;
    if (fixed.has(wire)) return false;
    this.#wires[wire] = 0n;
    const atZero = this.#system.residue(position, this.#wires);
    this.#wires[wire] = 1n;
    const factor = modulo(this.#system.residue(position, this.#wires) - atZero);
    this.#wires[wire] = held;
    if (factor === 0n) return false;
    this.#setDefined(wire, quotient(-atZero, factor), position, queue);
    return true;
  }

  #decompose(position: number, fixed: ReadonlyMap<number, bigint>, queue: RankQueue): boolean {
    const bitSum = this.#assignment.definitions.bitSums.get(position);
    if (bitSum === undefined || bitSum.bits.some((bit) => fixed.has(bit))) return false;
    const integer = integerOf(this.#system.constraint(position), bitSum, this.#wires);
    for (const [place, bit] of bitSum.bits.entries()) {
      this.#setDefined(bit, (integer >> BigInt(place)) & 1n, position, queue);
    }
    return integer >> BigInt(bitSum.bits.length) === 0n;
  }

  /** As #set, but the constraint that says the value is not asked again. */
  #setDefined(wire: number, value: bigint, position: number, queue: RankQueue): void {
    this.#state[position] = 1;
    this.#set(wire, value, queue);
  }

  #restore(): void {
    for (const wire of this.#changed.keys()) this.#wires[wire] = this.#assignment.wires[wire] as bigint;
    for (const position of this.#touched) this.#state[position] = 0;
  }
}

function quotient(numerator: bigint, divisor: bigint): bigint {
  if (divisor === 1n) return modulo(numerator);
  if (divisor === fieldOrder - 1n) return modulo(-numerator);
  return modulo(numerator * invert(divisor, fieldOrder));
}

/** Constraints by rank, the lowest first: a binary heap. */
class RankQueue {
  readonly #rank: Int32Array;
  readonly #heap: number[] = [];

  constructor(rank: Int32Array) {
    this.#rank = rank;
  }

  push(position: number): void {
    const heap = this.#heap;
    let at = heap.push(position) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isLess(at, parent)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  pop(): number | undefined {
    const heap = this.#heap;
    const [top] = heap;
    const last = heap.pop();
    if (heap.length === 0 || last === undefined) return top;
    heap[0] = last;
    for (let at = 0; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && this.#isLess(child, least)) least = child;
      }
      if (least === at) return top;
      this.#swap(at, least);
      at = least;
    }
  }

  #isLess(left: number, right: number): boolean {
    const rankAt = (at: number): number => this.#rank[this.#heap[at] ?? 0] ?? 0;
    return rankAt(left) < rankAt(right);
  }

  #swap(left: number, right: number): void {
    const heap = this.#heap;
    [heap[left], heap[right]] = [heap[right] ?? 0, heap[left] ?? 0];
  }
}
