// Lists of additions of any finite points, in one thread's instance. Equal and opposite points, for which the
// formula of affine additions fails, make the product of the differences 0: only then is the list looked at closely.

import type { Group, Pointer } from "../bn254.ts";
import type { VectorField } from "../field/vector-field.ts";
import { additionPairBytes } from "./addition-functions.ts";
import {
  type AdditionLayout,
  additionLayout,
  blockPairs,
  kernelPointBytes,
  listCapacity,
} from "./addition-layout.ts";
import type { CurveFunctions } from "./curve-functions.ts";
import { fixedPoints } from "./fixed-points.ts";

export class PointAdditions {
  readonly pointBytes: number;
  /** Addresses of sums that turned out to be the point at infinity. They have no other form: whoever adds them on
   * has to leave them out, and clears the set. */
  readonly infinities = new Set<Pointer>();
  readonly #functions: CurveFunctions;
  readonly #memory: WebAssembly.Memory;
  readonly #components: 1 | 2;
  readonly #pair: number;
  readonly #layout: AdditionLayout;
  #list: Uint32Array;
  readonly #capacity: number;
  #words: Uint32Array;
  #bytes: Uint8Array;
  #count = 0;
  #scattered = false;

  constructor(
    functions: CurveFunctions,
    memory: WebAssembly.Memory,
    field: VectorField,
    group: Group,
    scratch: Pointer,
  ) {
    this.pointBytes = kernelPointBytes(field, group);
    this.#functions = functions;
    this.#memory = memory;
    this.#components = group === "g1" ? 1 : 2;
    this.#pair = this.#components * field.pairBytes;
    this.#layout = additionLayout(field, group, scratch);
    this.#list = new Uint32Array(memory.buffer, this.#layout.list, 3 * listCapacity[group]);
    this.#capacity = listCapacity[group];
    this.#words = this.#wordsView();
    this.#bytes = new Uint8Array(memory.buffer);
    this.#prepare(field, group);
  }

  /** Whether the summands to come are all over the memory, rather than one after the other. */
  set scattered(scattered: boolean) {
    this.#scattered = scattered;
  }

  /** Bytes of memory from an address on. */
  bytesAt(address: Pointer, length: number): Uint8Array {
    return this.#bytes.subarray(address, address + length);
  }

  /**
   * Puts an addition on the list. Summands' addresses are even, one more for the opposite point; sums are written
   * when the list is full or `flush` is called, and are no summands before that.
   */
  add(first: Pointer, second: Pointer, sum: Pointer): void {
    if (this.#list.length === 0) this.#renewViews();
    const position = 3 * this.#count;
    this.#list[position] = first;
    this.#list[position + 1] = second;
    this.#list[position + 2] = sum;
    this.#count++;
    if (this.#count === this.#capacity) this.flush();
  }

  flush(): void {
    const count = this.#count;
    if (count === 0) return;
    this.#count = 0;
    const { list, differences, products, inverted, inversion, spare } = this.#layout;
    if (count % 2 === 1) {
      this.#list.set([spare, spare + this.pointBytes, spare + 2 * this.pointBytes], 3 * count);
    }
    const pairs = Math.ceil(count / 2);
    const one = this.#components === 1;
    const functions = this.#functions;
    if (this.#scattered) (one ? functions.fetch1 : functions.fetch2)(list, pairs, inversion);
    (one ? functions.differences1 : functions.differences2)(list, pairs, differences, products);
    (one ? functions.invert1 : functions.invert2)(products + this.#pair * pairs, inverted, inversion);
    if (this.#zeroLanes(inverted, 1).includes(true)) {
      this.#addOneByOne(this.#list.slice(0, 3 * count));
      return;
    }
    (one ? functions.additions1 : functions.additions2)(
      list + additionPairBytes * (pairs - 1),
      pairs,
      differences + this.#pair * (pairs - 1),
      products + this.#pair * (pairs - 1),
      inverted,
    );
  }

  /** The coordinates of a point as plain numbers of 32 bytes, little-endian. */
  plain(point: Pointer): Uint8Array {
    const even = point & ~1;
    this.#functions.plainCoordinates(even, this.#layout.words, 2 * this.#components);
    return this.bytesAt(this.#layout.words, 64 * this.#components).slice();
  }

  /** Sorts out the additions of equal and of opposite points; `list` is as it was, its differences are in memory. */
  #addOneByOne(list: Uint32Array): void {
    const count = list.length / 3;
    const zero = this.#zeroDifferences(count);
    const doublings: number[] = [];
    for (let index = 0; index < count; index++) {
      const [first, second, sum] = list.subarray(3 * index, 3 * index + 3) as unknown as [
        number,
        number,
        number,
      ];
      if (zero[index] !== true) this.#push(first, second, sum);
      else if (this.#isSame(first, second)) doublings.push(first, sum);
      else this.infinities.add(sum);
    }
    this.flush();
    this.#double(doublings);
  }

  /** 2·P is (P + T) + (P − T), for any T but P, −P and infinity: no formula of its own. */
  #double(doublings: readonly number[]): void {
    const { temporary } = this.#layout;
    for (let first = 0; first < doublings.length; first += 2 * blockPairs) {
      const block = doublings.slice(first, first + 2 * blockPairs);
      const at = (index: number): Pointer => temporary + index * this.pointBytes;
      for (let index = 0; index < block.length; index += 2) {
        const point = block[index] as number;
        const other = this.#otherThan(point);
        this.#push(point, other, at(index));
        this.#push(point, other + 1, at(index + 1));
      }
      this.flush();
      for (let index = 0; index < block.length; index += 2) {
        this.#push(at(index), at(index + 1), block[index + 1] as number);
      }
      this.flush();
    }
  }

  /** Without running the list: there is room. */
  #push(first: Pointer, second: Pointer, sum: Pointer): void {
    this.#list.set([first, second, sum], 3 * this.#count);
    this.#count++;
  }

  /** Of two points with the same x: whether they are equal, and not opposite. */
  #isSame(first: Pointer, second: Pointer): boolean {
    const half = 32 * this.#components;
    const y = this.plain(first).subarray(half);
    // No point of the curve: it would be its own opposite.
    if (y.every((byte) => byte === 0)) return false;
    return areEqual(y, this.plain(second).subarray(half)) === (first % 2 === second % 2);
  }

  /** One of two fixed points, whose x is another than the given point's. */
  #otherThan(point: Pointer): Pointer {
    const half = 32 * this.#components;
    const fixed = this.#layout.spare + 3 * this.pointBytes;
    const sameX = areEqual(this.plain(fixed).subarray(0, half), this.plain(point).subarray(0, half));
    return sameX ? fixed + this.pointBytes : fixed;
  }

  /** For each of the first differences of the list, whether it is 0. */
  #zeroDifferences(count: number): boolean[] {
    const result: boolean[] = [];
    for (let pair = 0; 2 * pair < count; pair += blockPairs) {
      const pairs = Math.min(blockPairs, Math.ceil(count / 2) - pair);
      const zero = this.#zeroLanes(this.#layout.differences + pair * this.#pair, pairs);
      for (const each of zero) result.push(each);
    }
    return result;
  }

  /** For each lane of some pairs, at most `blockPairs`, whether it is 0. */
  #zeroLanes(pointer: Pointer, pairs: number): boolean[] {
    const components = this.#components;
    this.#functions.canonical(pointer, this.#layout.words, components * pairs);
    const words = this.#words;
    const result: boolean[] = [];
    for (let pair = 0; pair < pairs; pair++) {
      for (let lane = 0; lane < 2; lane++) {
        let bits = 0;
        for (let component = 0; component < components; component++) {
          const first = 16 * (components * pair + component) + 8 * lane;
          for (let word = first; word < first + 8; word++) bits |= words[word] as number;
        }
        result.push(bits === 0);
      }
    }
    return result;
  }

  /** After memory that no threads share has grown. */
  #renewViews(): void {
    const { buffer } = this.#memory;
    this.#list = new Uint32Array(buffer, this.#layout.list, 3 * this.#capacity);
    this.#words = this.#wordsView();
    this.#bytes = new Uint8Array(buffer);
  }

  #wordsView(): Uint32Array {
    return new Uint32Array(this.#memory.buffer, this.#layout.words, 16 * this.#components * blockPairs);
  }

  /** Ones for the products, and the points that stand in where they are needed. */
  #prepare(field: VectorField, group: Group): void {
    const one = field.bytesOf(field.radix % field.modulus);
    const { products, spare } = this.#layout;
    const size = field.elementBytes;
    this.#bytes.fill(0, products, products + this.#pair);
    // A pair's limbs alternate.
    for (let byte = 0; byte < size; byte += 8) {
      const limb = one.subarray(byte, byte + 8);
      this.#bytes.set(limb, products + 2 * byte);
      this.#bytes.set(limb, products + 2 * byte + 8);
    }
    // Two summands with different x for an odd end, room for their sum, then G and 2·G.
    this.#bytes.fill(0, spare, spare + 5 * this.pointBytes);
    this.#bytes.set(one, spare);
    fixedPoints[group].forEach((coordinates, index) => {
      coordinates.forEach((value, position) => {
        const bytes = field.bytesOf((value * field.radix) % field.modulus);
        this.#bytes.set(bytes, spare + (3 + index) * this.pointBytes + position * size);
      });
    });
  }
}

function areEqual(left: Uint8Array, right: Uint8Array): boolean {
  return left.every((byte, index) => byte === right[index]);
}
