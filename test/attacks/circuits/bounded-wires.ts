// Bounds of wires, from the constraints alone: which are bits, which are integers up to a limit, and by how much two
// values can differ that a wire may have (its span; 0 if it is bound).

import type { LinearCombination } from "../../../plugin/circuits/r1cs.ts";
import { fieldOrder } from "../../../plugin/protocol/field.ts";
import { type Equation, isNegative, magnitude } from "./equations.ts";
import { type Flags, partsOf } from "./packing.ts";

export class BoundedWires {
  readonly #spans = new Map([[0, 0n]]);
  readonly #limits = new Map([[0, 1n]]);
  readonly #changed: (wire: number) => void;
  readonly #flags: Flags;

  /** @param changed - Called with each wire of which more is known than before. */
  constructor(equations: readonly Equation[], changed: (wire: number) => void) {
    this.#changed = changed;
    this.#flags = flagsOf(equations);
    for (const wire of this.#flags.bits) {
      this.#limits.set(wire, 1n);
      this.#spans.set(wire, 1n);
    }
  }

  isBound(wire: number): boolean {
    return this.#spans.get(wire) === 0n;
  }

  bind(wire: number): void {
    this.#narrow(wire, 0n);
  }

  /** Draws what follows from one equation and what is known of its wires. */
  learn({ terms, product }: Equation): void {
    if (product === undefined) {
      this.#learnLimit(terms);
      this.#learnSpans(terms);
      return;
    }
    const { a, b, c } = product;
    const open = c.filter(([wire]) => !this.isBound(wire));
    const [only] = open;
    if (only !== undefined && open.length === 1 && [...a, ...b].every(([wire]) => this.isBound(wire))) {
      this.bind(only[0]);
    }
    const [value] = c;
    const [left, right] = [this.#limitOf(a), this.#limitOf(b)];
    if (value === undefined || c.length > 1 || left === undefined || right === undefined) return;
    const signs = [a, b, c].filter(([term]) => term !== undefined && isNegative(term[1]));
    if (magnitude(value[1]) === 1n && signs.length % 2 === 0) this.#limit(value[0], left * right);
  }

  #learnSpans(terms: LinearCombination): void {
    const open = terms.filter(([wire]) => !this.isBound(wire));
    const [only] = open;
    if (only !== undefined && open.length === 1) {
      this.bind(only[0]);
      return;
    }
    const reach = ([wire, factor]: readonly [number, bigint]): bigint | undefined => {
      const span = this.#spans.get(wire);
      return span === undefined ? undefined : magnitude(factor) * span;
    };
    const unbounded = open.filter((term) => reach(term) === undefined);
    if (unbounded.length > 1) return;
    const total = open.reduce((sum, term) => sum + (reach(term) ?? 0n), 0n);
    for (const term of unbounded.length > 0 ? unbounded : open) {
      if (magnitude(term[1]) === 1n) this.#narrow(term[0], total - (reach(term) ?? 0n));
    }
    if (unbounded.length === 0 && total < fieldOrder) this.#unpack(open);
  }

  /** From the lowest part up: what is known to be all that stands below the others is bound. */
  #unpack(terms: LinearCombination): void {
    const parts = partsOf(terms, this.#flags, (wire) => this.#spans.get(wire) ?? 0n);
    let below = 0n;
    for (const [at, part] of parts.entries()) {
      const above = parts.slice(at + 1);
      if (!part.isInjective || below >= part.step) return;
      below += part.reach;
      const unit = above.reduce((divisor, { step }) => greatestCommonDivisor(divisor, step), 0n);
      if (above.length > 0 && below >= unit) continue;
      for (const lower of parts.slice(0, at + 1)) for (const wire of lower.wires) this.bind(wire);
    }
  }

  /** w = a sum of wires with limits. */
  #learnLimit(terms: LinearCombination): void {
    const unlimited = terms.filter(([wire]) => !this.#limits.has(wire));
    const [only] = unlimited;
    if (only === undefined || unlimited.length > 1 || magnitude(only[1]) !== 1n) return;
    const sum = this.#limitOf(terms.filter((term) => term !== only));
    const opposite = terms.every((term) => term === only || isNegative(term[1]) !== isNegative(only[1]));
    if (opposite && sum !== undefined) this.#limit(only[0], sum);
  }

  /** Of a sum with factors of one sign, without that sign. */
  #limitOf(terms: LinearCombination): bigint | undefined {
    if (new Set(terms.map(([, factor]) => isNegative(factor))).size !== 1) return undefined;
    const exclusive = this.#flags.exclusive.some((group) => terms.every(([wire]) => group.has(wire)));
    let sum = 0n;
    for (const [wire, factor] of terms) {
      const limit = this.#limits.get(wire);
      if (limit === undefined) return undefined;
      const most = magnitude(factor) * limit;
      sum = exclusive && most < sum ? sum : exclusive ? most : sum + most;
    }
    return sum;
  }

  #limit(wire: number, limit: bigint): void {
    const known = this.#limits.get(wire);
    if (limit >= fieldOrder || (known !== undefined && known <= limit)) return;
    this.#limits.set(wire, limit);
    this.#narrow(wire, limit);
    this.#changed(wire);
  }

  #narrow(wire: number, span: bigint): void {
    const known = this.#spans.get(wire);
    if (span >= fieldOrder || (known !== undefined && known <= span)) return;
    this.#spans.set(wire, span);
    this.#changed(wire);
  }
}

/** Bits, and what is known of several together. */
function flagsOf(equations: readonly Equation[]): Flags {
  const bits = new Set<number>();
  const within = new Map<number, number[]>();
  const behind = new Map<number, Set<number>>();
  const mark = (wire: number): void => {
    if (bits.has(wire)) return;
    bits.add(wire);
    for (const next of within.get(wire) ?? []) mark(next);
  };
  for (const { product } of equations) {
    if (product === undefined || product.c.length > 0) continue;
    for (const [one, other] of [
      [product.a, product.b],
      [product.b, product.a],
    ] as const) {
      const [term] = one;
      if (term === undefined || one.length !== 1 || other.length !== 2) continue;
      const [wire] = term;
      const same = other.find(([candidate]) => candidate === wire);
      const rest = other.find(([candidate]) => candidate !== wire);
      if (same !== undefined && rest !== undefined && same[1] + rest[1] === fieldOrder) {
        // w (w - 1) = 0, or w (w - v) = 0 where v is a bit.
        if (rest[0] === 0 || bits.has(rest[0])) mark(wire);
        else within.set(rest[0], [...(within.get(rest[0]) ?? []), wire]);
      }
      const constant = other.find(([candidate]) => candidate === 0);
      const before = other.find(([candidate]) => candidate !== 0);
      if (same === undefined && constant !== undefined && before !== undefined) {
        // w (1 - v) = 0: w is set only where v is.
        if (constant[1] + before[1] === fieldOrder) {
          behind.set(wire, (behind.get(wire) ?? new Set()).add(before[0]));
        }
      }
    }
  }
  const exclusive: Set<number>[] = [];
  for (const { terms, product } of equations) {
    if (product !== undefined || terms.length < 3 || terms.some(([wire]) => !bits.has(wire))) continue;
    // A bit that is the sum of other bits.
    const sums = terms.filter(([, factor]) => isNegative(factor));
    const parts = terms.filter(([, factor]) => !isNegative(factor));
    const [few, many] = sums.length === 1 ? [sums, parts] : [parts, sums];
    if (few.length !== 1 || terms.some(([, factor]) => magnitude(factor) !== 1n)) continue;
    exclusive.push(new Set(many.map(([wire]) => wire)));
  }
  return { bits, exclusive, behind };
}

function greatestCommonDivisor(one: bigint, other: bigint): bigint {
  return other === 0n ? one : greatestCommonDivisor(other, one % other);
}
