import {
  type Bn254,
  type CoordinateField,
  coordinateOrder,
  type Group,
  type Pointer,
  pointBytes,
} from "./bn254.ts";
import type { PointAdder } from "./point-adder.ts";
import { coordinateVectors, type VectorFieldFunctions } from "./vector-field.ts";

const { elementBytes, pairBytes, radix } = coordinateVectors;
/** Vectors of a pair of elements. */
const limbs = pairBytes / 16;

/** With two additions in the lanes of each vector. */
export class VectorPointAdder implements PointAdder {
  readonly pointBytes: number;
  readonly #curve: Bn254;
  readonly #field: VectorFieldFunctions;
  readonly #packedField: CoordinateField;
  readonly #components: 1 | 2;
  readonly #capacity: number;
  readonly #targets: Pointer;
  readonly #addends: Pointer;
  readonly #differences: Pointer;
  readonly #products: Pointer;
  readonly #inverted: Pointer;
  readonly #temporary: Pointer;
  readonly #packed: Pointer;
  readonly #exchange: Pointer;
  /** Two points that are added where the number of additions is odd, and the first one again. */
  readonly #spare: Pointer;

  constructor(curve: Bn254, field: VectorFieldFunctions, group: Group, capacity: number) {
    this.#curve = curve;
    this.#field = field;
    this.#packedField = curve.coordinateField(group);
    this.#components = group === "g1" ? 1 : 2;
    this.#capacity = capacity;
    this.pointBytes = 2 * this.#components * elementBytes;
    const pairs = Math.ceil(capacity / 2);
    const slot = this.#components * pairBytes;
    this.#targets = curve.allocate(8 * pairs);
    this.#addends = curve.allocate(8 * pairs);
    this.#differences = curve.allocate(slot * pairs);
    this.#products = curve.allocate(slot * (pairs + 1));
    this.#inverted = curve.allocate(slot);
    this.#temporary = curve.allocate(2 * slot);
    this.#exchange = curve.allocate(slot);
    this.#packed = curve.allocate(Math.max(capacity * pointBytes[group], 4 * pointBytes[group]));
    this.#spare = curve.allocate(3 * this.pointBytes);
    const one = coordinateVectors.bytesOf(radix % coordinateOrder);
    this.#doubles(this.#products, 2 * limbs).set(
      Array.from(new Float64Array(one.buffer)).flatMap((limb) => [limb, limb]),
    );
    // Any two points with different x will do.
    this.#doubles(this.#spare, 1)[0] = 1;
    this.#doubles(this.#spare + 2 * this.pointBytes, 1)[0] = 1;
  }

  lists(): { readonly targets: Uint32Array; readonly addends: Uint32Array } {
    const { buffer } = this.#curve.memory;
    const length = 2 * Math.ceil(this.#capacity / 2);
    return {
      targets: new Uint32Array(buffer, this.#targets, length),
      addends: new Uint32Array(buffer, this.#addends, length),
    };
  }

  addAll(count: number): void {
    if (count === 0) return;
    if (count % 2 === 1) {
      const { targets, addends } = this.lists();
      const { memory } = this.#curve;
      memory.copyWithin(this.#spare, this.#spare + 2 * this.pointBytes, this.#spare + 3 * this.pointBytes);
      targets[count] = this.#spare;
      addends[count] = this.#spare + this.pointBytes;
    }
    const pairs = Math.ceil(count / 2);
    const slot = this.#components * pairBytes;
    const { prefixes1, prefixes2, additions1, additions2 } = this.#field;
    const prefixes = this.#components === 1 ? prefixes1 : prefixes2;
    const additions = this.#components === 1 ? additions1 : additions2;
    prefixes(this.#targets, this.#addends, pairs, this.#differences, this.#products);
    this.#invert(this.#products + slot * pairs);
    additions(
      this.#targets + 8 * (pairs - 1),
      this.#addends + 8 * (pairs - 1),
      pairs,
      this.#differences + slot * (pairs - 1),
      this.#products + slot * (pairs - 1),
      this.#inverted,
      this.#temporary,
    );
  }

  unpack(point: Pointer, output: Pointer): void {
    this.#field.unpack(point, output, 2 * this.#components);
  }

  pack(points: Pointer, count: number): Pointer {
    if (count > 0) this.#field.pack(points, this.#packed, 2 * this.#components * count);
    return this.#packed;
  }

  /** Inverts both lanes, with one inversion, into `#inverted`. */
  #invert(product: Pointer): void {
    const { inverse, mul } = this.#packedField;
    const elements = 2 * this.#components;
    const size = 32 * this.#components;
    const [first, second, both, result] = [0, 1, 2, 3].map((index) => this.#packed + index * size * 2) as [
      Pointer,
      Pointer,
      Pointer,
      Pointer,
    ];
    this.#separate(product);
    this.#field.pack(this.#exchange, first, elements);
    this.#curve.memory.copyWithin(second, first + size, first + 2 * size);
    mul(first, second, both);
    inverse(both, both);
    mul(both, second, result);
    mul(both, first, result + size);
    this.#field.unpack(result, this.#exchange, elements);
    this.#interleave(this.#inverted);
  }

  /** Lanes of a pair become two elements at `#exchange`. */
  #separate(pair: Pointer): void {
    const count = this.#components * limbs;
    const from = this.#doubles(pair, 2 * count);
    const to = this.#doubles(this.#exchange, 2 * count);
    for (let index = 0; index < 2 * count; index++) {
      to[(index % 2) * count + (index >> 1)] = from[index] as number;
    }
  }

  #interleave(pair: Pointer): void {
    const count = this.#components * limbs;
    const from = this.#doubles(this.#exchange, 2 * count);
    const to = this.#doubles(pair, 2 * count);
    for (let index = 0; index < 2 * count; index++) {
      to[index] = from[(index % 2) * count + (index >> 1)] as number;
    }
  }

  #doubles(pointer: Pointer, count: number): Float64Array {
    return new Float64Array(this.#curve.memory.buffer, pointer, count);
  }
}
