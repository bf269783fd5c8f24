import { type Bn254, type CoordinateField, type Group, type Pointer, pointBytes } from "./bn254.ts";
import type { PointAdder } from "./point-adder.ts";

/** With the functions of snarkjs' curve library, on points in its form. */
export class IntegerPointAdder implements PointAdder {
  readonly pointBytes: number;
  readonly #curve: Bn254;
  readonly #field: CoordinateField;
  readonly #targets: Uint32Array;
  readonly #addends: Uint32Array;
  readonly #differences: Pointer;
  readonly #prefixes: Pointer;
  readonly #temporary: Pointer;

  constructor(curve: Bn254, group: Group, capacity: number) {
    this.#curve = curve;
    this.pointBytes = pointBytes[group];
    this.#field = curve.coordinateField(group);
    this.#targets = new Uint32Array(capacity);
    this.#addends = new Uint32Array(capacity);
    const size = this.pointBytes / 2;
    this.#differences = curve.allocate(capacity * size);
    this.#prefixes = curve.allocate(capacity * size);
    this.#temporary = curve.allocate(4 * size);
  }

  unpack(point: Pointer, output: Pointer): void {
    this.#curve.memory.copyWithin(output, point, point + this.pointBytes);
  }

  lists(): { readonly targets: Uint32Array; readonly addends: Uint32Array } {
    return { targets: this.#targets, addends: this.#addends };
  }

  pack(points: Pointer): Pointer {
    return points;
  }

  addAll(count: number): void {
    if (count === 0) return;
    const { copy, mul, sub, square, inverse } = this.#field;
    const size = this.pointBytes / 2;
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
