import type { VectorField } from "../../prover/curve/field/vector-field.ts";
import type { KernelMemory } from "../hashing/memory.ts";
import type { CurveFunctions } from "./curve-kernel.ts";
import { addendBytes, neutralPoint, pointBytes } from "./point-layout.ts";
import { writeSignedDigits } from "./signed-digits.ts";

/** Bits of scalars, and what is added for carries. */
const scalarBits = 256;
/** From here on the buckets of 8 bits are worth their sums. */
const manyPoints = 300;

/**
 * Whether a sum of multiples of points is the neutral point: Pippenger's buckets with signed digits, two windows at a
 * time in the lanes of vectors.
 */
export class PointSums {
  readonly #functions: CurveFunctions;
  readonly #memory: KernelMemory;
  readonly #registers: number;
  readonly #pointBytes: number;
  readonly #addendBytes: number;
  /** A point that is neutral, as bytes. */
  readonly #neutral: Uint8Array;
  readonly #buckets: number;
  readonly #list: number;
  /** Pairs of points. */
  readonly #running: number;
  readonly #sum: number;
  readonly #total: number;
  readonly #words: number;
  readonly #points: Uint32Array;
  readonly #digits: Int8Array;
  /** Windows in which a point has digits other than 0. */
  readonly #windows: Uint8Array;
  #bits: 4 | 8 = 4;
  #count = 0;

  /**
   * @param registers - See registerBytes.
   * @param mostPoints - In a sum.
   */
  constructor(
    field: VectorField,
    functions: CurveFunctions,
    memory: KernelMemory,
    registers: number,
    mostPoints: number,
  ) {
    this.#functions = functions;
    this.#memory = memory;
    this.#registers = registers;
    this.#pointBytes = pointBytes(field);
    this.#addendBytes = addendBytes(field);
    this.#neutral = neutralPoint(field);
    this.#buckets = memory.allocate(2 * (2 ** 7 + 1) * this.#pointBytes);
    this.#list = memory.allocate(mostPoints * 16);
    this.#running = memory.allocate(2 * this.#pointBytes);
    this.#sum = memory.allocate(2 * this.#pointBytes);
    this.#total = memory.allocate(2 * this.#pointBytes);
    this.#words = memory.allocate(4 * 32);
    this.#points = new Uint32Array(mostPoints);
    this.#digits = new Int8Array((mostPoints * scalarBits) / 4);
    this.#windows = new Uint8Array(mostPoints);
  }

  /** Forgets the sum before. `points` is how many will be added. */
  begin(points: number): void {
    this.#bits = points < manyPoints ? 4 : 8;
    this.#count = 0;
    this.#digits.fill(0, 0, points * this.#windowCount);
  }

  /**
   * Adds a prepared point times a number.
   *
   * @param scalar - Little-endian; below 2^255 if it has 32 bytes.
   */
  add(point: number, scalar: Uint8Array): void {
    const index = this.#count++;
    this.#points[index] = point;
    this.#windows[index] = Math.min((scalar.length * 8) / this.#bits + 1, this.#windowCount);
    writeSignedDigits(scalar, this.#bits, this.#digits, index * this.#windowCount);
  }

  isZero(): boolean {
    const { add, double } = this.#functions;
    const [first, second] = this.#lanes(this.#total);
    this.#clear(this.#total, 2);
    for (let window = this.#windowCount - 2; window >= 0; window -= 2) {
      for (let bit = 0; bit < 2 * this.#bits; bit++) double(first, second, this.#registers);
      this.#sumOfWindows(window);
      add(first, second, ...this.#lanes(this.#sum), this.#registers);
    }
    // The second lane has had the upper windows of all pairs.
    for (let bit = 0; bit < this.#bits; bit++) double(second, this.#lanes(this.#running)[0], this.#registers);
    this.#clear(this.#sum, 2);
    this.#clear(this.#running, 2);
    add(first, this.#lanes(this.#running)[0], second, this.#lanes(this.#sum)[0], this.#registers);
    this.#functions.compare(first, second, this.#words, this.#registers);
    const words = new BigUint64Array(this.#memory.memory.buffer, this.#words, 16);
    // X of the first one, X of the second one, Y − Z likewise.
    return (
      words.subarray(0, 4).every((word) => word === 0n) && words.subarray(8, 12).every((word) => word === 0n)
    );
  }

  /** The sums of a window and of the one above it, in the lanes of `sum`. */
  #sumOfWindows(window: number): void {
    const { add, addAll } = this.#functions;
    const buckets = 2 ** (this.#bits - 1);
    const bytes = this.#pointBytes;
    const lower = this.#buckets;
    const upper = this.#buckets + (buckets + 1) * bytes;
    this.#clear(this.#buckets, 2 * (buckets + 1));
    const list = new Uint32Array(this.#memory.memory.buffer, this.#list);
    let entries = 0;
    for (let index = 0; index < this.#count; index++) {
      if ((this.#windows[index] as number) <= window) continue;
      const at = index * this.#windowCount + window;
      const low = this.#digits[at] as number;
      const high = this.#digits[at + 1] as number;
      if (low === 0 && high === 0) continue;
      const point = this.#points[index] as number;
      list[entries] = lower + Math.abs(low) * bytes;
      list[entries + 1] = upper + Math.abs(high) * bytes;
      list[entries + 2] = low < 0 ? point + this.#addendBytes : point;
      list[entries + 3] = high < 0 ? point + this.#addendBytes : point;
      entries += 4;
    }
    this.#clear(this.#sum, 2);
    if (entries === 0) return;
    addAll(this.#list, entries / 4);
    // Σ k·bucket_k is the sum of the sums from the topmost bucket down.
    this.#clear(this.#running, 2);
    const [running0, running1] = this.#lanes(this.#running);
    const [sum0, sum1] = this.#lanes(this.#sum);
    for (let bucket = buckets; bucket > 0; bucket--) {
      add(running0, running1, lower + bucket * bytes, upper + bucket * bytes, this.#registers);
      add(sum0, sum1, running0, running1, this.#registers);
    }
  }

  get #windowCount(): number {
    return scalarBits / this.#bits;
  }

  #lanes(pair: number): [number, number] {
    return [pair, pair + this.#pointBytes];
  }

  #clear(address: number, points: number): void {
    const bytes = this.#memory.bytes(address, points * this.#pointBytes);
    for (let at = 0; at < bytes.length; at += this.#pointBytes) bytes.set(this.#neutral, at);
  }
}
