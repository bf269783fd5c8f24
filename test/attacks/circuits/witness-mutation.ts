// Changes wires of a witness and works out again what follows from them, over the constraints themselves: unlike the
// witness program it asserts nothing on the way, so that it gets to witnesses that only the constraints refuse.
//
// A wire follows from earlier ones by the constraint that computes it. Hints follow as the sources say: quotients by the
// product that pins them (a quotient by zero stays as it was), inverses of IsZero, and bits. `c`, `y` and `newRoot`
// follow too: they are inputs, but a prover would give those that fit.

import { invert } from "@noble/curves/abstract/modular.js";
import type { Constraint, LinearCombination } from "../../../plugin/circuits/r1cs.ts";
import { fieldOrder, toField } from "../../../plugin/protocol/field.ts";
import { evaluate, gradient } from "./jacobian.ts";
import type { KernelCircuit } from "./kernel-circuit.ts";
import { Propagation } from "./kernel-propagation.ts";

/** Takes wires from a constraint. */
type Step = {
  readonly constraint: Constraint;
  readonly wires: readonly number[];
  readonly kind: "solve" | "invert" | "split";
};

export type Mutation = {
  /** Number of a constraint that refuses the mutated witness. */
  readonly refusedBy: number | undefined;
  readonly values: readonly bigint[];
  /** Wires of other values than before. */
  readonly changed: ReadonlySet<number>;
};

export class Mutator {
  readonly #circuit: KernelCircuit;
  readonly #steps: Step[] = [];
  /** Numbers of the steps that take a wire in, and of the constraints that have it. */
  readonly #stepsOf = new Map<number, number[]>();
  readonly #constraintsOf = new Map<number, number[]>();
  /** Number of the step that computes a wire; inputs have none. */
  readonly #position = new Map<number, number>();
  /** Steps from here on compute only the commitment, which nothing refuses. */
  readonly #commitment: number;

  constructor(circuit: KernelCircuit) {
    this.#circuit = circuit;
    for (const [position, constraint] of circuit.constraints.entries()) {
      for (const wire of wiresOf(constraint)) push(this.#constraintsOf, wire, position);
    }
    const steps = orderedSteps(circuit);
    const commitment = circuit.matching(/^(sponge\.step\[\d+\]\.pEx\.|sponge\.state|c$)/);
    const isCommitment = ({ wires }: Step): boolean => wires.every((wire) => commitment.has(wire));
    this.#steps = [...steps.filter((step) => !isCommitment(step)), ...steps.filter(isCommitment)];
    this.#commitment = this.#steps.findIndex(isCommitment);
    for (const [position, { constraint, wires }] of this.#steps.entries()) {
      for (const wire of wires) this.#position.set(wire, position);
      for (const wire of wiresOf(constraint)) {
        if (!wires.includes(wire)) push(this.#stepsOf, wire, position);
      }
    }
  }

  /** Wires that are computed, not given. */
  get computed(): number[] {
    return this.#steps.flatMap(({ wires }) => wires);
  }

  /**
   * Sets wires and what follows from them.
   *
   * @param witness - Valid.
   * @param changes - New values; these wires do not follow from others.
   */
  mutate(witness: readonly bigint[], changes: ReadonlyMap<number, bigint>): Mutation {
    const values = [...witness];
    const changed = new Set<number>();
    const dirty = new Uint8Array(this.#steps.length);
    const set = (wire: number, value: bigint): void => {
      if (values[wire] === value) return;
      values[wire] = value;
      changed.add(wire);
      for (const step of this.#stepsOf.get(wire) ?? []) dirty[step] = 1;
    };
    for (const [wire, value] of changes) set(wire, toField(value));
    const refusedAtOnce = this.#beyondRepair(changes, values);
    if (refusedAtOnce !== undefined) return { refusedBy: refusedAtOnce, values, changed };
    const run = (from: number, to: number): void => {
      for (let position = dirty.indexOf(1, from); position !== -1 && position < to; ) {
        const step = this.#steps[position];
        if (step !== undefined) {
          for (const [wire, value] of follow(step, values)) if (!changes.has(wire)) set(wire, value);
        }
        position = dirty.indexOf(1, position + 1);
      }
    };
    run(0, this.#commitment);
    const refusedBy = this.#violated(changed, values);
    if (refusedBy !== undefined) return { refusedBy, values, changed };
    run(this.#commitment, this.#steps.length);
    return { refusedBy: this.#violated(changed, values, true), values, changed };
  }

  /** A constraint that is violated and has no other wire in it that could follow from the changes. */
  #beyondRepair(changes: ReadonlyMap<number, bigint>, values: readonly bigint[]): number | undefined {
    const place = (wire: number): number => this.#position.get(wire) ?? -1;
    const first = Math.min(...[...changes.keys()].map(place));
    const stays = (wire: number): boolean => changes.has(wire) || place(wire) <= first;
    for (const wire of changes.keys()) {
      for (const position of this.#constraintsOf.get(wire) ?? []) {
        const constraint = this.#circuit.constraints[position];
        if (constraint === undefined || !wiresOf(constraint).every(stays)) continue;
        if (violation(constraint, values) !== 0n) return position;
      }
    }
    return undefined;
  }

  /** A constraint that is violated; those of the commitment, which is computed last, only if asked for. */
  #violated(changed: ReadonlySet<number>, values: readonly bigint[], all = false): number | undefined {
    const late = new Set(all ? [] : this.#steps.slice(this.#commitment).map(({ constraint }) => constraint));
    const seen = new Set<number>();
    for (const wire of changed) {
      for (const position of this.#constraintsOf.get(wire) ?? []) {
        const constraint = this.#circuit.constraints[position];
        if (constraint === undefined || seen.has(position) || late.has(constraint)) continue;
        seen.add(position);
        if (violation(constraint, values) !== 0n) return position;
      }
    }
    return undefined;
  }
}

function follow({ kind, constraint, wires }: Step, values: bigint[]): [number, bigint][] {
  const [wire = 0] = wires;
  if (kind === "split") {
    const factor = gradient(constraint, values).get(wire) ?? 0n;
    const rest = without(constraint, wires, values);
    const number = toField(-rest * invert(factor, fieldOrder));
    return wires.map((bit, position) => [bit, (number >> BigInt(position)) & 1n]);
  }
  if (kind === "invert") {
    const { a, b } = constraint;
    const value = evaluate(a.some(([other]) => other === wire) ? b : a, values);
    const scale = (a.find(([other]) => other === wire) ?? b.find(([other]) => other === wire) ?? [0, 1n])[1];
    return [[wire, value === 0n ? 0n : invert(toField(value * scale), fieldOrder)]];
  }
  const factor = gradient(constraint, values).get(wire) ?? 0n;
  if (factor === 0n) return [];
  return [[wire, toField(-without(constraint, wires, values) * invert(factor, fieldOrder))]];
}

/** `a · b - c` with wires at zero. */
function without(constraint: Constraint, wires: readonly number[], values: readonly bigint[]): bigint {
  const kept = (terms: LinearCombination): LinearCombination =>
    terms.filter(([wire]) => !wires.includes(wire));
  const { a, b, c } = constraint;
  return violation({ a: kept(a), b: kept(b), c: kept(c) }, values);
}

function violation({ a, b, c }: Constraint, values: readonly bigint[]): bigint {
  return toField(evaluate(a, values) * evaluate(b, values) - evaluate(c, values));
}

/** Every wire that is computed, in an order in which it can be. */
function orderedSteps(circuit: KernelCircuit): Step[] {
  const { constraints } = circuit;
  const groups = circuit.bitGroups();
  /** Bits of one number stand for each other here: they are known together. */
  const groupOf = new Map(groups.flatMap((bits) => bits.map((bit) => [bit, bits] as const)));
  const node = (wire: number): number => groupOf.get(wire)?.[0] ?? wire;
  const inverses = circuit.matching(/\.(IsEqual\.isz|IsZero)\.inv$/);

  const quotients = circuit.matching(/\.((claimTerm|rowTerm)\[\d+\]|assetInverse)$/);
  /** Slopes and coordinates, which are quotients or sums. */
  const points = circuit.matching(/VerifySignature/);

  type Rule = {
    readonly constraint: Constraint;
    readonly nodes: readonly number[];
    readonly kind: Step["kind"];
  };
  const rules: Rule[] = [];
  for (const constraint of constraints) {
    const { a, b, c } = constraint;
    const wires = wiresOf(constraint);
    const inverse = wires.find((wire) => inverses.has(wire));
    const factor = [a, b].find((side) => !side.some(([wire]) => wire === inverse)) ?? [];
    if (inverse !== undefined) {
      const nodes = [inverse, ...factor.map(([wire]) => node(wire)).filter((wire) => wire !== 0)];
      rules.push({ constraint, nodes, kind: "invert" });
    }
    // No product that is zero computes anything: flags, bits, and what holds only where something is enabled.
    if (c.length === 0 && a.length > 0) continue;
    const bits = new Set(wires.map((wire) => groupOf.get(wire)).filter((group) => group !== undefined));
    const split = [...bits].some((group) => group.length > 1 && group.every((bit) => wires.includes(bit)));
    rules.push({ constraint, nodes: wires.map(node), kind: split ? "split" : "solve" });
  }

  const computes = (position: number, wire: number): boolean => {
    const rule = rules[position];
    if (rule === undefined) return false;
    if (rule.kind === "split") return groupOf.has(wire);
    if (rule.kind === "invert") return inverses.has(wire);
    if (groupOf.has(wire) || inverses.has(wire)) return false;
    const { a, b } = rule.constraint;
    const divides = [...a, ...b].some(([factor]) => factor === wire);
    return divides ? quotients.has(wire) || points.has(wire) : !quotients.has(wire);
  };
  const follows = new Set(["c", "y", "newRoot"].map((name) => circuit.wire(name)));
  const given = new Set(circuit.inputs.filter((wire) => !follows.has(wire)));
  const rows = rules.map(({ nodes }) => new Map(nodes.map((wire) => [wire, 1n] as const)));
  const moving = circuit.wires.filter((wire) => !given.has(wire) && node(wire) === wire);
  return new Propagation(rows, moving, computes).pins.flatMap(({ row, wire }) => {
    const rule = rules[row];
    return rule === undefined ? [] : [{ ...rule, wires: groupOf.get(wire) ?? [wire] }];
  });
}

function wiresOf({ a, b, c }: Constraint): number[] {
  return [...new Set([...a, ...b, ...c].map(([wire]) => wire))].filter((wire) => wire !== 0);
}

function push(lists: Map<number, number[]>, key: number, value: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
