/** Entries of a fixed number of 16-bit parts, numbered from 1, whose memory grows with them. */
export class PackedEntries {
  readonly partsEach: number;
  #parts: Uint16Array;
  #count = 0;

  constructor(partsEach: number) {
    this.partsEach = partsEach;
    this.#parts = new Uint16Array(64 * partsEach);
  }

  get count(): number {
    return this.#count;
  }

  /** All parts; those of an entry begin at `partsEach` times its number less one. It changes when entries are added. */
  get parts(): Uint16Array {
    return this.#parts;
  }

  /** Returns the number of the new entry. */
  add(parts: Uint16Array): number {
    const at = this.#count * this.partsEach;
    this.#parts = grown(this.#parts, at + this.partsEach);
    this.#parts.set(parts, at);
    return ++this.#count;
  }
}

/** The array, or one twice as long with the same content. */
export function grown<T extends Uint16Array | Uint32Array | Float64Array>(array: T, length: number): T {
  if (array.length >= length) return array;
  const larger = new (array.constructor as new (length: number) => T)(Math.max(length, 2 * array.length));
  larger.set(array);
  return larger;
}

const prime = 2 ** 31 - 1;

/**
 * Finds entries by some of their parts. Its hash has secret random factors, so that nobody can choose holders that all
 * fall into one place.
 */
export class SpanIndex {
  readonly #entries: PackedEntries;
  readonly #from: number;
  readonly #to: number;
  readonly #factors: Uint32Array;
  /** Numbers of entries, 0 where there is none. */
  #slots = new Uint32Array(128);
  #count = 0;

  /** @param from - The first part of the span, `to` the one behind it. */
  constructor(entries: PackedEntries, from: number, to: number) {
    this.#entries = entries;
    this.#from = from;
    this.#to = to;
    this.#factors = crypto.getRandomValues(new Uint32Array(to - from)).map((factor) => factor % prime);
  }

  /** The entry that stands for all with the same span as that of `parts`; 0 if there is none. */
  find(parts: Uint16Array): number {
    return this.#slots[this.#slotOf(parts, 0)] ?? 0;
  }

  /** Has an entry stand for all with its span. */
  set(entry: number): void {
    if (2 * this.#count >= this.#slots.length) this.#grow();
    const slot = this.#slotOf(this.#entries.parts, this.#entries.partsEach * (entry - 1));
    if (this.#slots[slot] === 0) this.#count++;
    this.#slots[slot] = entry;
  }

  /** Where the span at `base` is, or would be. */
  #slotOf(parts: Uint16Array, base: number): number {
    let sum = 0;
    // At most 64 products below 2^47: the sum is exact.
    for (let part = this.#from; part < this.#to; part++) {
      sum += (parts[base + part] as number) * (this.#factors[part - this.#from] as number);
    }
    const last = this.#slots.length - 1;
    let slot = (sum % prime) & last;
    for (;;) {
      const entry = this.#slots[slot] as number;
      if (entry === 0 || this.#isSame(entry, parts, base)) return slot;
      slot = (slot + 1) & last;
    }
  }

  #isSame(entry: number, parts: Uint16Array, base: number): boolean {
    const { parts: all, partsEach } = this.#entries;
    const at = partsEach * (entry - 1);
    for (let part = this.#from; part < this.#to; part++) {
      if (all[at + part] !== parts[base + part]) return false;
    }
    return true;
  }

  #grow(): void {
    const known = this.#slots.filter((entry) => entry !== 0);
    this.#slots = new Uint32Array(2 * this.#slots.length);
    this.#count = 0;
    for (const entry of known) this.set(entry);
  }
}
