// The mutants of a circuit, one for each constraint that is taken out, and the negative tests that notice it.
//
// A negative test is a full assignment of the wires that the circuit refuses. A mutant is killed by one that violates
// the constraint taken out and no other: the mutant accepts it. There are three ways to such assignments:
//
//   free     the wire that the constraint defines takes a random value, and all that follows is computed again
//   repair   a malicious batch violates one other constraint; the wire that the constraint taken out defines is
//            solved for so that it holds
//   one bit  a bit's constraint being taken out, this "bit" takes the whole number that all bits together are
//
// A mutant is equivalent if no such assignment exists: then the others say what the constraint says.

import { invert } from "@noble/curves/abstract/modular.js";
import { fieldOrder } from "../../../../plugin/protocol/field.ts";
import { modulo, wiresOf } from "./constraint-system.ts";
import { integerOf } from "./definitions.ts";
import { type Assignment, type NamedAssignment, type Outcome, Propagation } from "./propagation.ts";
import { randomElement } from "./random-element.ts";
import type { WireChanges } from "./refused-batch.ts";
import type { TinyCircuit } from "./tiny-circuit.ts";

/** How strong a negative test is. */
export type Strength =
  /** The mutant accepts inputs, public ones among them, that the circuit refuses. */
  | "statement"
  /** The mutant accepts another computation on inputs that the circuit accepts. */
  | "trace";

export type Kill = {
  readonly strength: Strength;
  /** Name of the batch that the assignment was made from. */
  readonly batch: string;
  readonly changes: ReadonlyMap<number, bigint>;
};

/** How many wires are looked at that a violated constraint follows from, the nearest first. */
const mostCauses = 600;

export class Mutants {
  readonly kills = new Map<number, Kill>();
  readonly #circuit: TinyCircuit;
  /** Constraints of `plain` whose mutants are to be killed. */
  readonly #chosen: ReadonlySet<number>;

  /** @param chosen - Which mutants, by constraint of the circuit as it is proven. */
  constructor(circuit: TinyCircuit, chosen: Iterable<number>) {
    this.#circuit = circuit;
    this.#chosen = new Set(Array.from(chosen, (position) => circuit.mutants[position] ?? -1));
  }

  get size(): number {
    return this.#chosen.size;
  }

  /** Mutants that nothing has noticed, or nothing of that strength. */
  left(strength: Strength = "trace"): number[] {
    const isLeft = (mutant: number): boolean => {
      const kill = this.kills.get(mutant);
      return kill === undefined || (strength === "statement" && kill.strength === "trace");
    };
    return [...this.#chosen].filter(isLeft);
  }

  /**
   * Takes a batch as it is, with some wires changed.
   *
   * @returns how many constraints refuse it
   */
  refused(assignment: NamedAssignment, changes: WireChanges = {}): number {
    const byWire = Object.entries(changes).map(
      ([name, value]) => [this.#circuit.wireOf(name), modulo(value)] as const,
    );
    const outcome: Outcome =
      byWire.length === 0
        ? { changed: new Map(), violated: assignment.violated, reachesEnd: false }
        : new Propagation(this.#circuit.plain, assignment).run(new Map(byWire));
    const [mutant = -1] = outcome.violated;
    if (outcome.violated.length === 1 && this.#chosen.has(mutant) && !this.#isKilled(mutant)) {
      const strength = assignment.violated.length > 0 || this.#movesInputs(outcome) ? "statement" : "trace";
      this.#kill(mutant, strength, assignment.name, new Map(byWire));
    }
    return outcome.violated.length;
  }

  /** Gives each mutant's own wire a random value. */
  free(assignment: NamedAssignment, mutants: Iterable<number>): void {
    if (assignment.violated.length > 0) throw new Error(`${assignment.name} is not valid.`);
    const propagation = new Propagation(this.#circuit.plain, assignment);
    for (const mutant of mutants) {
      const wire = assignment.definitions.defined[mutant] ?? -1;
      if (wire === -1) continue;
      this.#try(propagation, assignment, mutant, new Map([[wire, randomElement()]]));
    }
  }

  /** Solves for each mutant's own wire so that the one violated constraint of a malicious batch holds. */
  repair(assignment: NamedAssignment, mutants: ReadonlySet<number>): void {
    const { plain } = this.#circuit;
    if (assignment.violated.length > 2) return;
    const propagation = new Propagation(plain, assignment);
    for (const violated of assignment.violated) {
      const others = assignment.violated.filter((other) => other !== violated);
      for (const wire of this.#causes(assignment, violated)) {
        const mutant = assignment.definitions.definedBy[wire] ?? -1;
        if (!mutants.has(mutant) || this.#isKilled(mutant)) continue;
        if (others.some((other) => other !== mutant)) continue;
        const value = this.#solve(propagation, assignment, wire, mutant, violated);
        if (value !== undefined) this.#try(propagation, assignment, mutant, new Map([[wire, value]]));
      }
    }
  }

  /**
   * Writes each number that is split into bits as one "bit", the others 0, or all but one of them: what is written so
   * is neither 0 nor 1. Of a batch that is refused, the numbers that do not fit into their bits.
   */
  oneBit(assignment: NamedAssignment, mutants: ReadonlySet<number>): void {
    const { plain } = this.#circuit;
    const propagation = new Propagation(plain, assignment);
    for (const [position, bitSum] of assignment.definitions.bitSums) {
      if (assignment.violated.length > 0 && !assignment.violated.includes(position)) continue;
      const integer = integerOf(plain.constraint(position), bitSum, assignment.wires);
      for (const [place, bit] of bitSum.bits.entries()) {
        for (const mutant of plain.constraintsOf[bit] ?? []) {
          if (!mutants.has(mutant)) continue;
          for (const one of [-1, place === 0 ? 1 : 0]) {
            if (this.#isKilled(mutant)) break;
            const rest = integer - (one === -1 ? 0n : 1n << BigInt(one));
            const changes = new Map(bitSum.bits.map((other, at) => [other, at === one ? 1n : 0n]));
            changes.set(bit, modulo(rest * invert(1n << BigInt(place), fieldOrder)));
            this.#try(propagation, assignment, mutant, changes);
          }
        }
      }
    }
  }

  /** Wires from which a constraint's residue follows, the nearest first. */
  #causes({ definitions }: Assignment, position: number): Set<number> {
    const { plain } = this.#circuit;
    const causes = wiresOf(plain.constraint(position));
    for (const wire of causes) {
      const definition = definitions.definedBy[wire] ?? -1;
      if (definition === -1) continue;
      if (causes.size > mostCauses) break;
      for (const other of wiresOf(plain.constraint(definition))) causes.add(other);
    }
    return causes;
  }

  /** The value of a wire at which a constraint holds that is linear in it, if it is. */
  #solve(
    propagation: Propagation,
    { wires }: Assignment,
    wire: number,
    mutant: number,
    violated: number,
  ): bigint | undefined {
    const value = wires[wire] as bigint;
    const at = (moved: bigint): bigint =>
      propagation.residueAfter(violated, propagation.run(new Map([[wire, modulo(moved)]]), mutant));
    const before = this.#circuit.plain.residue(violated, wires);
    const step = modulo(at(value + 1n) - before);
    return step === 0n ? undefined : modulo(value - before * invert(step, fieldOrder));
  }

  #try(
    propagation: Propagation,
    { name, violated }: NamedAssignment,
    mutant: number,
    changes: ReadonlyMap<number, bigint>,
  ): void {
    const outcome = propagation.run(changes, mutant);
    if (outcome.violated.length > 0 || propagation.residueAfter(mutant, outcome) === 0n) return;
    const strength = violated.length > 0 || this.#movesInputs(outcome) ? "statement" : "trace";
    this.#kill(mutant, strength, name, changes);
  }

  #movesInputs({ changed, reachesEnd }: Outcome): boolean {
    return reachesEnd || [...changed.keys()].some((wire) => this.#circuit.plain.isInput[wire] === 1);
  }

  #isKilled(mutant: number): boolean {
    return this.kills.get(mutant)?.strength === "statement";
  }

  #kill(mutant: number, strength: Strength, batch: string, changes: ReadonlyMap<number, bigint>): void {
    if (strength === "trace" && this.kills.has(mutant)) return;
    this.kills.set(mutant, { strength, batch, changes });
  }
}
