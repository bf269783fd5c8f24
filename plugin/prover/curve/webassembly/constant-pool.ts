/** Constant vectors, which V8 loads from memory in less time than it makes them. */
export class ConstantPool {
  /** Numbers of the vectors, in the order of their first use. */
  readonly #numbers = new Map<bigint, number>();

  /** Byte offset of the vector with these 64 bits in both lanes. */
  offsetOf(lane: bigint): number {
    const bits = BigInt.asUintN(64, lane);
    const number = this.#numbers.get(bits) ?? this.#numbers.size;
    this.#numbers.set(bits, number);
    return 16 * number;
  }

  /** What has to be in memory, from a multiple of 16 on. */
  get bytes(): Uint8Array {
    return new Uint8Array(
      BigUint64Array.from([...this.#numbers.keys()].flatMap((bits) => [bits, bits])).buffer,
    );
  }
}

/** The 64 bits of a double. */
export function bitsOfDouble(value: number): bigint {
  return new BigUint64Array(Float64Array.of(value).buffer)[0] as bigint;
}
