// The binary format of WebAssembly (https://webassembly.github.io/spec/core/binary), as far as witness programs need it.

/** Reads a part of a module, front to back. */
export class Reader {
  position: number;
  readonly end: number;
  readonly #bytes: Buffer;

  /** @throws RangeError if the bytes do not reach to `end` */
  constructor(bytes: Buffer, position = 0, end = bytes.length) {
    if (end > bytes.length) throw new RangeError("It ends too early.");
    this.#bytes = bytes;
    this.position = position;
    this.end = end;
  }

  byte(): number {
    if (this.position >= this.end) throw new RangeError("It ends too early.");
    return this.#bytes[this.position++] as number;
  }

  /** Whether these bytes are next; they are read then. */
  takes(...bytes: readonly number[]): boolean {
    const start = this.position;
    if (bytes.every((byte, index) => this.#bytes[start + index] === byte)) this.position += bytes.length;
    return this.position > start;
  }

  /** An unsigned integer. */
  number(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }

  /** A signed integer. */
  signedNumber(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) return byte < 64 ? value : value - 128 * factor;
    }
  }

  text(): string {
    return this.part().rest().toString("utf8");
  }

  /** What has its length before it. */
  part(): Reader {
    const length = this.number();
    const part = new Reader(this.#bytes, this.position, this.position + length);
    this.position += length;
    return part;
  }

  rest(): Buffer {
    return this.#bytes.subarray(this.position, this.end);
  }

  list<T>(element: (reader: Reader) => T): T[] {
    return Array.from({ length: this.number() }, () => element(this));
  }

  /** A function's type. */
  signature(): Buffer {
    const start = this.position++;
    for (let side = 0; side < 2; side++) {
      const values = this.number();
      this.position += values;
    }
    return this.#bytes.subarray(start, this.position);
  }
}

/** An unsigned integer, least significant digits first (LEB128). */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) + 128);
  }
}

/** An integer of at least 0 where a signed one is expected. */
export function signed(value: number): number[] {
  const bytes = unsigned(value);
  const last = bytes.at(-1) as number;
  return last < 64 ? bytes : [...bytes.slice(0, -1), last + 128, 0];
}
