// The field of the points' coordinates two elements at a time, in WebAssembly's vectors of two doubles: Montgomery
// multiplication with products of 51-bit limbs by fused multiply-add (Emmart, Zheng, Weems, "Faster Modular
// Exponentiation Using Double Precision Floating Point Arithmetic on the GPU", ARITH 2018). Three to four times as
// fast as 32-bit integers, where the processor has the instruction; vector-field.ts finds out.
//
// An element is five doubles, x_0 + x_1·2^51 + … + x_4·2^204, in Montgomery form with R = 2^255. The limbs are
// signed, and so is the value. A product of limbs x·y, |x|, |y| ≤ 2^51, is split exactly into k·2^51 + l by two
// fused operations: fma(x, y, c) for c = 3·2^102 rounds to a multiple of 2^51, which leaves l = fma(x, y, −k·2^51),
// |l| ≤ 2^50. Both are used as the integers that their bit patterns differ by from those of the constants.
//
// Bounds, in multiples of p = 0.378·R: a product of a and b is at most 0.378·a·b + 1/2. `reduced` values are at
// most 0.51, with limbs of at most 2^50, so a difference of two has limbs of at most 2^51 and is a valid factor. So
// is a product of values up to 2: it is below R/p = 2.64, where the topmost limb would exceed 2^51.

import { coordinateOrder } from "./bn254.ts";
import { bitsOfDouble, type FunctionWriter, type Value } from "./webassembly-writer.ts";

/** Bytes of an element, and of two elements in the lanes of vectors. */
export const elementBytes = 40;
export const pairBytes = 80;

/** An element is that many limbs of that many bits. */
export const limbs = 5;
export const limbBits = 51n;
const radix = 2n ** limbBits;
export const mask = radix - 1n;
/** Montgomery's R. */
export const montgomeryRadix = 2n ** 255n;

/** The limbs of a number below 2^255. */
export function limbsOf(value: bigint): number[] {
  return Array.from({ length: limbs }, (_, index) => Number((value >> (limbBits * BigInt(index))) & mask));
}

/** Limbs of p. */
export const prime = limbsOf(coordinateOrder);

// The constants of the exact product, and the bit patterns that stand for zero.
const high = 3 * 2 ** 102;
export const low = 3 * 2 ** 51;
const highBits = bitsOfDouble(high);
export const lowBits = bitsOfDouble(low);

/** Makes sums non-negative before they are shifted: added to a column, and taken out of the next one. */
const columnOffset = 2n ** 60n;

/** `−1 / p mod 2^51`. */
const negativeInverse = ((): number => {
  let inverse = 1n;
  for (let step = 0; step < 6; step++) inverse = (inverse * (2n - coordinateOrder * inverse)) & mask;
  return Number(radix - inverse);
})();

export type Limbs = readonly Value[];

/** The sum of some products, over R, in one reduction. Limbs come out non-negative but for the topmost. */
export function sumOfProducts(code: FunctionWriter, products: readonly (readonly [Limbs, Limbs])[]): Value[] {
  const { i64x2, f64x2 } = code;
  // How many bit patterns of each kind are added to a column: all of them are taken out in advance.
  const perRow = BigInt(products.length + 1);
  const columns = Array.from({ length: 2 * limbs }, (_, column) => {
    const lows = perRow * BigInt(pairsOfSum(column));
    const highs = perRow * BigInt(pairsOfSum(column - 1));
    const last = column === 2 * limbs - 1;
    const carry = column === 0 ? 0n : -(columnOffset >> limbBits);
    // The last column becomes the bit pattern of a double.
    const start = -lows * lowBits - highs * highBits + carry + (last ? lowBits : columnOffset);
    const variable = code.variable("v128");
    variable.set(code.lanes(start));
    return variable;
  });
  const highConstant = code.keep(code.doubles(high));
  const sumConstant = code.keep(code.doubles(high + low));
  const column = (index: number): (typeof columns)[number] => columns[index] as (typeof columns)[number];
  const addTo = (index: number, value: Value): void => {
    column(index).set(i64x2.add(column(index).get, value));
  };
  const addProduct = (index: number, x: Value, y: Value): void => {
    const top = code.keep(f64x2.relaxedMadd(x, y, highConstant));
    addTo(index + 1, top);
    addTo(index, f64x2.relaxedMadd(x, y, f64x2.sub(sumConstant, top)));
  };
  for (let row = 0; row < limbs; row++) {
    for (const [left, right] of products) {
      for (let limb = 0; limb < limbs; limb++) {
        addProduct(row + limb, left[row] as Value, right[limb] as Value);
      }
    }
    // q·p makes the column a multiple of 2^51.
    const digit = code.keep(toDouble(code, i64x2.and(column(row).get, code.lanes(mask))));
    const factor = code.doubles(negativeInverse);
    const top = code.keep(f64x2.relaxedMadd(digit, factor, highConstant));
    const rest = f64x2.relaxedMadd(digit, factor, f64x2.sub(sumConstant, top));
    const q = code.keep(f64x2.sub(rest, code.doubles(low)));
    for (let limb = 0; limb < limbs; limb++) addProduct(row + limb, q, code.doubles(prime[limb] as number));
    addTo(row + 1, i64x2.shiftRight(column(row).get, Number(limbBits)));
  }
  const result: Value[] = [];
  for (let index = limbs; index < 2 * limbs - 1; index++) {
    result.push(code.keep(toDouble(code, i64x2.and(column(index).get, code.lanes(mask)))));
    addTo(index + 1, i64x2.shiftRight(column(index).get, Number(limbBits)));
  }
  result.push(code.keep(f64x2.sub(column(2 * limbs - 1).get, code.doubles(low))));
  return result;
}

/** In how many ways two indices of limbs add up to `sum`. */
function pairsOfSum(sum: number): number {
  return Math.max(0, Math.min(sum + 1, 2 * limbs - 1 - sum));
}

/** Of integers below 2^52. */
export function toDouble(code: FunctionWriter, value: Value): Value {
  const pattern = code.i64x2.or(value, code.lanes(bitsOfDouble(2 ** 52)));
  return code.f64x2.sub(pattern, code.doubles(2 ** 52));
}

/** The same value mod p, at most 0.51·p, of one that is at most 3·p, its limbs below 2^53. */
export function reduced(code: FunctionWriter, value: Limbs): Value[] {
  const { f64x2 } = code;
  const topOfPrime = Number(coordinateOrder) / 2 ** 204;
  const quotient = code.keep(
    f64x2.nearest(f64x2.mul(value[limbs - 1] as Value, code.doubles(1 / topOfPrime))),
  );
  const result: Value[] = [];
  let carry: Value | undefined;
  for (let limb = 0; limb < limbs; limb++) {
    const factor = code.doubles(-(prime[limb] as number));
    const difference = f64x2.relaxedMadd(quotient, factor, value[limb] as Value);
    const sum = code.keep(carry === undefined ? difference : f64x2.add(difference, carry));
    if (limb === limbs - 1) {
      result.push(sum);
    } else {
      carry = code.keep(f64x2.nearest(f64x2.mul(sum, code.doubles(2 ** -51))));
      result.push(code.keep(f64x2.relaxedMadd(carry, code.doubles(-(2 ** 51)), sum)));
    }
  }
  return result;
}
