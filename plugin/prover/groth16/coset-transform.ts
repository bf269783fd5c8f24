// From a polynomial's values on the domain of n-th roots of unity to its values at the odd 2n-th roots, w·x with
// w^2n = 1: there X^n − 1 is −2 and can be divided by, which the H points of a key have done in advance.
//
// A transform down (decimation in frequency) leaves the coefficients in bit-reversed order, and the transform up
// (decimation in time) takes them in that order, so nothing is ever permuted. The step to the other points is in the
// twiddle factors of the way up: f(x) = e(x²) + x·o(x²) holds for odd roots as for all others. Both go depth first:
// a block that fits the processor's cache goes down and up before the next one is looked at.

import { fieldOrder } from "../../protocol/field.ts";
import { type Pointer, rootOfUnity } from "../curve/bn254.ts";
import { inverse, type VectorField } from "../curve/field/vector-field.ts";
import type { ScalarFunctions } from "./scalar-functions.ts";

/** Tables for one domain; an instance of the module has been given the same memory. */
export interface CosetTables {
  /** log2 of the domain, at least 1. */
  readonly power: number;
  /** Factors of the way down, then those of the way up: `2 · 2^power` elements. */
  readonly twiddles: Pointer;
  /** Four elements: 1, the two factors of `combine`, and one for intermediate results. */
  readonly constants: Pointer;
}

/** Of the block that goes down and up at once: half of a small second-level cache. */
const blockBytes = 1 << 19;

export class CosetTransform {
  readonly #call: ScalarFunctions;
  readonly #field: VectorField;
  readonly #tables: CosetTables;

  constructor(call: ScalarFunctions, field: VectorField, tables: CosetTables) {
    this.#call = call;
    this.#field = field;
    this.#tables = tables;
  }

  static twiddleBytes(field: VectorField, power: number): number {
    return 2 * field.elementBytes * 2 ** power;
  }

  static constantBytes(field: VectorField): number {
    return 4 * field.elementBytes;
  }

  get #size(): number {
    return 2 ** this.#tables.power;
  }

  /** Address of the element 1. */
  get #one(): Pointer {
    return this.#tables.constants;
  }

  /** Address of the factors that turn a·b and c, as `run` leaves them, into plain a·b − c. */
  get combineFactors(): Pointer {
    return this.#tables.constants + this.#field.elementBytes;
  }

  get #spare(): Pointer {
    return this.#tables.constants + 3 * this.#field.elementBytes;
  }

  /** Fills the tables, once for all who share the memory. */
  fillTables(memory: Uint8Array): void {
    const { radix, elementBytes } = this.#field;
    const { power, twiddles } = this.#tables;
    const put = (pointer: Pointer, value: bigint): void => memory.set(this.#field.bytesOf(value), pointer);
    const element = (value: bigint): bigint => (value * radix) % fieldOrder;
    put(this.#one, element(1n));
    const scale = inverse(BigInt(this.#size), fieldOrder);
    // Every transform multiplies by n; products take the radix out.
    put(this.combineFactors, (scale * scale) % fieldOrder);
    put(this.combineFactors + elementBytes, fieldOrder - scale);
    const fill = (table: Pointer, count: number, first: bigint, ratio: bigint): void => {
      put(table, element(first));
      if (count > 1) put(table + elementBytes, element((first * ratio) % fieldOrder));
      let step = (ratio * ratio) % fieldOrder;
      for (let done = 2; done < count; done *= 2) {
        put(this.#spare, element(step));
        this.#call.scale(table, table + done * elementBytes, this.#spare, done / 2);
        step = (step * step) % fieldOrder;
      }
    };
    for (let level = 0; level < power; level++) {
      const half = 2 ** level;
      const root = rootOfUnity(level + 1);
      fill(this.#down(half), half, 1n, inverse(root, fieldOrder));
      fill(this.#up(half), half, rootOfUnity(level + 2), root);
    }
    // The first place of each table is that of a level which does not exist.
    put(twiddles, 0n);
    put(twiddles + elementBytes * this.#size, 0n);
  }

  /** Replaces `f(x)` by `n·f(w·x)`, for all x of the domain in order. The vector lies as scalar-functions.ts says. */
  run(vector: Pointer): void {
    const pairs = this.#size / 2;
    this.#call.splitLanes(vector, this.#down(pairs), this.#one, pairs);
    if (pairs > 1) this.#block(vector, pairs / 2);
    this.#call.mergeLanes(vector, this.#up(pairs), this.#one, pairs);
  }

  #block(vector: Pointer, half: number): void {
    const { pairBytes } = this.#field;
    if (2 * half * pairBytes <= blockBytes) {
      for (let step = half; step >= 1; step /= 2) {
        this.#call.splitBlocks(vector, this.#down(step), step, half / step);
      }
      for (let step = 1; step <= half; step *= 2) {
        this.#call.mergeBlocks(vector, this.#up(step), step, half / step);
      }
      return;
    }
    this.#call.splitBlocks(vector, this.#down(half), half, 1);
    this.#block(vector, half / 2);
    this.#block(vector + half * pairBytes, half / 2);
    this.#call.mergeBlocks(vector, this.#up(half), half, 1);
  }

  /** Twiddle factors for blocks of `2·half`. */
  #down(half: number): Pointer {
    return this.#tables.twiddles + this.#field.elementBytes * half;
  }

  #up(half: number): Pointer {
    return this.#down(this.#size + half);
  }
}
