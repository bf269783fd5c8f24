// Wires of a compiled circuit by name, and which of them the constraints pin.

import { readFile } from "node:fs/promises";
import type { CompiledCircuit } from "../../../plugin/circuits/compile.ts";
import { type LinearCombination, R1cs, type R1csHeader } from "../../../plugin/circuits/r1cs.ts";
import { toField } from "../../../plugin/protocol/field.ts";

/** Names of wires, of a circuit compiled with symbols; a wire may have several. */
export async function wireNames(circuit: CompiledCircuit): Promise<Map<string, number>> {
  if (circuit.symPath === undefined) throw new Error("The circuit was compiled without symbols.");
  const names = new Map<string, number>();
  for (const line of (await readFile(circuit.symPath, "utf8")).split("\n")) {
    const [, wire, , name] = line.split(",");
    if (name !== undefined && Number(wire) >= 0) names.set(name, Number(wire));
  }
  return names;
}

/**
 * The wires of the main component's inputs and outputs, whose signals have the first labels. They are fewer than the
 * header counts where the compiler puts one signal in the place of an equal one.
 */
export async function interfaceWires(circuit: CompiledCircuit, header: R1csHeader): Promise<number[]> {
  if (circuit.symPath === undefined) throw new Error("The circuit was compiled without symbols.");
  const signals = header.publicOutputs + header.publicInputs + header.privateInputs;
  const wires = new Set<number>();
  for (const line of (await readFile(circuit.symPath, "utf8")).split("\n")) {
    const [label, wire, , name] = line.split(",");
    if (name !== undefined && Number(label) <= signals && Number(wire) > 0) wires.add(Number(wire));
  }
  return [...wires].sort((a, b) => a - b);
}

/**
 * The wires that could be changed a little around a witness, the inputs being fixed.
 *
 * A constraint is linear in a small change of the witness. Where all wires of one but one are known not to change, the
 * last cannot either, if its factor there is not 0. What this never reaches may be free, and a hint that is not
 * pinned is among it.
 */
export async function freeWires(circuit: CompiledCircuit, witness: readonly bigint[]): Promise<number[]> {
  const r1cs = await R1cs.read(circuit.r1csPath);
  const { wires, publicOutputs } = r1cs.header;
  const pinned = new Uint8Array(wires);
  pinned[0] = 1;
  for (const wire of await interfaceWires(circuit, r1cs.header)) if (wire > publicOutputs) pinned[wire] = 1;

  const unknown = [...r1cs.constraints()].map((constraint) =>
    changesOf(constraint, witness).filter((wire) => pinned[wire] === 0),
  );
  const constraintsOf = new Map<number, number[]>();
  for (const [position, list] of unknown.entries()) {
    for (const wire of list) {
      const known = constraintsOf.get(wire);
      if (known === undefined) constraintsOf.set(wire, [position]);
      else known.push(position);
    }
  }
  const left = unknown.map((list) => list.length);
  const ready = [...left.keys()].filter((position) => left[position] === 1);
  for (let position = ready.pop(); position !== undefined; position = ready.pop()) {
    const wire = unknown[position]?.find((candidate) => pinned[candidate] === 0);
    if (wire === undefined) continue;
    pinned[wire] = 1;
    for (const other of constraintsOf.get(wire) ?? []) {
      const rest = (left[other] ?? 0) - 1;
      left[other] = rest;
      if (rest === 1) ready.push(other);
    }
  }
  return [...pinned.keys()].filter((wire) => pinned[wire] === 0);
}

/** The wires whose small change changes `a · b - c`. */
function changesOf(
  { a, b, c }: { a: LinearCombination; b: LinearCombination; c: LinearCombination },
  witness: readonly bigint[],
): number[] {
  const value = (terms: LinearCombination): bigint =>
    toField(terms.reduce((sum, [wire, factor]) => sum + factor * (witness[wire] ?? 0n), 0n));
  const factors = new Map<number, bigint>();
  const add = (terms: LinearCombination, by: bigint): void => {
    for (const [wire, factor] of terms) factors.set(wire, (factors.get(wire) ?? 0n) + factor * by);
  };
  const [left, right] = [value(a), value(b)];
  add(a, right);
  add(b, left);
  add(c, -1n);
  return [...factors].filter(([, factor]) => toField(factor) !== 0n).map(([wire]) => wire);
}
