// The batch circuit of the shape `tiny` as linear algebra sees it: constraints, wires by name, and the hashes among them.

import { fileURLToPath } from "node:url";
import { calculateWitness } from "../../../plugin/circuits/calculate-witness.ts";
import { type CompiledCircuit, compileCircuit } from "../../../plugin/circuits/compile.ts";
import { type Constraint, R1cs, type R1csHeader } from "../../../plugin/circuits/r1cs.ts";
import { mainComponent } from "../../../plugin/circuits/shapes.ts";
import { circuitsFolder } from "./attack.ts";
import { circuitInput } from "./commitment.ts";
import type { Forgery } from "./forgery.ts";
import { shape } from "./scenarios.ts";
import { interfaceWires, wireNames } from "./wires.ts";

const outputFolder = fileURLToPath(new URL("../../../cache/rollup/test-circuits", import.meta.url));

/** One Poseidon hash. */
export type Hash = {
  readonly name: string;
  /** The wires of its inputs, each with a constant added. */
  readonly inputs: readonly number[];
  /** The wires of which the output is a linear combination; nothing else is made of them. */
  readonly last: readonly number[];
};

export class KernelCircuit {
  readonly circuit: CompiledCircuit;
  readonly header: R1csHeader;
  readonly constraints: readonly Constraint[];
  /** Wires of the inputs of the main component, which has no outputs. */
  readonly inputs: readonly number[];
  /** Wire of each signal that has one; circom writes one name a wire. */
  readonly #wires: ReadonlyMap<string, number>;
  readonly #names: ReadonlyMap<number, string>;

  private constructor(
    circuit: CompiledCircuit,
    r1cs: R1cs,
    wires: ReadonlyMap<string, number>,
    inputs: readonly number[],
  ) {
    this.circuit = circuit;
    this.inputs = inputs;
    this.header = r1cs.header;
    this.constraints = [...r1cs.constraints()];
    this.#wires = wires;
    this.#names = new Map([...wires].map(([name, wire]) => [wire, readable(name)]));
  }

  /**
   * The compiled circuit.
   *
   * @param optimization - `O2` is what is proven: linear constraints are substituted into the others. `O1` keeps them,
   * and with them nearly all signals and the order in which they are computed. The solutions are the same.
   */
  static async compile(optimization: "O1" | "O2"): Promise<KernelCircuit> {
    const circuit = await compileCircuit({
      source: mainComponent(shape),
      name: optimization === "O1" ? "tiny-symbols" : "tiny-symbols-o2",
      includePaths: [circuitsFolder],
      outputFolder,
      optimization,
      symbols: true,
    });
    const r1cs = await R1cs.read(circuit.r1csPath);
    const inputs = await interfaceWires(circuit, r1cs.header);
    return new KernelCircuit(circuit, r1cs, await wireNames(circuit), inputs);
  }

  async witness(forgery: Forgery): Promise<readonly bigint[]> {
    return (await calculateWitness(this.circuit.wasmPath, circuitInput(forgery))).values;
  }

  /** All wires but the constant one. */
  get wires(): number[] {
    return Array.from({ length: this.header.wires - 1 }, (_, position) => 1 + position);
  }

  /** Wires whose names match; names are without `main.` and the numbers of anonymous components. */
  matching(pattern: RegExp): Set<number> {
    return new Set([...this.#names].filter(([, name]) => pattern.test(name)).map(([wire]) => wire));
  }

  /** The wire of a signal. */
  wire(name: string): number {
    const wire = this.#wires.get(`main.${name}`);
    if (wire === undefined) throw new Error(`No wire has the name ${name}.`);
    return wire;
  }

  /** Of another compilation's wires those that this one has too, as they are numbered here. */
  shared(other: KernelCircuit, wires: Iterable<number>): Set<number> {
    const wanted = new Set(wires);
    const names = [...other.#wires].filter(([, wire]) => wanted.has(wire)).map(([name]) => name);
    return new Set(names.map((name) => this.#wires.get(name)).filter((wire) => wire !== undefined));
  }

  nameOf(wire: number): string {
    return this.#names.get(wire) ?? `wire ${wire}`;
  }

  /** The bits of each number that is taken apart, least significant first. */
  bitGroups(): number[][] {
    const groups = new Map<string, number[]>();
    for (const [name, wire] of this.#wires) {
      const [, number] = /^(.*\.(?:Num2Bits_\d+_\d+\.out|[sh]Bit))\[\d+\]$/.exec(name) ?? [];
      if (number === undefined) continue;
      const bits = groups.get(number);
      if (bits === undefined) groups.set(number, [wire]);
      else bits.push(wire);
    }
    return [...groups.values()];
  }

  /** Poseidon hashes whose names match. */
  hashes(pattern: RegExp): Hash[] {
    const found = new Map<string, { inputs: number[]; last: number[] }>();
    for (const [name, wire] of this.#wires) {
      const [, hash, part] = /^(.*)\.pEx\.(ark\[0\]\.out|mixLast\[0\]\.in)\[\d+\]$/.exec(name) ?? [];
      if (hash === undefined || !pattern.test(readable(hash))) continue;
      const wires = found.get(hash) ?? { inputs: [], last: [] };
      (part === "ark[0].out" ? wires.inputs : wires.last).push(wire);
      found.set(hash, wires);
    }
    return [...found].map(([name, wires]) => ({ name: readable(name), ...wires }));
  }
}

/** A name as the sources have it: circom numbers anonymous components. */
function readable(name: string): string {
  return name.replace(/^main\./, "").replaceAll(/(?<=[A-Za-z])_\d+_\d+/g, "");
}
