// The circuit's linear algebra for a prover who does not know the challenge yet: he chose the trace, `c` fixed it, and
// only then `r` came. A direction of the trace is his only if it keeps every check under `r`, whatever `r` is. So the
// checks are taken at many challenges at once, each of which may have what is computed from it (inverses, products,
// `y`) move as it likes, while the trace moves in one way.

import { invert } from "@noble/curves/abstract/modular.js";
import type { Constraint } from "../../../plugin/circuits/r1cs.ts";
import { fieldOrder, toField } from "../../../plugin/protocol/field.ts";
import { evaluate, gradient, jacobian } from "./jacobian.ts";
import type { SparseVector } from "./kernel.ts";
import type { KernelCircuit } from "./kernel-circuit.ts";
import { type Pin, Propagation } from "./kernel-propagation.ts";

/** Which wires and constraints depend on the challenge. */
type Split = {
  readonly trace: readonly Constraint[];
  readonly checks: readonly Constraint[];
  readonly challengeWires: ReadonlySet<number>;
  /** Which of the checks computes which of the wires, in order. */
  readonly pins: readonly Pin[];
};

export class ChallengedCircuit {
  readonly #circuit: KernelCircuit;
  readonly #split: Split;

  constructor(circuit: KernelCircuit) {
    this.#circuit = circuit;
    this.#split = split(circuit);
  }

  /** Wires that do not depend on the challenge: the prover's own. */
  get traceWires(): number[] {
    return this.#circuit.wires.filter((wire) => !this.#split.challengeWires.has(wire));
  }

  /** Constraints that do not depend on the challenge. */
  get trace(): readonly Constraint[] {
    return this.#split.trace;
  }

  /**
   * The Jacobian over the trace: of its own constraints, and of the checks at each challenge.
   *
   * @param witness - Valid, under any challenge.
   * @param relaxed - Constraints to leave out.
   */
  jacobian(
    witness: readonly bigint[],
    challenges: readonly bigint[],
    relaxed: (constraint: Constraint) => boolean,
  ): SparseVector[] {
    const trace = this.#split.trace.filter((constraint) => !relaxed(constraint));
    const checks = challenges.flatMap((challenge) => this.#checksOver(this.#under(challenge, witness)));
    return [...jacobian(trace, witness), ...checks];
  }

  /** The same trace under another challenge. */
  #under(challenge: bigint, witness: readonly bigint[]): bigint[] {
    const { checks, pins, challengeWires } = this.#split;
    const values = [...witness];
    for (const wire of challengeWires) values[wire] = 0n;
    for (const wire of this.#circuit.matching(/^r$/)) values[wire] = challenge;
    for (const { row, wire } of pins) {
      const constraint = checks[row];
      if (constraint === undefined) continue;
      const left = violation(constraint, values);
      const factor = gradient(constraint, values).get(wire) ?? 0n;
      values[wire] = toField(-left * invert(factor, fieldOrder));
    }
    if (checks.some((constraint) => violation(constraint, values) !== 0n)) {
      throw new Error("The checks hold under one challenge and not under another.");
    }
    return values;
  }

  /** The checks' gradients, with wires that depend on the challenge replaced by what they are computed from. */
  #checksOver(witness: readonly bigint[]): SparseVector[] {
    const { checks, pins } = this.#split;
    const gradients = checks.map((constraint) => gradient(constraint, witness));
    const computed = new Map<number, SparseVector>();
    const substitute = (row: SparseVector, except?: number): Map<number, bigint> => {
      const sums = new Map<number, bigint>();
      const add = (wire: number, by: bigint): void => {
        sums.set(wire, toField((sums.get(wire) ?? 0n) + by));
      };
      for (const [wire, factor] of row) {
        if (wire === except) continue;
        const parts = computed.get(wire);
        if (parts === undefined) add(wire, factor);
        else for (const [part, by] of parts) add(part, factor * by);
      }
      return new Map([...sums].filter(([, sum]) => sum !== 0n));
    };
    for (const { row, wire } of pins) {
      const given = gradients[row] ?? new Map<number, bigint>();
      const factor = given.get(wire);
      if (factor === undefined) throw new Error(`${this.#circuit.nameOf(wire)} is not pinned.`);
      const inverse = invert(toField(-factor), fieldOrder);
      const sums = substitute(given, wire);
      computed.set(wire, new Map([...sums].map(([part, sum]) => [part, toField(sum * inverse)])));
    }
    const spent = new Set(pins.map(({ row }) => row));
    return gradients.filter((_, row) => !spent.has(row)).map((row) => substitute(row));
  }
}

/** `a · b - c`. */
function violation({ a, b, c }: Constraint, values: readonly bigint[]): bigint {
  return toField(evaluate(a, values) * evaluate(b, values) - evaluate(c, values));
}

function split(circuit: KernelCircuit): Split {
  const { constraints } = circuit;
  // As wires stand in constraints, whatever the witness.
  const rows = constraints.map(
    ({ a, b, c }) => new Map([a, b, c].flat().flatMap(([wire]) => (wire === 0 ? [] : [[wire, 1n] as const]))),
  );
  // `y` is an input, but it is the chain that computes it, from the data and `r`.
  const challenge = circuit.matching(/^r$/);
  const late = circuit.matching(/^[ry]$/);
  const given = new Set(circuit.inputs.filter((wire) => !late.has(wire)));
  const challengeWires = new Propagation(
    rows,
    circuit.wires.filter((wire) => !given.has(wire)),
  ).moving;
  const isCheck = rows.map((row) => [...row.keys()].some((wire) => challengeWires.has(wire)));
  const checks = [...isCheck.keys()].filter((row) => isCheck[row]);

  // A constraint computes a wire if the wire's factor cannot be 0: it stands in no product, or is an inverse.
  const inverses = circuit.matching(/\.(claimTerm|rowTerm)\[\d+\]$/);
  const computes = (at: number, wire: number): boolean => {
    const { a = [], b = [] } = constraints[checks[at] ?? -1] ?? {};
    return inverses.has(wire) || ![...a, ...b].some(([factor]) => factor === wire);
  };
  const { pins } = new Propagation(
    checks.map((row) => rows[row] ?? new Map()),
    [...challengeWires].filter((wire) => !challenge.has(wire)),
    computes,
  );
  return {
    trace: constraints.filter((_, row) => !isCheck[row]),
    checks: constraints.filter((_, row) => isCheck[row]),
    challengeWires,
    pins,
  };
}
