// The parts of a packed sum: single wires, or flags of which something is known together.

import type { LinearCombination } from "../../../plugin/circuits/r1cs.ts";
import { magnitude } from "./equations.ts";

export type Flags = {
  readonly bits: ReadonlySet<number>;
  /** Groups of which at most one is set. */
  readonly exclusive: readonly ReadonlySet<number>[];
  /** Flags that a flag is set behind only: all of them are set too. */
  readonly behind: ReadonlyMap<number, ReadonlySet<number>>;
};

export type Part = {
  readonly wires: readonly number[];
  /** Its values are multiples of this ... */
  readonly step: bigint;
  /** ... and differ by this at most. */
  readonly reach: bigint;
  /** Whether a value is of one choice of the wires. */
  readonly isInjective: boolean;
};

/** The parts by their steps, the lowest first. */
export function partsOf(terms: LinearCombination, flags: Flags, span: (wire: number) => bigint): Part[] {
  const left = new Map(terms);
  const parts: Part[] = [];
  const take = (wires: readonly number[]): bigint[] => {
    const factors = wires.map((wire) => magnitude(left.get(wire) ?? 0n));
    for (const wire of wires) left.delete(wire);
    return factors;
  };
  // Where factors are not powers of one another, such as 1, 2 and 3 of one kind among three.
  for (const group of flags.exclusive) {
    const wires = [...group].filter((wire) => left.has(wire));
    const low = wires.every((wire) => magnitude(left.get(wire) ?? 0n) < 2n ** 8n);
    if (wires.length < 2 || !low) continue;
    const factors = take(wires);
    const isInjective = new Set(factors).size === factors.length;
    parts.push({ wires, step: 1n, reach: factors.reduce((sum, factor) => sum + factor), isInjective });
  }
  for (const shared of new Set(left.values())) {
    const wires = [...left].filter(([, factor]) => factor === shared).map(([wire]) => wire);
    if (wires.length === 1) continue;
    const step = magnitude(shared);
    const reach = wires.reduce((sum, wire) => sum + step * span(wire), 0n);
    take(wires);
    parts.push({ wires, step, reach, isInjective: isStaircase(wires, flags) });
  }
  for (const [wire, factor] of left) {
    const step = magnitude(factor);
    parts.push({ wires: [wire], step, reach: step * span(wire), isInjective: true });
  }
  return parts.sort((one, other) => (one.step < other.step ? -1 : 1));
}

/** Whether flags are set from a first one on, each only behind another one: their number says which. */
function isStaircase(wires: readonly number[], { bits, behind }: Flags): boolean {
  const followers = wires.filter((wire) => wires.some((other) => behind.get(wire)?.has(other)));
  const leaders = wires.filter((wire) => wires.some((other) => behind.get(other)?.has(wire)));
  const isChain = followers.length === wires.length - 1 && new Set(leaders).size === wires.length - 1;
  return isChain && wires.every((wire) => bits.has(wire));
}
