// What the representations by doubles have in common: a limb is a double, and a sum is the sum of limbs.

import type { FunctionWriter, Value } from "../webassembly/function-writer.ts";
import type { Element, VectorField } from "./vector-field.ts";

export abstract class LimbVectors implements VectorField {
  readonly modulus: bigint;
  abstract readonly radix: bigint;
  readonly elementBytes: number;
  readonly pairBytes: number;
  readonly #limbs: number;

  constructor(modulus: bigint, limbs: number) {
    this.modulus = modulus;
    this.#limbs = limbs;
    this.elementBytes = 8 * limbs;
    this.pairBytes = 16 * limbs;
  }

  abstract sumOfProducts(code: FunctionWriter, products: readonly (readonly [Element, Element])[]): Element;
  abstract square(code: FunctionWriter, element: Element): Element;
  abstract reduced(code: FunctionWriter, element: Element): Element;
  abstract fromWords(code: FunctionWriter, words: readonly Value[]): Element;
  abstract toWords(code: FunctionWriter, element: Element): readonly (readonly Value[])[];
  /** The doubles that a number consists of. */
  protected abstract doublesOf(value: bigint): number[];

  bytesOf(value: bigint): Uint8Array {
    return new Uint8Array(Float64Array.from(this.doublesOf(this.centred(value))).buffer);
  }

  constant(code: FunctionWriter, value: bigint): Element {
    return this.doublesOf(this.centred(value)).map((limb) => code.doubles(limb));
  }

  load(code: FunctionWriter, address: Value, offset: number): Element {
    return this.#each((limb) => code.v128.load(address, offset + 16 * limb));
  }

  store(code: FunctionWriter, address: Value, offset: number, element: Element): void {
    element.forEach((limb, index) => {
      code.v128.store(address, offset + 16 * index, limb);
    });
  }

  gather(code: FunctionWriter, [first, second]: readonly [Value, Value], offset: number): Element {
    return this.#each((limb) => code.v128.gather(first, second, offset + 8 * limb));
  }

  scatter(
    code: FunctionWriter,
    [first, second]: readonly [Value, Value],
    offset: number,
    element: Element,
  ): void {
    element.forEach((limb, index) => {
      code.v128.scatter(first, second, offset + 8 * index, limb);
    });
  }

  add(code: FunctionWriter, left: Element, right: Element): Element {
    return left.map((limb, index) => code.f64x2.add(limb, right[index] as Value));
  }

  sub(code: FunctionWriter, left: Element, right: Element): Element {
    return left.map((limb, index) => code.f64x2.sub(limb, right[index] as Value));
  }

  neg(code: FunctionWriter, element: Element): Element {
    return element.map((limb) => code.f64x2.neg(limb));
  }

  negatedWhere(code: FunctionWriter, mask: Value, element: Element): Element {
    const signs = code.keep(code.i64x2.and(mask, code.lanes(2n ** 63n)));
    return element.map((limb) => code.v128.xor(limb, signs));
  }

  /** The value mod m of least magnitude. */
  protected centred(value: bigint): bigint {
    return 2n * value > this.modulus ? value - this.modulus : value;
  }

  #each(make: (limb: number) => Value): Element {
    return Array.from({ length: this.#limbs }, (_, limb) => make(limb));
  }
}
