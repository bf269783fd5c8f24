// What a prover has bound once c is fixed, read off the constraints alone, without any witness; and whether anything
// else enters a check under r.
//
// Bound is c, and so is what these rules lead to. They hold for every witness, because they look at no values:
//
//   hash      the inputs of a Poseidon whose output is bound (another preimage is a collision)
//   function  the one wire left in a linear constraint, or left alone on the side of a product of bound wires
//   packing   the wires of a linear constraint, where bounds leave one choice of them for its value
//   zero      whether a bound wire is zero (circomlib's IsZero)

import type { LinearCombination } from "../../../plugin/circuits/r1cs.ts";
import { BoundedWires } from "./bounded-wires.ts";
import { type Equation, type NamedCircuit, withoutAliases } from "./equations.ts";

export type Checks = {
  /** All wires that are not bound and hang together with r, by one name each. */
  readonly wires: readonly string[];
  /** Those that nothing computes from r and what is bound: they would be the prover's to choose. */
  readonly free: readonly string[];
  /** Those that are computed as a quotient. */
  readonly inverses: readonly string[];
  /** How many constraints are left that compute nothing. */
  readonly checks: number;
};

export class Absorption {
  readonly #names: ReadonlyMap<string, number>;
  readonly #nameOf = new Map<number, string>();
  readonly #equations: readonly Equation[];
  readonly #equationsOf = new Map<number, number[]>();
  readonly #followers: ReadonlyMap<number, readonly number[]>;
  readonly #wires: BoundedWires;
  readonly #queue: number[] = [];

  /** @param start - Names of what is bound to begin with, such as c. */
  constructor(circuit: NamedCircuit, start: readonly string[]) {
    const { equations, names } = withoutAliases(circuit);
    this.#names = names;
    for (const [name, wire] of names) if (!this.#nameOf.has(wire)) this.#nameOf.set(wire, name);
    this.#equations = equations;
    for (const [position, { wires }] of equations.entries()) {
      for (const wire of wires) push(this.#equationsOf, wire, position);
      this.#queue.push(position);
    }
    this.#followers = gadgets(names);
    this.#wires = new BoundedWires(equations, (wire) => this.#changed(wire));
    for (const name of start) this.#wires.bind(this.#wire(name));
    for (let position = this.#queue.pop(); position !== undefined; position = this.#queue.pop()) {
      const equation = this.#equations[position];
      if (equation !== undefined) this.#wires.learn(equation);
    }
  }

  isBound(name: string): boolean {
    return this.#wires.isBound(this.#wire(name));
  }

  /** The constraints that hang together with a wire by wires that are not bound, and what they make of it. */
  checksUnder(name: string): Checks {
    const r = this.#wire(name);
    const wires = new Set([r]);
    const left = new Set<number>();
    for (const wire of wires) {
      for (const position of this.#equationsOf.get(wire) ?? []) {
        left.add(position);
        for (const other of this.#equations[position]?.wires ?? []) {
          if (!this.#wires.isBound(other)) wires.add(other);
        }
      }
    }
    const free = new Set(wires);
    free.delete(r);
    const inverses: number[] = [];
    // Wire after wire, each by one constraint, quotients where nothing else is left. What computes none is a check.
    const queue = [...left];
    const quotients: number[] = [];
    for (;;) {
      const isLast = queue.length === 0;
      const position = isLast ? quotients.pop() : queue.pop();
      if (position === undefined) break;
      const equation = this.#equations[position];
      const [wire, another] = (equation?.wires ?? []).filter((candidate) => free.has(candidate));
      if (equation === undefined || wire === undefined || another !== undefined) continue;
      const way = computes(equation, wire);
      if (way === undefined) continue;
      if (way === "quotient" && !isLast) {
        quotients.push(position);
        continue;
      }
      if (way === "quotient") inverses.push(wire);
      free.delete(wire);
      left.delete(position);
      for (const next of this.#equationsOf.get(wire) ?? []) if (left.has(next)) queue.push(next);
    }
    const named = (list: Iterable<number>): string[] => [...list].map((wire) => this.#nameOf.get(wire) ?? "");
    return { wires: named(wires), free: named(free), inverses: named(inverses), checks: left.size };
  }

  #changed(wire: number): void {
    for (const position of this.#equationsOf.get(wire) ?? []) this.#queue.push(position);
    if (!this.#wires.isBound(wire)) return;
    for (const next of this.#followers.get(wire) ?? []) this.#wires.bind(next);
  }

  #wire(name: string): number {
    const wire = this.#names.get(name);
    if (wire === undefined) throw new Error(`There is no signal ${name}.`);
    return wire;
  }
}

/** How an equation says what a wire is, all others in it being known. */
function computes({ product }: Equation, wire: number): "function" | "quotient" | undefined {
  if (product === undefined) return "function";
  const stands = (side: LinearCombination): boolean => side.some(([other]) => other === wire);
  const factors = [product.a, product.b].filter(stands).length;
  if (factors === 0) return "function";
  return factors === 1 && !stands(product.c) ? "quotient" : undefined;
}

/** Where one wire is bound, which others are: by hashes, and by tests for zero. */
function gadgets(names: ReadonlyMap<string, number>): Map<number, number[]> {
  const followers = new Map<number, number[]>();
  for (const [name, wire] of names) {
    const hash = /^(.*)\.pEx\.out\[0\]$/.exec(name)?.[1];
    for (let input = 0; hash !== undefined; input++) {
      const next = names.get(`${hash}.inputs[${input}]`);
      if (next === undefined) break;
      push(followers, wire, next);
    }
    const test = /^(.*)\.inv$/.exec(name)?.[1];
    const [given, out] = ["in", "out"].map((port) => names.get(`${test}.${port}`));
    if (given !== undefined && out !== undefined) push(followers, given, out);
  }
  return followers;
}

function push(map: Map<number, number[]>, key: number, value: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
