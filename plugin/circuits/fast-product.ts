// The product of two field elements in Montgomery's form (Montgomery, 1985) as a WebAssembly function: nine limbs of 29
// bits, of which nine products and nine multiples of the field's order fit into 64 bits before anything is carried.
// circom's own carries after every product of two words of 32 bits. Nothing rests on it but time: constraints and proofs
// check every result.

import { fieldOrder, inverseModuloPower } from "../protocol/field.ts";
import {
  add,
  and,
  type Code,
  functionBody,
  get,
  isBelow,
  load,
  long,
  multiply,
  or,
  select,
  set,
  shiftDown,
  shiftLeft,
  store,
  subtract,
  toLong,
} from "./wasm-code.ts";

const limbs = 9;
const limbBits = 29;
const elementBits = 256;
const mask = (bits: number): bigint => (1n << BigInt(bits)) - 1n;
const orderLimb = (limb: number): bigint => (fieldOrder >> BigInt(limbBits * limb)) & mask(limbBits);
const orderWord = (word: number): bigint => (fieldOrder >> BigInt(64 * word)) & mask(64);

// Parameters: addresses of two elements and of the result.
const [x, y, result] = [0, 1, 2] as const;
const left = (limb: number): number => 3 + limb;
const right = (limb: number): number => left(limbs) + limb;
/** By how much of the order each limb of the product is made divisible. */
const multiple = (limb: number): number => right(limbs) + limb;
/** Limbs of the product behind those. */
const rest = (limb: number): number => multiple(limbs) + limb;
const word = (position: number): number => rest(limbs + 1) + position;
const difference = (position: number): number => word(4) + position;
const column = difference(4);
const borrow = column + 1;
const variables = borrow + 1 - 3;

/** Where bits from `bit` on begin: in which word of 64 bits, and how far up. */
const placeOf = (bit: number): [position: number, shift: number] => [Math.floor(bit / 64), bit % 64];

function readLimb(limb: number): Code {
  const [position, shift] = placeOf(limbBits * limb);
  const low = shiftDown(get(word(position)), long(BigInt(shift)));
  if (shift <= 64 - limbBits || position === 3) return and(low, long(mask(limbBits)));
  return and(or(low, shiftLeft(get(word(position + 1)), long(BigInt(64 - shift)))), long(mask(limbBits)));
}

function readElement(address: number, limb: (limb: number) => number): Code {
  const words = [0, 1, 2, 3].flatMap((position) => set(word(position), load(address, 8 * position)));
  return [...words, ...Array.from({ length: limbs }, (_, i) => set(limb(i), readLimb(i))).flat()];
}

/** Adds what belongs to limb `k` of the product, and of the multiples that are known. */
function addProducts(k: number): Code {
  const pairs = Array.from({ length: limbs }, (_, i) => i).filter((i) => k - i >= 0 && k - i < limbs);
  return pairs.flatMap((i) => [
    ...set(column, add(get(column), multiply(get(left(i)), get(right(k - i))))),
    ...(i === k ? [] : set(column, add(get(column), multiply(get(multiple(i)), long(orderLimb(k - i)))))),
  ]);
}

/** Makes the lowest limb divisible: by 2^29, the last by what is left of 2^256. */
function reduceLimb(k: number): Code {
  const bits = Math.min(limbBits, elementBits - limbBits * k);
  const inverse = long(-inverseModuloPower(fieldOrder, bits) & mask(bits));
  return [
    ...set(multiple(k), and(multiply(and(get(column), long(mask(bits))), inverse), long(mask(bits)))),
    ...set(column, add(get(column), multiply(get(multiple(k)), long(orderLimb(0))))),
  ];
}

/** A word of the result: the product from bit 256 on. */
function resultWord(position: number): Code {
  const parts: Code[] = [];
  for (let limb = limbs - 1; limb < 2 * limbs; limb++) {
    const shift = limbBits * limb - elementBits - 64 * position;
    if (shift <= -limbBits || shift >= 64) continue;
    const value = get(rest(limb - limbs + 1));
    parts.push(shift < 0 ? shiftDown(value, long(BigInt(-shift))) : shiftLeft(value, long(BigInt(shift))));
  }
  return parts.reduce((sum, part) => or(sum, part));
}

/** Subtracts the order where the result is not below it. */
function subtractOrder(): Code {
  const words = [0, 1, 2, 3].flatMap((position) => {
    const order = long(orderWord(position));
    const partial = subtract(get(word(position)), order);
    return [
      ...set(difference(position), subtract(partial, get(borrow))),
      ...set(borrow, or(toLong(isBelow(get(word(position)), order)), toLong(isBelow(partial, get(borrow))))),
    ];
  });
  const isSmaller = [...get(borrow), 0xa7]; // of 32 bits
  const stores = [0, 1, 2, 3].flatMap((position) =>
    store(result, 8 * position, select(get(word(position)), get(difference(position)), isSmaller)),
  );
  return [...set(borrow, long(0n)), ...words, ...stores];
}

/** The body of a function of three addresses, of two elements and of the result, `x · y / 2^256`. */
export function productBody(): number[] {
  const columns: Code[] = [];
  for (let k = 0; k < 2 * limbs - 1; k++) {
    columns.push(addProducts(k));
    if (k < limbs) columns.push(reduceLimb(k));
    if (k >= limbs - 1) columns.push(set(rest(k - limbs + 1), and(get(column), long(mask(limbBits)))));
    columns.push(set(column, shiftDown(get(column), long(BigInt(limbBits)))));
  }
  return functionBody(
    variables,
    readElement(x, left),
    readElement(y, right),
    ...columns,
    // Nothing of the last limb is cut off.
    set(rest(limbs), get(column)),
    ...[0, 1, 2, 3].map((position) => set(word(position), resultWord(position))),
    subtractOrder(),
  );
}
