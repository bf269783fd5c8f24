// What a hash binds, linear algebra does not see: an output is one equation over several inputs, and almost every
// direction satisfies it with a partner. Finding two inputs of one output that way is finding a collision. So: where an
// output cannot move, its inputs are held.

import { kernelOf, type SparseVector } from "./kernel.ts";
import type { Hash, KernelCircuit } from "./kernel-circuit.ts";
import { Propagation } from "./kernel-propagation.ts";

/** Wires of which elimination is worth its time before hashes are bound: not the insides of hashes and signatures. */
const inside = /Poseidon|VerifySignature|sponge/;

/**
 * Holds the inputs of hashes whose outputs cannot move, and what follows from that, over and over.
 *
 * @param rows - A Jacobian.
 * @param moving - Wires that may move.
 * @returns a set of wires outside of which none can move
 */
export function withBoundInputs(
  circuit: KernelCircuit,
  rows: readonly SparseVector[],
  moving: Iterable<number>,
  hashes: readonly Hash[],
): ReadonlySet<number> {
  const propagation = new Propagation(rows, moving);
  const outputs = outputsOf(rows, hashes);
  const left = new Set(hashes);
  const hidden = circuit.matching(inside);
  const open = rows.filter((row) => ![...row.keys()].some((wire) => hidden.has(wire)));
  for (let before = Number.POSITIVE_INFINITY; before > propagation.moving.size; ) {
    before = propagation.moving.size;
    for (const hash of left) {
      const moves = (wire: number): boolean => propagation.moving.has(wire);
      // A row in which nothing else can move says that the output cannot.
      const said = outputs
        .get(hash)
        ?.some((row) => [...row.keys()].every((wire) => !moves(wire) || hash.last.includes(wire)));
      if (!said && hash.last.some(moves)) continue;
      left.delete(hash);
      propagation.hold(hash.inputs);
    }
    if (before === propagation.moving.size) {
      // What no single row says, several may say together.
      const moved = kernelOf(open, propagation.moving).support();
      propagation.hold([...propagation.moving].filter((wire) => !moved.has(wire)));
    }
  }
  return propagation.moving;
}

/** The rows that have a hash's output in them, as the linear combination that it is. */
function outputsOf(rows: readonly SparseVector[], hashes: readonly Hash[]): Map<Hash, SparseVector[]> {
  const hashOf = new Map(hashes.flatMap((hash) => hash.last.map((wire) => [wire, hash] as const)));
  const outputs = new Map<Hash, SparseVector[]>(hashes.map((hash) => [hash, []]));
  for (const row of rows) {
    const named = [...row.keys()].map((wire) => hashOf.get(wire)).filter((hash) => hash !== undefined);
    for (const hash of new Set(named)) {
      // The S-boxes that make the last wires have one of them each; the output has all.
      if (hash.last.every((wire) => row.has(wire))) outputs.get(hash)?.push(row);
    }
  }
  return outputs;
}
