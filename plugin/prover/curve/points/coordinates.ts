// The coordinates of points as generated code sees them: elements of the prime field for G1, and of its extension
// by i, i² = −1, for G2. A coordinate is a list of its components.

import type { Group } from "../bn254.ts";
import { type Element, keep, type VectorField } from "../field/vector-field.ts";
import type { FunctionWriter, Value } from "../webassembly/function-writer.ts";

export type Coordinate = readonly Element[];

export class Coordinates {
  readonly group: Group;
  readonly components: 1 | 2;
  /** Bytes of a coordinate, and of two in the lanes of vectors. */
  readonly bytes: number;
  readonly pairBytes: number;
  readonly #field: VectorField;

  constructor(field: VectorField, group: Group) {
    this.#field = field;
    this.group = group;
    this.components = group === "g1" ? 1 : 2;
    this.bytes = this.components * field.elementBytes;
    this.pairBytes = this.components * field.pairBytes;
  }

  /** The suffix of the names of functions for this group. */
  get suffix(): string {
    return `${this.components}`;
  }

  load(code: FunctionWriter, address: Value, offset = 0): Coordinate {
    return this.#each((index) =>
      keep(code, this.#field.load(code, address, offset + index * this.#field.pairBytes)),
    );
  }

  store(code: FunctionWriter, address: Value, value: Coordinate, offset = 0): void {
    value.forEach((element, index) => {
      this.#field.store(code, address, offset + index * this.#field.pairBytes, element);
    });
  }

  gather(code: FunctionWriter, addresses: readonly [Value, Value], offset: number): Coordinate {
    return this.#each((index) =>
      keep(code, this.#field.gather(code, addresses, offset + index * this.#field.elementBytes)),
    );
  }

  scatter(code: FunctionWriter, addresses: readonly [Value, Value], offset: number, value: Coordinate): void {
    value.forEach((element, index) => {
      this.#field.scatter(code, addresses, offset + index * this.#field.elementBytes, element);
    });
  }

  add(code: FunctionWriter, left: Coordinate, right: Coordinate): Coordinate {
    return left.map((element, index) => keep(code, this.#field.add(code, element, right[index] as Element)));
  }

  sub(code: FunctionWriter, left: Coordinate, right: Coordinate): Coordinate {
    return left.map((element, index) => keep(code, this.#field.sub(code, element, right[index] as Element)));
  }

  /** The negative in the lanes where the mask has ones. */
  negatedWhere(code: FunctionWriter, mask: Value, value: Coordinate): Coordinate {
    return value.map((element) => keep(code, this.#field.negatedWhere(code, mask, element)));
  }

  reduced(code: FunctionWriter, value: Coordinate): Coordinate {
    return value.map((element) => this.#field.reduced(code, element));
  }

  /** A factor of further products: reduced in the extension, where a product has twice the terms. */
  factor(code: FunctionWriter, value: Coordinate): Coordinate {
    return this.components === 1 ? value : this.reduced(code, value);
  }

  /** A product: `factor` makes one of its operands of it, or both. */
  mul(code: FunctionWriter, left: Coordinate, right: Coordinate): Coordinate {
    const field = this.#field;
    if (this.components === 1)
      return [field.sumOfProducts(code, [[left[0] as Element, right[0] as Element]])];
    const [a0, a1] = left as [Element, Element];
    const [b0, b1] = right as [Element, Element];
    const negative = keep(code, field.neg(code, a1));
    return [
      field.sumOfProducts(code, [
        [a0, b0],
        [negative, b1],
      ]),
      field.sumOfProducts(code, [
        [a0, b1],
        [a1, b0],
      ]),
    ];
  }

  /** Of a factor. */
  square(code: FunctionWriter, value: Coordinate): Coordinate {
    const field = this.#field;
    if (this.components === 1) return [field.square(code, value[0] as Element)];
    // (a + bi)² = (a + b)(a − b) + 2abi
    const [a, b] = value as [Element, Element];
    const sum = keep(code, field.add(code, a, b));
    const difference = keep(code, field.sub(code, a, b));
    const twice = keep(code, field.add(code, a, a));
    return [field.sumOfProducts(code, [[sum, difference]]), field.sumOfProducts(code, [[twice, b]])];
  }

  #each(make: (index: number) => Element): Coordinate {
    return Array.from({ length: this.components }, (_, index) => make(index));
  }
}
