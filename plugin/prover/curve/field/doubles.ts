// Elements of a prime field of 254 bits in vectors of two doubles: products of 51-bit limbs by fused multiply-add
// (Emmart, Zheng, Weems, "Faster Modular Exponentiation Using Double Precision Floating Point Arithmetic on the GPU",
// ARITH 2018). Four times as fast as 32-bit integers, where the processor has the instruction; processor.ts finds out.
//
// An element is five doubles, x_0 + x_1·2^51 + … + x_4·2^204, in Montgomery form with R = 2^255. The limbs are
// signed, and so is the value. A product of limbs x·y, |x|, |y| ≤ 2^51, is split exactly into k·2^51 + l by two
// fused operations: fma(x, y, c) for c = 3·2^102 rounds to a multiple of 2^51, which leaves l = fma(x, y, −k·2^51),
// |l| ≤ 2^50. Both are used as the integers that their bit patterns differ by from those of the constants.
//
// Montgomery's reduction is a chain of five digits, each of which waits for the one before. Four of them are taken
// at once here: a digit t at 2^(51·i), i < 4, is replaced by t·(2^(−51·(4 − i)) mod m) at 2^204, and only the fifth
// digit is cleared by a multiple of m.
//
// Bounds, in multiples of m = 0.378·R: digits are at most half of 2^51, and the four powers' absolute values add
// up to 1.02 at most, so a product of a and b is at most 0.378·a·b + 0.51 + 0.5. Products and `reduced` values have
// limbs of at most 2^50 below the topmost, so the difference of two has limbs of at most 2^51 and is a valid factor,
// as long as its value is below R/m = 2.64, where the topmost limb would exceed 2^51.

import { bitsOfDouble } from "../webassembly/constant-pool.ts";
import type { FunctionWriter, Value, Variable } from "../webassembly/function-writer.ts";
import { signedLimbs, wordsOf } from "./limb-integers.ts";
import { LimbVectors } from "./limb-vectors.ts";
import { type Element, inverse } from "./vector-field.ts";

const limbs = 5;
const limbBits = 51;
const base = 2n ** 51n;
const mask = base - 1n;

// The constants of the exact product, and the bit patterns that stand for zero.
const high = 3 * 2 ** 102;
const low = 3 * 2 ** 51;
const highBits = bitsOfDouble(high);
const lowBits = bitsOfDouble(low);

/** Added to a column before it is shifted: makes it non-negative, and rounds to the nearest. */
const columnOffset = 2n ** 60n;
const half = base / 2n;

export class DoubleField extends LimbVectors {
  readonly radix = 2n ** 255n;
  /** Limbs of m. */
  readonly #modulus: number[];
  /** `−1 / m mod 2^51`. */
  readonly #negativeInverse: number;
  /** `2^(−51·(4 − i)) mod m` for the digit i. */
  readonly #powers: number[][];

  constructor(modulus: bigint) {
    super(modulus, limbs);
    this.#modulus = this.doublesOf(modulus);
    let inverseOfModulus = 1n;
    for (let step = 0; step < 6; step++) inverseOfModulus *= 2n - modulus * inverseOfModulus;
    this.#negativeInverse = Number(BigInt.asIntN(limbBits, -inverseOfModulus));
    this.#powers = Array.from({ length: limbs - 1 }, (_, digit) =>
      this.doublesOf(this.centred(inverse(base ** BigInt(limbs - 1 - digit), modulus))),
    );
  }

  sumOfProducts(code: FunctionWriter, products: readonly (readonly [Element, Element])[]): Element {
    const columns = new Columns(code, (sum) => products.length * pairsOfSum(sum));
    for (const row of indices) {
      for (const [left, right] of products) {
        columns.addRow(row, left[row] as Value, right);
      }
    }
    return this.#reduce(code, columns);
  }

  square(code: FunctionWriter, element: Element): Element {
    // Of the pairs (i, j) and (j, i) one is taken, doubled.
    const columns = new Columns(code, (sum) => Math.ceil(pairsOfSum(sum) / 2));
    for (const row of indices) {
      const limb = element[row] as Value;
      columns.addRow(2 * row, limb, [limb]);
      if (row === limbs - 1) continue;
      const twice = code.keep(code.f64x2.add(limb, limb));
      columns.addRow(2 * row + 1, twice, element.slice(row + 1));
    }
    return this.#reduce(code, columns);
  }

  reduced(code: FunctionWriter, element: Element): Element {
    const { f64x2 } = code;
    const quotient = code.keep(
      f64x2.nearest(f64x2.mul(element[limbs - 1] as Value, code.doubles(2 ** 204 / Number(this.modulus)))),
    );
    const result: Value[] = [];
    let carry: Value | undefined;
    for (const limb of indices) {
      const factor = code.doubles(-(this.#modulus[limb] as number));
      const difference = f64x2.relaxedMadd(quotient, factor, element[limb] as Value);
      const sum = code.keep(carry === undefined ? difference : f64x2.add(difference, carry));
      if (limb === limbs - 1) {
        result.push(sum);
      } else {
        carry = code.keep(f64x2.nearest(f64x2.mul(sum, code.doubles(2 ** -limbBits))));
        result.push(code.keep(f64x2.relaxedMadd(carry, code.doubles(-(2 ** limbBits)), sum)));
      }
    }
    return result;
  }

  fromWords(code: FunctionWriter, words: readonly Value[]): Element {
    const { i64x2, f64x2 } = code;
    return indices.map((limb) => {
      const start = limbBits * limb;
      const word = Math.floor(start / 64);
      const shift = start % 64;
      const lowPart = i64x2.shiftRight(words[word] as Value, shift);
      const whole = shift + limbBits <= 64 || word === 3;
      const bits = whole ? lowPart : i64x2.or(lowPart, i64x2.shiftLeft(words[word + 1] as Value, 64 - shift));
      const pattern = i64x2.or(i64x2.and(bits, code.lanes(mask)), code.lanes(bitsOfDouble(2 ** 52)));
      return code.keep(f64x2.sub(pattern, code.doubles(2 ** 52)));
    });
  }

  toWords(code: FunctionWriter, element: Element): readonly (readonly Value[])[] {
    const { i64, i64x2, f64x2 } = code;
    // The bit patterns' differences are the integers.
    const patterns = this.reduced(code, element).map((limb) => code.keep(f64x2.add(limb, code.doubles(low))));
    const modulus = signedLimbs(this.modulus, limbs, limbBits);
    return ([0, 1] as const).map((lane) => {
      const integers = patterns.map((limb) =>
        code.keep(i64.add(i64x2.lane(limb, lane), code.long(-lowBits)), "i64"),
      );
      return wordsOf(code, integers, limbBits, modulus);
    });
  }

  protected doublesOf(value: bigint): number[] {
    return signedLimbs(value, limbs, limbBits).map(Number);
  }

  #reduce(code: FunctionWriter, columns: Columns): Element {
    const { f64x2 } = code;
    const last = limbs - 1;
    const digits: Value[] = [];
    for (let index = 0; index < last; index++) {
      digits.push(columns.digit(index));
      columns.carry(index);
    }
    digits.forEach((digit, index) => {
      columns.addRow(last, digit, doubles(code, this.#powers[index] as number[]));
    });
    // q·m makes the column a multiple of 2^51.
    const digit = columns.digit(last);
    const factor = code.doubles(this.#negativeInverse);
    const top = code.keep(f64x2.relaxedMadd(digit, factor, code.doubles(high)));
    const rest = f64x2.relaxedMadd(digit, factor, f64x2.sub(code.doubles(high + low), top));
    const q = code.keep(f64x2.sub(rest, code.doubles(low)));
    columns.addRow(last, q, doubles(code, this.#modulus));
    columns.carry(last);
    return indices.map((index) => {
      const column = limbs + index;
      if (index === last) return columns.topDigit();
      const limb = columns.digit(column);
      columns.carry(column);
      return limb;
    });
  }
}

const indices = [0, 1, 2, 3, 4] as const;

/** Sums of the products' halves of each weight 2^(51·i), as integers, and the constants that these differ by. */
class Columns {
  readonly #code: FunctionWriter;
  readonly #columns: readonly Variable[];
  readonly #high: Value;
  readonly #sum: Value;

  /** @param productsOf How many products of limbs whose indices have a sum will be added before the reduction. */
  constructor(code: FunctionWriter, productsOf: (sum: number) => number) {
    this.#code = code;
    this.#high = code.keep(code.doubles(high));
    this.#sum = code.keep(code.doubles(high + low));
    // And the rows of the reduction: four digits, and one of the modulus.
    const all = (sum: number): bigint =>
      BigInt(productsOf(sum) + (sum >= limbs - 1 && sum < 2 * limbs - 1 ? limbs : 0));
    this.#columns = Array.from({ length: 2 * limbs }, (_, column) => {
      const last = column === 2 * limbs - 1;
      const carry = column === 0 ? 0n : columnOffset >> BigInt(limbBits);
      const variable = code.variable("v128");
      // The last column becomes the bit pattern of a double.
      const offset = last ? lowBits : columnOffset + half;
      variable.set(code.lanes(offset - carry - all(column) * lowBits - all(column - 1) * highBits));
      return variable;
    });
  }

  /** Adds `left` times successive limbs to the columns from `first` on. */
  addRow(first: number, left: Value, right: Element): void {
    const { f64x2 } = this.#code;
    right.forEach((limb, index) => {
      const top = this.#code.keep(f64x2.relaxedMadd(left, limb, this.#high));
      this.#add(first + index + 1, top);
      this.#add(first + index, f64x2.relaxedMadd(left, limb, f64x2.sub(this.#sum, top)));
    });
  }

  /** What a column is mod 2^51, from −2^50 to 2^50 − 1. */
  digit(column: number): Value {
    const { i64x2, f64x2 } = this.#code;
    const bits = i64x2.and(this.#column(column).get, this.#code.lanes(mask));
    const pattern = i64x2.or(bits, this.#code.lanes(bitsOfDouble(2 ** 52)));
    return this.#code.keep(f64x2.sub(pattern, this.#code.doubles(2 ** 52 + 2 ** 50)));
  }

  /** Adds to the next column what is left of one. */
  carry(column: number): void {
    this.#add(column + 1, this.#code.i64x2.shiftRight(this.#column(column).get, limbBits));
  }

  topDigit(): Value {
    const { f64x2 } = this.#code;
    return this.#code.keep(f64x2.sub(this.#column(2 * limbs - 1).get, this.#code.doubles(low)));
  }

  #column(index: number): Variable {
    return this.#columns[index] as Variable;
  }

  #add(index: number, value: Value): void {
    const column = this.#column(index);
    column.set(this.#code.i64x2.add(column.get, value));
  }
}

function doubles(code: FunctionWriter, values: readonly number[]): Element {
  return values.map((value) => code.doubles(value));
}

/** In how many ways two indices of limbs add up to `sum`. */
function pairsOfSum(sum: number): number {
  return Math.max(0, Math.min(sum + 1, 2 * limbs - 1 - sum));
}
