// Many multiples of one generator. The scalar is cut into windows; a table holds every multiple of the generator
// that a window can stand for, so a product is one addition a window and no doubling.
//
// Additions are affine, and so fail for P + P, P - P and infinity. With unsigned windows taken from the lowest, the
// sum so far is k·G with k < 2^(w·j), the addend d·2^(w·j)·G with 0 < d, and k + d·2^(w·j) is at most the scalar,
// which is below the group order: only k = 0, the point at infinity, remains, and it is copied instead.

import { type Bn254, type Group, littleEndian, type Pointer, pointBytes } from "./bn254.ts";
import { IntegerPointAdder } from "./integer-point-adder.ts";
import type { PointAdder } from "./point-adder.ts";
import { concatenate } from "./section-file.ts";
import { vectorField } from "./vector-field.ts";
import { VectorPointAdder } from "./vector-point-adder.ts";

/** Scalars of one call: enough to share an inversion, few enough for the sums to stay in the cache. */
export const taskPoints = { g1: 2048, g2: 1024 } as const;

const scalarBits = 254;

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
  readonly #adder: PointAdder;
  readonly #windowBits: number;
  readonly #windows: number;
  readonly #chunk: number;
  readonly #table: Pointer;
  readonly #sums: Pointer;

  /**
   * @param windowBits Width of a window; the table takes `ceil(254 / w) · 2^w` points.
   * @param chunk Largest number of scalars of one call to `multiply`.
   */
  constructor(curve: Bn254, group: Group, windowBits: number, chunk: number) {
    this.#curve = curve;
    this.#group = group;
    this.#windowBits = windowBits;
    this.#windows = Math.ceil(scalarBits / windowBits);
    this.#chunk = chunk;
    this.#adder = createPointAdder(curve, group, Math.max(chunk, 2 ** (windowBits - 1)));
    const size = this.#adder.pointBytes;
    this.#sums = curve.allocate(chunk * size);
    this.#table = curve.allocate(this.#windows * 2 ** windowBits * size);
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
    const size = this.#adder.pointBytes;
    const { targets, addends } = this.#adder.lists();
    memory.fill(0, this.#sums, this.#sums + count * size);
    const started = new Uint8Array(count);
    const windowSize = 2 ** this.#windowBits;
    for (let window = 0; window < this.#windows; window++) {
      const table = this.#table + window * windowSize * size;
      let additions = 0;
      for (let index = 0; index < count; index++) {
        const digit = windowOf(words, 8 * index, window * this.#windowBits, this.#windowBits);
        if (digit === 0) continue;
        const addend = table + digit * size;
        const target = this.#sums + index * size;
        if (started[index] === 0) {
          started[index] = 1;
          memory.copyWithin(target, addend, addend + size);
        } else {
          targets[additions] = target;
          addends[additions] = addend;
          additions++;
        }
      }
      this.#adder.addAll(additions);
    }
    return this.#adder.pack(this.#sums, count);
  }

  /** Entry `d` of window `j` is `d·2^(w·j)·G`; those from `2^k` on are `2^k` more than those below it. */
  #fillTable(): void {
    const size = this.#adder.pointBytes;
    const base = this.#curve.store(this.#curve.generators[this.#group]);
    const { targets, addends } = this.#adder.lists();
    for (let window = 0; window < this.#windows; window++) {
      const table = this.#table + window * 2 ** this.#windowBits * size;
      for (let bit = 0; bit < this.#windowBits; bit++) {
        const power = table + 2 ** bit * size;
        this.#adder.unpack(base, power);
        for (let rest = 1; rest < 2 ** bit; rest++) {
          targets[rest - 1] = power + rest * size;
          addends[rest - 1] = table + rest * size;
          this.#curve.memory.copyWithin(power + rest * size, power, power + size);
        }
        this.#adder.addAll(2 ** bit - 1);
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
}

/** @param capacity Largest number of additions of one call, and of points of one call to `pack`. */
function createPointAdder(curve: Bn254, group: Group, capacity: number): PointAdder {
  return curve.vectors === undefined
    ? new IntegerPointAdder(curve, group, capacity)
    : new VectorPointAdder(curve, vectorField(curve.vectors), group, capacity);
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
