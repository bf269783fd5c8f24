// Where a constraint holds a wire and its derivative does not show it: bit² = 0 has the one root 0, a double one, so to
// first order the bit may go anywhere. That comes up
//
//   in BitsUpTo, bit · (1 - equal - bit) = 0, where the bound has a 0 and all bits above are the bound's: of a signature
//   whose S begins like the subgroup order, or whose hash begins like p, each for one in 125 as both begin with 1100000
//   in transactions that are not used, withdraw · (withdraw - used) = 0
//
// and it is decided from the constraints alone. Say that some wires are constant along every curve of solutions through
// a witness (the inputs that are held, to begin with). A constraint in which one other wire w is left is then a
// polynomial in w, of degree at most 2. If it is not the zero polynomial, it has at most two roots, so w is constant
// too: a curve does not jump. And so on. So of such a wire dw = 0 may be added to the Jacobian, and nothing that a prover
// can do is lost: what is left out is the tangent of no curve.
//
// BitsUpTo in particular holds all of its bits by itself: the highest one by bit · (bit - 1), `equal` then by a product
// of constants, the next bit by either of its two constraints, and so on to the lowest. See signature.circom.

import type { Constraint, LinearCombination } from "../../../plugin/circuits/r1cs.ts";
import { toField } from "../../../plugin/protocol/field.ts";
import { gradient } from "./jacobian.ts";
import type { SparseVector } from "./kernel.ts";
import { Propagation } from "./kernel-propagation.ts";

/**
 * Rows for the Jacobian, each of which says that a wire does not move: one for each double root.
 *
 * @param held - Wires that do not move to begin with.
 */
export function doubleRoots(
  constraints: readonly Constraint[],
  witness: readonly bigint[],
  held: ReadonlySet<number>,
): SparseVector[] {
  const rows = constraints.map(
    ({ a, b, c }) => new Map([a, b, c].flat().flatMap(([wire]) => (wire === 0 ? [] : [[wire, 1n] as const]))),
  );
  const moving = [...new Set(rows.flatMap((row) => [...row.keys()]))].filter((wire) => !held.has(wire));
  const slope = (row: number, wire: number): bigint =>
    gradient(constraints[row] as Constraint, witness).get(wire) ?? 0n;
  const { pins } = new Propagation(rows, moving, (row, wire) => {
    const { a, b } = constraints[row] as Constraint;
    return slope(row, wire) !== 0n || toField(factor(a, wire) * factor(b, wire)) !== 0n;
  });
  return pins.filter(({ row, wire }) => slope(row, wire) === 0n).map(({ wire }) => new Map([[wire, 1n]]));
}

function factor(terms: LinearCombination, wire: number): bigint {
  return terms.reduce((sum, [candidate, by]) => (candidate === wire ? sum + by : sum), 0n);
}
