// Many multiples of one generator. The scalar is cut into windows; a table holds every multiple of the generator
// that a window can stand for, so a product is one addition a window and no doubling. Additions are affine and
// share their inversions (Montgomery's trick): 5 multiplications and a square each, half of a projective one.
//
// The affine formula fails for P + P, P - P and infinity. With unsigned windows taken from the lowest, the sum so
// far is k·G with k < 2^(w·j), the addend d·2^(w·j)·G with 0 < d, and k + d·2^(w·j) is at most the scalar, which
// is below the group order: only k = 0, the point at infinity, remains, and it is copied instead.

import { type Bn254, type Group, littleEndian, type Pointer, pointBytes } from "./bn254.ts";
import { concatenate } from "./section-file.ts";

/** Scalars of one call: enough to share an inversion, few enough for the sums to stay in the cache. */
export const taskPoints = { g1: 2048, g2: 1024 } as const;

const scalarBits = 254;

interface FieldFunctions {
  readonly copy: (input: Pointer, output: Pointer) => void;
  readonly mul: (left: Pointer, right: Pointer, output: Pointer) => void;
  readonly sub: (left: Pointer, right: Pointer, output: Pointer) => void;
  readonly square: (input: Pointer, output: Pointer) => void;
  readonly inverse: (input: Pointer, output: Pointer) => void;
}

/** The window, in bits, that makes `count` products cheapest, within a table that the processor's cache can bear. */
export function bestWindow(count: number, largest: number): number {
  let best = 2;
  const cost = (bits: number): number => Math.ceil(scalarBits / bits) * (2 ** bits + count);
  for (let bits = 3; bits <= largest; bits++) if (cost(bits) < cost(best)) best = bits;
  return best;
}

export class FixedBase {
  readonly #curve: Bn254;
  readonly #group: Group;
  readonly #field: FieldFunctions;
  readonly #coordinate: number;
  readonly #point: number;
  readonly #windowBits: number;
  readonly #windows: number;
  readonly #chunk: number;
  readonly #table: Pointer;
  readonly #sums: Pointer;
  readonly #differences: Pointer;
  readonly #prefixes: Pointer;
  readonly #temporary: Pointer;
  readonly #targets: Uint32Array;
  readonly #addends: Uint32Array;

  /**
   * @param windowBits Width of a window; the table takes `ceil(254 / w) · 2^w` points.
   * @param chunk Largest number of scalars of one call to `multiply`.
   */
  constructor(curve: Bn254, group: Group, windowBits: number, chunk: number) {
    const call = curve.functions;
    this.#curve = curve;
    this.#group = group;
    this.#field =
      group === "g1"
        ? {
            copy: call.f1m_copy,
            mul: call.f1m_mul,
            sub: call.f1m_sub,
            square: call.f1m_square,
            inverse: call.f1m_inverse,
          }
        : {
            copy: call.f2m_copy,
            mul: call.f2m_mul,
            sub: call.f2m_sub,
            square: call.f2m_square,
            inverse: call.f2m_inverse,
          };
    this.#point = pointBytes[group];
    this.#coordinate = this.#point / 2;
    this.#windowBits = windowBits;
    this.#windows = Math.ceil(scalarBits / windowBits);
    this.#chunk = chunk;
    const batch = Math.max(chunk, 2 ** (windowBits - 1));
    this.#sums = curve.allocate(chunk * this.#point);
    this.#differences = curve.allocate(batch * this.#coordinate);
    this.#prefixes = curve.allocate((batch + 1) * this.#coordinate);
    this.#temporary = curve.allocate(5 * this.#coordinate);
    this.#targets = new Uint32Array(batch);
    this.#addends = new Uint32Array(batch);
    this.#table = curve.allocate(this.#windows * 2 ** windowBits * this.#point);
    this.#fillTable();
  }

  /**
   * The products of the generator and `scalars`.
   *
   * @param scalars Plain, 32 bytes each, below the group order.
   * @returns Address of the affine points, valid until the next call.
   */
  multiply(scalars: Uint8Array): Pointer {
    const count = scalars.length / 32;
    if (count > this.#chunk) throw new RangeError(`At most ${this.#chunk} scalars a call, ${count} given.`);
    const words = new Uint32Array(new Uint8Array(scalars).buffer);
    const memory = this.#curve.memory;
    memory.fill(0, this.#sums, this.#sums + count * this.#point);
    const started = new Uint8Array(count);
    const windowSize = 2 ** this.#windowBits;
    for (let window = 0; window < this.#windows; window++) {
      const table = this.#table + window * windowSize * this.#point;
      let additions = 0;
      for (let index = 0; index < count; index++) {
        const digit = windowOf(words, 8 * index, window * this.#windowBits, this.#windowBits);
        if (digit === 0) continue;
        const addend = table + digit * this.#point;
        const target = this.#sums + index * this.#point;
        if (started[index] === 0) {
          started[index] = 1;
          memory.copyWithin(target, addend, addend + this.#point);
        } else {
          this.#targets[additions] = target;
          this.#addends[additions] = addend;
          additions++;
        }
      }
      this.#addAll(additions);
    }
    return this.#sums;
  }

  /** Entry `d` of window `j` is `d·2^(w·j)·G`; those from `2^k` on are `2^k` more than those below it. */
  #fillTable(): void {
    const size = this.#point;
    const base = this.#curve.allocate(1.5 * size);
    this.#curve.memory.set(this.#curve.generators[this.#group], base);
    for (let window = 0; window < this.#windows; window++) {
      const table = this.#table + window * 2 ** this.#windowBits * size;
      for (let bit = 0; bit < this.#windowBits; bit++) {
        const power = table + 2 ** bit * size;
        this.#curve.memory.copyWithin(power, base, base + size);
        for (let rest = 1; rest < 2 ** bit; rest++) {
          this.#targets[rest - 1] = power + rest * size;
          this.#addends[rest - 1] = table + rest * size;
          this.#curve.memory.copyWithin(power + rest * size, power, power + size);
        }
        this.#addAll(2 ** bit - 1);
        this.#double(base);
      }
    }
  }

  /** `base` is projective with z = 1 before and after. */
  #double(base: Pointer): void {
    const call = this.#curve.functions;
    if (this.#group === "g1") {
      call.g1m_double(base, base);
      call.g1m_normalize(base, base);
    } else {
      call.g2m_double(base, base);
      call.g2m_normalize(base, base);
    }
  }

  /** Adds the first `count` addends to their targets, all with one inversion. */
  #addAll(count: number): void {
    if (count === 0) return;
    const { copy, mul, sub, square, inverse } = this.#field;
    const size = this.#coordinate;
    const targets = this.#targets;
    const addends = this.#addends;
    const differences = this.#differences;
    const prefixes = this.#prefixes;
    const inverted = this.#temporary;
    const slope = inverted + size;
    const next = slope + size;
    const product = next + size;

    // prefixes[i] is the product of the first i + 1 differences.
    for (let index = 0; index < count; index++) {
      const difference = differences + index * size;
      sub(addends[index] as number, targets[index] as number, difference);
      const prefix = prefixes + index * size;
      if (index === 0) copy(difference, prefix);
      else mul(prefix - size, difference, prefix);
    }
    inverse(prefixes + (count - 1) * size, inverted);
    for (let index = count - 1; index >= 0; index--) {
      const x = targets[index] as number;
      const y = x + size;
      const addendX = addends[index] as number;
      const addendY = addendX + size;
      if (index > 0) {
        mul(inverted, prefixes + (index - 1) * size, slope);
        mul(inverted, differences + index * size, product);
        copy(product, inverted);
      } else {
        copy(inverted, slope);
      }
      sub(addendY, y, next);
      mul(slope, next, product);
      square(product, next);
      sub(next, x, next);
      sub(next, addendX, next); // x of the sum
      sub(x, next, slope);
      copy(next, x);
      mul(product, slope, next);
      sub(next, y, y);
    }
  }
}

/** Bits `start` to `start + width - 1` of the little-endian number of eight words at `offset`. */
function windowOf(words: Uint32Array, offset: number, start: number, width: number): number {
  const word = start >>> 5;
  const shift = start & 31;
  const low = (words[offset + word] ?? 0) >>> shift;
  const high = shift + width > 32 && word < 7 ? (words[offset + word + 1] ?? 0) << (32 - shift) : 0;
  return (low | high) & ((1 << width) - 1);
}

/** Multiples of a generator, affine; for the few points that are not part of a long run. */
export function multiples(curve: Bn254, group: Group, scalars: readonly bigint[]): Uint8Array[] {
  const base = new FixedBase(curve, group, 4, scalars.length);
  const points = base.multiply(concatenate(scalars.map((scalar) => littleEndian(scalar))));
  const size = pointBytes[group];
  return scalars.map((_, index) => curve.load(points + index * size, size));
}
