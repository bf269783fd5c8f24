// Elements of a prime field of 254 bits in vectors of two doubles, for processors and browsers whose multiplications
// and additions are not fused: limbs of 24 bits, whose products add up exactly in a double's 53. It takes two
// instructions a product, half of what 32-bit integers take in vectors of 128 bits.
//
// An element is eleven doubles with their weights, x_0 + x_1·2^24 + … + x_10·2^240 where the sum's terms are the
// doubles: carries are additions alone. It is in Montgomery form with R = 2^264. The limbs are signed, and so is the
// value. Adding and subtracting 1.5·2^(52 + 24·(i + 1)) rounds a sum of weight 2^(24·i) to what is carried on.
//
// The reduction takes ten of eleven digits in any order, as doubles.ts does.
//
// Bounds: a factor's limbs are at most 2^24 (24 bits of either sign, or the difference of two of 23), so a column of
// two products has at most 2·11·2^48 and eleven terms of 2^46 of the reduction, together below 2^53. Values: the
// digits' powers are at most m/2 each, which makes a product at most 2^−10·a·b + 3, in multiples of m; there is
// room for 2^10·m in the topmost limb.

import { bitsOfDouble } from "../webassembly/constant-pool.ts";
import type { FunctionWriter, Value, Variable } from "../webassembly/function-writer.ts";
import { signedLimbs, wordsOf } from "./limb-integers.ts";
import { LimbVectors } from "./limb-vectors.ts";
import { type Element, inverse } from "./vector-field.ts";

const limbs = 11;
const limbBits = 24;
const last = limbs - 1;
const radix = 2n ** 264n;

export class NarrowDoubleField extends LimbVectors {
  readonly radix = radix;
  readonly #modulus: readonly number[];
  /** `−1 / m mod 2^24`. */
  readonly #negativeInverse: number;
  /** `2^(−24·(10 − i)) mod m` for the digit i, times 2^(240 − 24·i). */
  readonly #powers: readonly (readonly number[])[];

  constructor(modulus: bigint) {
    super(modulus, limbs);
    this.#modulus = this.doublesOf(modulus);
    let inverseOfModulus = 1n;
    for (let step = 0; step < 5; step++) inverseOfModulus *= 2n - modulus * inverseOfModulus;
    this.#negativeInverse = Number(BigInt.asIntN(limbBits, -inverseOfModulus));
    this.#powers = Array.from({ length: last }, (_, digit) => {
      const power = this.centred(inverse(2n ** BigInt(limbBits * (last - digit)), modulus));
      return this.doublesOf(power).map((limb) => limb * weight(last - digit));
    });
  }

  sumOfProducts(code: FunctionWriter, products: readonly (readonly [Element, Element])[]): Element {
    return this.#reduce(code, (columns, row) => {
      for (const [left, right] of products) columns.addRow(row, left[row] as Value, right);
    });
  }

  square(code: FunctionWriter, element: Element): Element {
    // Of the pairs (i, j) and (j, i) one is taken, doubled.
    return this.#reduce(code, (columns, row) => {
      const limb = element[row] as Value;
      columns.addRow(2 * row, limb, [limb]);
      if (row === last) return;
      const twice = code.keep(code.f64x2.add(limb, limb));
      columns.addRow(2 * row + 1, twice, element.slice(row + 1));
    });
  }

  reduced(code: FunctionWriter, element: Element): Element {
    const { f64x2 } = code;
    const top = element[last] as Value;
    const quotient = code.keep(f64x2.nearest(f64x2.mul(top, code.doubles(1 / Number(this.modulus)))));
    let carry: Value | undefined;
    return element.map((limb, index) => {
      const difference = f64x2.sub(limb, f64x2.mul(quotient, code.doubles(this.#modulus[index] as number)));
      const sum = code.keep(carry === undefined ? difference : f64x2.add(difference, carry));
      if (index === last) return sum;
      carry = carriedOn(code, sum, index);
      return code.keep(f64x2.sub(sum, carry));
    });
  }

  fromWords(code: FunctionWriter, words: readonly Value[]): Element {
    const { i64x2, f64x2 } = code;
    return Array.from({ length: limbs }, (_, limb) => {
      const start = limbBits * limb;
      const word = Math.floor(start / 64);
      const shift = start % 64;
      const lowPart = i64x2.shiftRight(words[word] as Value, shift);
      const bits =
        shift + limbBits <= 64 || word === 3
          ? lowPart
          : i64x2.or(lowPart, i64x2.shiftLeft(words[word + 1] as Value, 64 - shift));
      // A double whose last bit has the limb's weight.
      const pattern = 2 ** 52 * weight(limb);
      const masked = i64x2.and(bits, code.lanes(2n ** BigInt(limbBits) - 1n));
      return code.keep(f64x2.sub(i64x2.or(masked, code.lanes(bitsOfDouble(pattern))), code.doubles(pattern)));
    });
  }

  toWords(code: FunctionWriter, element: Element): readonly (readonly Value[])[] {
    const { i64, i64x2, f64x2 } = code;
    const patterns = this.reduced(code, element).map((limb, index) =>
      code.keep(f64x2.add(limb, code.doubles(1.5 * 2 ** 52 * weight(index)))),
    );
    const modulus = signedLimbs(this.modulus, limbs, limbBits);
    return ([0, 1] as const).map((lane) => {
      const integers = patterns.map((limb, index) => {
        const zero = bitsOfDouble(1.5 * 2 ** 52 * weight(index));
        return code.keep(i64.add(i64x2.lane(limb, lane), code.long(-zero)), "i64");
      });
      return wordsOf(code, integers, limbBits, modulus);
    });
  }

  protected doublesOf(value: bigint): number[] {
    return signedLimbs(value, limbs, limbBits).map((limb, index) => Number(limb) * weight(index));
  }

  /** @param addRow Adds the products of the left factor's limb `row`: the last ones of the column `row`. */
  #reduce(code: FunctionWriter, addRow: (columns: Columns, row: number) => void): Element {
    const { f64x2 } = code;
    const columns = new Columns(code);
    const digits: Value[] = [];
    for (let row = 0; row < last; row++) {
      addRow(columns, row);
      digits.push(columns.digit(row));
    }
    addRow(columns, last);
    digits.forEach((digit, index) => {
      columns.addRow(last, digit, doubles(code, this.#powers[index] as readonly number[]));
    });
    // q·m makes the column a multiple of 2^24.
    const sum = columns.get(last);
    const digit = code.keep(f64x2.sub(sum, carriedOn(code, sum, last)));
    const all = code.keep(f64x2.mul(digit, code.doubles(this.#negativeInverse)));
    const q = code.keep(f64x2.sub(all, carriedOn(code, all, last)));
    columns.addRow(last, q, doubles(code, this.#modulus));
    columns.add(limbs, columns.get(last));
    const scale = code.doubles(1 / Number(radix));
    return Array.from({ length: limbs }, (_, limb) => {
      const index = limbs + limb;
      return code.keep(f64x2.mul(limb === last ? columns.get(index) : columns.digit(index), scale));
    });
  }
}

/** Sums of the products of each weight. */
class Columns {
  readonly #code: FunctionWriter;
  readonly #columns: (Variable | undefined)[] = [];

  constructor(code: FunctionWriter) {
    this.#code = code;
  }

  get(index: number): Value {
    return (this.#columns[index] as Variable).get;
  }

  add(index: number, value: Value): void {
    const column = this.#columns[index];
    if (column !== undefined) {
      column.set(this.#code.f64x2.add(column.get, value));
      return;
    }
    const started = this.#code.variable("v128");
    started.set(value);
    this.#columns[index] = started;
  }

  /** Adds `left` times successive limbs to the columns from `first` on. */
  addRow(first: number, left: Value, right: Element): void {
    right.forEach((limb, index) => {
      this.add(first + index, this.#code.f64x2.mul(left, limb));
    });
  }

  /** Carries what is more than a limb on to the next column; the rest. */
  digit(index: number): Value {
    const sum = this.get(index);
    const carry = carriedOn(this.#code, sum, index);
    const rest = this.#code.keep(this.#code.f64x2.sub(sum, carry));
    this.add(index + 1, carry);
    return rest;
  }
}

function doubles(code: FunctionWriter, values: readonly number[]): Element {
  return values.map((value) => code.doubles(value));
}

/** What a limb's unit stands for. */
function weight(index: number): number {
  return 2 ** (limbBits * index);
}

/** The multiple of the next limb's weight that is nearest. */
function carriedOn(code: FunctionWriter, value: Value, index: number): Value {
  const rounding = code.doubles(1.5 * 2 ** 52 * weight(index + 1));
  return code.keep(code.f64x2.sub(code.f64x2.add(value, rounding), rounding));
}
