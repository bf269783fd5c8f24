// The inverse of a field element as a WebAssembly function: Bernstein and Yang's division steps (eprint 2019/266), 30 at a
// time on the lowest limbs alone, as libsecp256k1 does them (doc/safegcd_implementation.md, whose names these are; in
// variable time). circom's own divides with remainder, bit after bit, and takes many times as long; a signature has 500
// inverses, each after the one before. Nothing rests on it but time: constraints and proofs check every result.

import { fieldOrder, inverseModuloPower } from "../protocol/field.ts";
import {
  add,
  and,
  type Code,
  exclusiveOr,
  functionBody,
  get,
  isBelow,
  isNegative,
  isZero,
  leaveIf,
  load,
  long,
  loop,
  multiply,
  or,
  select,
  set,
  shiftDown,
  shiftLeft,
  shiftRight,
  store,
  subtract,
  trailingZeros,
  when,
} from "./wasm-code.ts";

const limbs = Array.from({ length: 9 }, (_, limb) => limb);
const lastLimb = 8;
const limbBits = 30;
const mask = (1n << BigInt(limbBits)) - 1n;
const orderLimb = (limb: number): bigint => (fieldOrder >> BigInt(limbBits * limb)) & mask;

// Parameters: addresses of the number, of the order, which is known, and of the result.
const [number, , result] = [0, 1, 2] as const;

type Number9 = (limb: number) => number;
const numberFrom =
  (first: number): Number9 =>
  (limb) =>
    first + limb;
/** Signed, the last limb has the sign. Always f = d · x and g = e · x modulo the order, f is odd. */
const [f, g, d, e] = [3, 12, 21, 30].map(numberFrom) as [Number9, Number9, Number9, Number9];
/** What 30 steps do: f becomes (u f + v g) / 2^30, and g becomes (q f + r g) / 2^30. */
const [u, v, q, r] = [39, 40, 41, 42] as const;
const [low, lowG, eta, left, zeros, factor] = [43, 44, 45, 46, 47, 48] as const;
const [first, second, firstMultiple, secondMultiple] = [49, 50, 51, 52] as const;
const word: Number9 = (position) => 53 + position;
const variables = 57 - 3;

const increase = (local: number, value: Code): Code => set(local, add(get(local), value));

const combine = (factor: number, a: number, otherFactor: number, b: number): Code =>
  add(multiply(get(factor), get(a)), multiply(get(otherFactor), get(b)));

function readNumber(): Code {
  const words = [0, 1, 2, 3].flatMap((position) => set(word(position), load(number, 8 * position)));
  const read = limbs.flatMap((limb) => {
    const position = Math.floor((limbBits * limb) / 64);
    const from = BigInt((limbBits * limb) % 64);
    const value = shiftDown(get(word(position)), long(from));
    const isSplit = from > 64 - limbBits && position < 3;
    const whole = isSplit ? or(value, shiftLeft(get(word(position + 1)), long(64n - from))) : value;
    return set(g(limb), and(whole, long(mask)));
  });
  return [...words, ...read];
}

/** Swaps two variables, and changes the sign of what the second one gets. */
const swapNegated = (a: number, b: number): Code => [
  ...get(a),
  ...set(a, get(b)),
  ...set(b, multiply([], long(-1n))),
];

/** 30 division steps on the lowest limbs, which collects u, v, q and r. Ends when `left` is 0. */
function steps(): Code {
  const atMost = (value: Code, most: Code): Code => select(value, most, isBelow(value, most));
  return [
    ...[set(u, long(1n)), set(v, long(0n)), set(q, long(0n)), set(r, long(1n))].flat(),
    ...[set(low, get(f(0))), set(lowG, get(g(0))), set(left, long(BigInt(limbBits)))].flat(),
    ...loop(
      // Steps of an even g: as many as it has zeros, and no more than are left.
      set(zeros, trailingZeros(or(get(lowG), shiftLeft(long(-1n), get(left))))),
      set(lowG, shiftDown(get(lowG), get(zeros))),
      set(u, shiftLeft(get(u), get(zeros))),
      set(v, shiftLeft(get(v), get(zeros))),
      set(eta, subtract(get(eta), get(zeros))),
      set(left, subtract(get(left), get(zeros))),
      leaveIf(isZero(get(left))),
      when(
        isNegative(get(eta)),
        set(eta, subtract(long(0n), get(eta))),
        swapNegated(low, lowG),
        swapNegated(u, q),
        swapNegated(v, r),
      ),
      // Up to six steps of an odd one: −g / f modulo 2^6, times f, makes as many zeros.
      set(factor, atMost(add(get(eta), long(1n)), get(left))),
      set(
        factor,
        and(
          multiply(multiply(get(low), get(lowG)), subtract(multiply(get(low), get(low)), long(2n))),
          and(subtract(shiftLeft(long(1n), get(factor)), long(1n)), long(63n)),
        ),
      ),
      increase(lowG, multiply(get(low), get(factor))),
      increase(q, multiply(get(u), get(factor))),
      increase(r, multiply(get(v), get(factor))),
    ),
  ];
}

/**
 * Writes two sums as limbs to two numbers, divided by 2^30.
 *
 * @param addLimb - Adds what belongs to a limb to `first` and `second`, which are divisible after limb 0.
 */
function divided(a: Number9, b: Number9, addLimb: (limb: number) => Code): Code {
  const part = (limb: number, sum: number, target: Number9): Code => [
    ...(limb === 0 ? [] : set(target(limb - 1), and(get(sum), long(mask)))),
    ...set(sum, shiftRight(get(sum), long(BigInt(limbBits)))),
    ...(limb === lastLimb ? set(target(limb), get(sum)) : []),
  ];
  return [
    ...[...set(first, long(0n)), ...set(second, long(0n))],
    ...limbs.flatMap((limb) => [...addLimb(limb), ...part(limb, first, a), ...part(limb, second, b)]),
  ];
}

/** Does the steps to f and g. */
const updateFG = (): Code =>
  divided(f, g, (limb) => [
    ...increase(first, combine(u, f(limb), v, g(limb))),
    ...increase(second, combine(q, f(limb), r, g(limb))),
  ]);

/** The same to d and e, with multiples of the order that make them divisible and keep them small. */
function updateDE(): Code {
  const inverse = long(inverseModuloPower(fieldOrder, limbBits));
  const ifNegative = (factor: number, value: Number9): Code =>
    and(get(factor), shiftRight(get(value(lastLimb)), long(63n)));
  const makeDivisible = (multiple: number, sum: number): Code =>
    set(multiple, subtract(get(multiple), and(add(multiply(inverse, get(sum)), get(multiple)), long(mask))));
  return [
    ...set(firstMultiple, add(ifNegative(u, d), ifNegative(v, e))),
    ...set(secondMultiple, add(ifNegative(q, d), ifNegative(r, e))),
    ...divided(d, e, (limb) => [
      ...increase(first, combine(u, d(limb), v, e(limb))),
      ...increase(second, combine(q, d(limb), r, e(limb))),
      ...(limb > 0 ? [] : [...makeDivisible(firstMultiple, first), ...makeDivisible(secondMultiple, second)]),
      ...increase(first, multiply(get(firstMultiple), long(orderLimb(limb)))),
      ...increase(second, multiply(get(secondMultiple), long(orderLimb(limb)))),
    ]),
  ];
}

/** Adds the order to d if that is negative, then changes its sign if `sign` is −1 and not 0. */
function normalize(sign: Code): Code {
  return [
    ...set(firstMultiple, shiftRight(get(d(lastLimb)), long(63n))),
    ...set(secondMultiple, sign),
    ...set(first, long(0n)),
    ...limbs.flatMap((limb) => {
      const positive = add(get(d(limb)), and(get(firstMultiple), long(orderLimb(limb))));
      const signed = subtract(exclusiveOr(positive, get(secondMultiple)), get(secondMultiple));
      return [
        ...increase(first, signed),
        ...set(d(limb), limb === lastLimb ? get(first) : and(get(first), long(mask))),
        ...set(first, shiftRight(get(first), long(BigInt(limbBits)))),
      ];
    }),
  ];
}

function writeResult(): Code {
  return [0, 1, 2, 3].flatMap((position) => {
    const parts = limbs.flatMap((limb): Code[] => {
      const up = BigInt(limbBits * limb - 64 * position);
      if (up <= -limbBits || up >= 64) return [];
      return [up < 0n ? shiftDown(get(d(limb)), long(-up)) : shiftLeft(get(d(limb)), long(up))];
    });
    return store(
      result,
      8 * position,
      parts.reduce((sum, part) => or(sum, part)),
    );
  });
}

/**
 * The body of a function of three addresses, of a number below the field's order, of the order, and of the result: the
 * number's inverse, 0 for 0.
 */
export function inverseBody(): number[] {
  return functionBody(
    variables,
    readNumber(),
    limbs.flatMap((limb) => set(f(limb), long(orderLimb(limb)))),
    set(e(0), long(1n)),
    set(eta, long(-1n)),
    loop(
      leaveIf(isZero(limbs.map((limb) => get(g(limb))).reduce((sum, limb) => or(sum, limb)))),
      steps(),
      updateDE(),
      updateFG(),
    ),
    // f is 1 or −1.
    normalize(shiftRight(get(f(lastLimb)), long(63n))),
    normalize(long(0n)),
    writeResult(),
  );
}
