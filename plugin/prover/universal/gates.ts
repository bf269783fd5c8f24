import type { LinearCombination, R1cs } from "../../circuits/r1cs.ts";

/**
 * The gates that snarkjs makes of a circuit for PLONK and FFLONK (snarkjs/src/plonk_setup.js): one a public signal, one
 * a constraint, and one for each addition that brings a linear combination down to what a gate holds.
 */
export function countGates(r1cs: R1cs): number {
  const { publicOutputs, publicInputs } = r1cs.header;
  let gates = publicOutputs + publicInputs;
  for (const { a, b, c } of r1cs.constraints()) {
    const [left, right] = [variables(a), variables(b)];
    if (left.size > 0 && right.size > 0) {
      gates += 1 + additions(left, 1) + additions(right, 1) + additions(variables(c), 1);
    } else {
      // One factor is a constant. Where it is 0 only `c` remains.
      const isZero = (left.size === 0 && a.length === 0) || (right.size === 0 && b.length === 0);
      const sum = isZero ? [] : [...left, ...right];
      gates += 1 + additions(new Set([...sum, ...variables(c)]), 3);
    }
  }
  return gates;
}

/** log2 of the domain that holds so many gates: FFLONK takes two more for the blinding. */
export function domainPower(system: "plonk" | "fflonk", gates: number): number {
  const needed = system === "plonk" ? gates : gates + 2;
  return Math.max(3, Math.ceil(Math.log2(needed)));
}

function variables(combination: LinearCombination): Set<number> {
  return new Set(combination.filter(([wire, factor]) => wire !== 0 && factor !== 0n).map(([wire]) => wire));
}

function additions(wires: ReadonlySet<number>, room: number): number {
  return Math.max(0, wires.size - room);
}
