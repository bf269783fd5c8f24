// The field of the points' coordinates two elements at a time, in WebAssembly's vectors of two doubles: Montgomery
// multiplication with products of 51-bit limbs by fused multiply-add (N. Emmart, "Faster modular exponentiation
// using double precision floating point arithmetic", ARITH 2018). Three to four times as fast as 32-bit integers,
// where the processor has the instruction; `vectorFieldModule` finds out.
//
// An element is five doubles, x_0 + x_1·2^51 + … + x_4·2^204, in Montgomery form with R = 2^255. The limbs are
// signed, and so is the value. A product of limbs x·y, |x|, |y| ≤ 2^51, is split exactly into k·2^51 + l by two
// fused operations: fma(x, y, c) for c = 3·2^102 rounds to a multiple of 2^51, which leaves l = fma(x, y, −k·2^51),
// |l| ≤ 2^50. Both are used as the integers that their bit patterns differ by from those of the constants.
//
// Bounds, in multiples of p = 0.378·R: a product of a and b is at most 0.378·a·b + 1/2. `reduced` values are at
// most 0.51, with limbs of at most 2^50, so a difference of two has limbs of at most 2^51 and is a valid factor. So
// is any product of values that are at most 2, as long as its limbs fit: a value must stay below R/p = 2.64.

import { coordinateOrder } from "./bn254.ts";
import {
  bitsOfDouble,
  type ConstantModule,
  ConstantPool,
  encodeModule,
  FunctionWriter,
  instantiate,
  type Value,
} from "./webassembly-writer.ts";

/** Bytes of an element, and of two elements in the lanes of vectors. */
export const elementBytes = 40;
export const pairBytes = 80;

const limbs = 5;
const limbBits = 51n;
const radix = 2n ** limbBits;
const mask = radix - 1n;
/** Montgomery's R. */
export const montgomeryRadix = 2n ** 255n;

/** The limbs of a number below 2^255. */
export function limbsOf(value: bigint): number[] {
  return Array.from({ length: limbs }, (_, index) => Number((value >> (limbBits * BigInt(index))) & mask));
}

const prime = limbsOf(coordinateOrder);

// The constants of the exact product, and the bit patterns that stand for zero.
const high = 3 * 2 ** 102;
const low = 3 * 2 ** 51;
const highBits = bitsOfDouble(high);
const lowBits = bitsOfDouble(low);

/** Makes sums non-negative before they are shifted: added to a column, and taken out of the next one. */
const columnOffset = 2n ** 60n;

/** `−1 / p mod 2^51`. */
const negativeInverse = ((): number => {
  let inverse = 1n;
  for (let step = 0; step < 6; step++) inverse = (inverse * (2n - coordinateOrder * inverse)) & mask;
  return Number(radix - inverse);
})();

type Limbs = readonly Value[];

/** The sum of some products, over R, in one reduction. Limbs come out non-negative but for the topmost. */
function sumOfProducts(code: FunctionWriter, products: readonly (readonly [Limbs, Limbs])[]): Value[] {
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
function toDouble(code: FunctionWriter, value: Value): Value {
  const pattern = code.i64x2.or(value, code.lanes(bitsOfDouble(2 ** 52)));
  return code.f64x2.sub(pattern, code.doubles(2 ** 52));
}

/** The same value mod p, at most 0.51·p, of one that is at most 3·p, its limbs below 2^53. */
function reduced(code: FunctionWriter, value: Limbs): Value[] {
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

function map(left: Limbs, right: Limbs, operation: (left: Value, right: Value) => Value): Value[] {
  return left.map((value, index) => operation(value, right[index] as Value));
}

/** What is done with elements of a field whose elements have `components` coordinates over the prime field. */
function fieldFunctions(pool: ConstantPool, components: 1 | 2, mulIndex: number): FunctionWriter[] {
  const pair = components * pairBytes;
  const coordinate = components * elementBytes;

  /** Component `index` of the pair at an address. */
  const load = (code: FunctionWriter, address: Value, index: number): Value[] =>
    Array.from({ length: limbs }, (_, limb) => code.v128.load(address, 16 * (limbs * index + limb)));
  const store = (code: FunctionWriter, address: Value, index: number, value: Limbs): void =>
    value.forEach((each, limb) => {
      code.v128.store(address, 16 * (limbs * index + limb), each);
    });
  /** A component of a coordinate of two points. */
  const gather = (code: FunctionWriter, points: Points, at: 0 | 1, index: number): Value[] =>
    Array.from({ length: limbs }, (_, limb) =>
      code.v128.gather(points[0], points[1], at * coordinate + 8 * (limbs * index + limb)),
    );
  const componentIndices = components === 1 ? [0] : [0, 1];

  const mul = new FunctionWriter(pool, `mul${components}`, 3);
  {
    const [left, right, output] = mul.parameters.map(({ get }) => get) as [Value, Value, Value];
    const factor = (address: Value, index: number): Value[] =>
      load(mul, address, index).map((limb) => mul.keep(limb));
    const a0 = factor(left, 0);
    const b0 = factor(right, 0);
    if (components === 1) {
      store(mul, output, 0, sumOfProducts(mul, [[a0, b0]]));
    } else {
      const a1 = factor(left, 1);
      const b1 = factor(right, 1);
      const negative = a1.map((limb) => mul.keep(mul.f64x2.neg(limb)));
      const real = reduced(
        mul,
        sumOfProducts(mul, [
          [a0, b0],
          [negative, b1],
        ]),
      );
      const imaginary = reduced(
        mul,
        sumOfProducts(mul, [
          [a0, b1],
          [a1, b0],
        ]),
      );
      store(mul, output, 0, real);
      store(mul, output, 1, imaginary);
    }
  }

  const prefixes = new FunctionWriter(pool, `prefixes${components}`, 5);
  {
    const [targets, addends, count, differences, products] = prefixes.parameters as Parameters5;
    prefixes.repeat(() => {
      const target = pointsAt(prefixes, targets.get);
      const addend = pointsAt(prefixes, addends.get);
      for (const index of componentIndices) {
        const difference = map(
          gather(prefixes, addend, 0, index),
          gather(prefixes, target, 0, index),
          prefixes.f64x2.sub,
        );
        store(prefixes, differences.get, index, difference);
      }
      const next = prefixes.keep(prefixes.i32.add(products.get, prefixes.integer(pair)), "i32");
      prefixes.call(mulIndex, products.get, differences.get, next);
      products.set(next);
      advance(prefixes, targets, 8);
      advance(prefixes, addends, 8);
      advance(prefixes, differences, pair);
      advance(prefixes, count, -1);
    }, count.get);
  }

  const additions = new FunctionWriter(pool, `additions${components}`, 7);
  {
    const [targets, addends, count, differences, products, inverted, temporary] =
      additions.parameters as Parameters7;
    const { f64x2, i32 } = additions;
    const slope = temporary.get;
    const value = additions.keep(i32.add(temporary.get, additions.integer(pair)), "i32");
    additions.repeat(() => {
      const target = pointsAt(additions, targets.get);
      const addend = pointsAt(additions, addends.get);
      additions.call(mulIndex, inverted.get, products.get, slope);
      additions.call(mulIndex, inverted.get, differences.get, inverted.get);
      for (const index of componentIndices) {
        store(
          additions,
          value,
          index,
          map(gather(additions, addend, 1, index), gather(additions, target, 1, index), f64x2.sub),
        );
      }
      additions.call(mulIndex, slope, value, slope);
      additions.call(mulIndex, slope, slope, value);
      for (const index of componentIndices) {
        const x = gather(additions, target, 0, index).map((limb) => additions.keep(limb));
        const others = map(x, gather(additions, addend, 0, index), f64x2.add);
        const sum = reduced(
          additions,
          map(load(additions, value, index), others, f64x2.sub).map((limb) => additions.keep(limb)),
        );
        scatter(additions, target, 0, index, sum, coordinate);
        store(additions, value, index, map(x, sum, f64x2.sub));
      }
      additions.call(mulIndex, slope, value, value);
      for (const index of componentIndices) {
        const y = gather(additions, target, 1, index);
        const sum = map(load(additions, value, index), y, f64x2.sub).map((limb) => additions.keep(limb));
        scatter(additions, target, 1, index, reduced(additions, sum), coordinate);
      }
      advance(additions, targets, -8);
      advance(additions, addends, -8);
      advance(additions, differences, -pair);
      advance(additions, products, -pair);
      advance(additions, count, -1);
    }, count.get);
  }
  return [mul, prefixes, additions];
}

type Points = readonly [first: Value, second: Value];
type Parameter = FunctionWriter["parameters"][number];
type Parameters5 = [Parameter, Parameter, Parameter, Parameter, Parameter];
type Parameters7 = [...Parameters5, Parameter, Parameter];

/** Two points whose addresses are in a list. */
function pointsAt(code: FunctionWriter, list: Value): Points {
  return [code.keep(code.i32.load(list, 0), "i32"), code.keep(code.i32.load(list, 4), "i32")];
}

function scatter(
  code: FunctionWriter,
  points: Points,
  at: 0 | 1,
  index: number,
  value: Limbs,
  coordinate: number,
): void {
  value.forEach((limb, position) => {
    code.v128.scatter(points[0], points[1], at * coordinate + 8 * (limbs * index + position), limb);
  });
}

function advance(code: FunctionWriter, variable: Parameter, by: number): void {
  variable.set(code.i32.add(variable.get, code.integer(by)));
}

const snarkjsRadix = 2n ** 256n;

/** Elements of snarkjs, in Montgomery form with 2^256, become ours; two at a time. */
function unpackFunction(pool: ConstantPool): FunctionWriter {
  const code = new FunctionWriter(pool, "unpack", 3);
  const [input, output, count] = code.parameters as [Parameter, Parameter, Parameter];
  const { i64x2 } = code;
  const factor = limbsOf((montgomeryRadix * montgomeryRadix * inverseOf(snarkjsRadix)) % coordinateOrder);
  code.repeat(() => {
    const words = Array.from({ length: 4 }, (_, word) => {
      const at = (element: number): Value => code.i64.load(input.get, 32 * element + 8 * word);
      return code.keep(i64x2.of(at(0), at(1)));
    }) as [Value, Value, Value, Value];
    const parts = Array.from({ length: limbs }, (_, limb) => limbOfWords(code, words, limb));
    const doubles = parts.map((limb) => code.keep(toDouble(code, limb)));
    const constant = factor.map((limb) => code.doubles(limb));
    const value = reduced(code, sumOfProducts(code, [[doubles, constant]]));
    const second = code.i32.add(output.get, code.integer(elementBytes));
    value.forEach((limb, position) => {
      code.v128.scatter(output.get, second, 8 * position, limb);
    });
    advance(code, input, 64);
    advance(code, output, 2 * elementBytes);
    advance(code, count, -2);
  }, count.get);
  return code;
}

/** Bits `51·limb` to `51·limb + 50` of four words. */
function limbOfWords(code: FunctionWriter, words: readonly Value[], limb: number): Value {
  const { i64x2 } = code;
  const start = Number(limbBits) * limb;
  const word = Math.floor(start / 64);
  const shift = start % 64;
  const lowPart = i64x2.shiftRight(words[word] as Value, shift);
  const whole = shift + Number(limbBits) <= 64 || word === 3;
  const value = whole ? lowPart : i64x2.or(lowPart, i64x2.shiftLeft(words[word + 1] as Value, 64 - shift));
  return i64x2.and(value, code.lanes(mask));
}

/** The way back, to the least non-negative value; two at a time. */
function packFunction(pool: ConstantPool): FunctionWriter {
  const code = new FunctionWriter(pool, "pack", 3);
  const [input, output, count] = code.parameters as [Parameter, Parameter, Parameter];
  const { i64, i64x2, f64x2 } = code;
  const factor = limbsOf(snarkjsRadix % coordinateOrder);
  code.repeat(() => {
    const second = code.i32.add(input.get, code.integer(elementBytes));
    const elements = Array.from({ length: limbs }, (_, limb) =>
      code.keep(code.v128.gather(input.get, second, 8 * limb)),
    );
    const constant = factor.map((limb) => code.doubles(limb));
    const value = sumOfProducts(code, [[elements, constant]]);
    // The bit patterns' differences are the integers.
    const integers = value.map((limb) => code.keep(f64x2.add(limb, code.doubles(low))));
    for (const lane of [0, 1] as const) {
      const part = integers.map((limb) =>
        code.keep(i64.add(i64x2.lane(limb, lane), code.long(-lowBits)), "i64"),
      );
      const negative = code.keep(i64.shiftRight(part[limbs - 1] as Value, 63), "i64");
      const plain: Value[] = [];
      let carry: Value | undefined;
      for (let limb = 0; limb < limbs; limb++) {
        const correction = i64.and(negative, code.long(BigInt(prime[limb] as number)));
        const sum = i64.add(part[limb] as Value, correction);
        const all = code.keep(carry === undefined ? sum : i64.add(sum, carry), "i64");
        plain.push(code.keep(i64.and(all, code.long(mask)), "i64"));
        carry = code.keep(i64.shiftRight(all, Number(limbBits)), "i64");
      }
      for (let word = 0; word < 4; word++) {
        // Bits 64·word on are from bit 13·word of a limb on, and go on in the next one.
        const shift = 13 * word;
        const lower = i64.shiftRight(plain[word] as Value, shift);
        const upper = i64.shiftLeft(plain[word + 1] as Value, Number(limbBits) - shift);
        i64.store(output.get, 32 * lane + 8 * word, i64.or(lower, upper));
      }
    }
    advance(code, input, 2 * elementBytes);
    advance(code, output, 64);
    advance(code, count, -2);
  }, count.get);
  return code;
}

/** Writes what 2^-60 is lost of by two roundings. */
function probeFunction(pool: ConstantPool): FunctionWriter {
  const code = new FunctionWriter(pool, "probe", 1);
  const [output] = code.parameters as [Parameter];
  const factor = code.doubles(1 + 2 ** -30);
  code.v128.store(output.get, 0, code.f64x2.relaxedMadd(factor, factor, code.doubles(-(1 + 2 ** -29))));
  return code;
}

/** Powers of two are invertible: `(p + 1) / 2` is the half of 1. */
function inverseOf(powerOfTwo: bigint): bigint {
  const half = (coordinateOrder + 1n) / 2n;
  let inverse = 1n;
  for (let rest = powerOfTwo; rest > 1n; rest >>= 1n) inverse = (inverse * half) % coordinateOrder;
  return inverse;
}

/** Operands are addresses in the imported memory. */
export interface VectorFieldFunctions {
  mul1(left: number, right: number, output: number): void;
  mul2(left: number, right: number, output: number): void;
  prefixes1: Prefixes;
  prefixes2: Prefixes;
  additions1: Additions;
  additions2: Additions;
  unpack(input: number, output: number, count: number): void;
  pack(input: number, output: number, count: number): void;
  /** 2^-60 if multiplication and addition are fused, otherwise 0. */
  probe(output: number): void;
}

/**
 * Differences of the x of `count` pairs of additions, and their running products; `products` begins with a one.
 */
type Prefixes = (
  targets: number,
  addends: number,
  count: number,
  differences: number,
  products: number,
) => void;

/** The additions, from the last pair to the first; all addresses are those of the last, `products` of the one before. */
type Additions = (
  targets: number,
  addends: number,
  count: number,
  differences: number,
  products: number,
  inverted: number,
  temporary: number,
) => void;

/** Undefined where multiplications and additions are not fused. */
export function vectorFieldModule(): ConstantModule | undefined {
  const pool = new ConstantPool();
  const functions = [
    ...fieldFunctions(pool, 1, 0),
    ...fieldFunctions(pool, 2, 3),
    unpackFunction(pool),
    packFunction(pool),
    probeFunction(pool),
  ];
  const bytes = encodeModule(functions);
  if (!WebAssembly.validate(bytes)) return undefined;
  const module = { module: new WebAssembly.Module(bytes), constants: pool.bytes };
  const memory = new WebAssembly.Memory({ initial: 1 });
  new Uint8Array(memory.buffer).set(pool.bytes, 16);
  vectorField(instantiate(module, memory, 16)).probe(0);
  return new Float64Array(memory.buffer)[0] === 2 ** -60 ? module : undefined;
}

/** The exports of an instance of the module. */
export function vectorField(exports: unknown): VectorFieldFunctions {
  return exports as VectorFieldFunctions;
}
