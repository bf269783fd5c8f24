// Many multiples of one generator. The scalar is cut into windows; a table holds every multiple of the generator
// that a window can stand for, so a product is one addition a window and no doubling.
//
// Lists of additions take finite points, and are fastest where none of them are equal or opposite. With unsigned
// windows taken from the lowest, the sum so far is k·G with k < 2^(w·j), the addend d·2^(w·j)·G with 0 < d, and
// k + d·2^(w·j) is at most the scalar, which is below the group order: only k = 0, the point at infinity, remains, and
// the addend is copied instead.

import { type Bn254, coordinateOrder, type Group, littleEndian, type Pointer, pointBytes } from "./bn254.ts";
import { vectorFieldOf } from "./field/best-field.ts";
import { additionScratchBytes } from "./points/addition-layout.ts";
import type { CurveFunctions } from "./points/curve-functions.ts";
import { PointAdditions } from "./points/point-additions.ts";
import { concatenate } from "./section-file.ts";

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
  readonly #functions: CurveFunctions;
  readonly #additions: PointAdditions;
  readonly #windowBits: number;
  readonly #windows: number;
  readonly #chunk: number;
  readonly #table: Pointer;
  readonly #sums: Pointer;
  /** The sums as files have them. */
  readonly #packed: Pointer;

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
    this.#functions = curve.points as CurveFunctions;
    const field = vectorFieldOf(curve.representation, coordinateOrder);
    const scratch = curve.allocate(additionScratchBytes(field, group));
    const memory = curve.webAssemblyMemory;
    this.#additions = new PointAdditions(this.#functions, memory, field, group, scratch);
    const size = this.#additions.pointBytes;
    this.#sums = curve.allocate(chunk * size);
    this.#packed = curve.allocate(chunk * pointBytes[group]);
    this.#table = curve.allocate(this.#windows * 2 ** windowBits * size);
    this.#fillTable();
    // Entries of a table larger than the cache.
    this.#additions.scattered = true;
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
    const size = this.#additions.pointBytes;
    memory.fill(0, this.#sums, this.#sums + count * size);
    const started = new Uint8Array(count);
    const windowSize = 2 ** this.#windowBits;
    for (let window = 0; window < this.#windows; window++) {
      const table = this.#table + window * windowSize * size;
      for (let index = 0; index < count; index++) {
        const digit = windowOf(words, 8 * index, window * this.#windowBits, this.#windowBits);
        if (digit === 0) continue;
        const addend = table + digit * size;
        const target = this.#sums + index * size;
        if (started[index] === 0) {
          started[index] = 1;
          memory.copyWithin(target, addend, addend + size);
        } else {
          this.#additions.add(target, addend, target);
        }
      }
      this.#additions.flush();
    }
    if (count > 0) this.#functions.packCoordinates(this.#sums, this.#packed, this.#coordinates * count);
    return this.#packed;
  }

  /** Entry `d` of window `j` is `d·2^(w·j)·G`; those from `2^k` on are `2^k` more than those below it. */
  #fillTable(): void {
    const size = this.#additions.pointBytes;
    const base = this.#curve.store(this.#curve.generators[this.#group]);
    for (let window = 0; window < this.#windows; window++) {
      const table = this.#table + window * 2 ** this.#windowBits * size;
      for (let bit = 0; bit < this.#windowBits; bit++) {
        const power = table + 2 ** bit * size;
        this.#functions.unpackCoordinates(base, power, this.#coordinates);
        for (let rest = 1; rest < 2 ** bit; rest++) {
          this.#additions.add(power, table + rest * size, power + rest * size);
        }
        this.#additions.flush();
        this.#double(base);
      }
    }
  }

  /** Elements of the prime field in a point. */
  get #coordinates(): number {
    return this.#group === "g1" ? 2 : 4;
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
