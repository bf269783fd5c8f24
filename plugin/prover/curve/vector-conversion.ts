// Between snarkjs' form of elements, 32 bytes in Montgomery form with 2^256, and ours; two at a time.

import { coordinateOrder } from "./bn254.ts";
import {
  elementBytes,
  limbBits,
  limbs,
  limbsOf,
  low,
  lowBits,
  mask,
  montgomeryRadix,
  prime,
  reduced,
  sumOfProducts,
  toDouble,
} from "./vector-element.ts";
import { type ConstantPool, FunctionWriter, type Value, type Variable } from "./webassembly-writer.ts";

const snarkjsRadix = 2n ** 256n;

/** `unpack(input, output, count)`: from snarkjs' form, for an even count. */
export function unpackFunction(pool: ConstantPool): FunctionWriter {
  const code = new FunctionWriter(pool, "unpack", 3);
  const [input, output, count] = code.parameters as [Variable, Variable, Variable];
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
    code.advance(input, 64);
    code.advance(output, 2 * elementBytes);
    code.advance(count, -2);
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

/** `pack(input, output, count)`: the way back, to the least non-negative value. */
export function packFunction(pool: ConstantPool): FunctionWriter {
  const code = new FunctionWriter(pool, "pack", 3);
  const [input, output, count] = code.parameters as [Variable, Variable, Variable];
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
    code.advance(input, 2 * elementBytes);
    code.advance(output, 64);
    code.advance(count, -2);
  }, count.get);
  return code;
}

/** Powers of two are invertible: `(p + 1) / 2` is the half of 1. */
function inverseOf(powerOfTwo: bigint): bigint {
  const half = (coordinateOrder + 1n) / 2n;
  let inverse = 1n;
  for (let rest = powerOfTwo; rest > 1n; rest >>= 1n) inverse = (inverse * half) % coordinateOrder;
  return inverse;
}
