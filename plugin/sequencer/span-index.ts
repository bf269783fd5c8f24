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

  /** Whether an entry has exactly these parts. */
  has(entry: number, parts: Uint16Array): boolean {
    const at = this.partsEach * (entry - 1);
    return parts.every((part, index) => this.#parts[at + index] === part);
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
  readonly #factors: Float64Array;
  /** Numbers of entries, 0 where there is none, and the hashes of their spans. */
  #slots = new Uint32Array(128);
  #hashes = new Uint32Array(128);
  #count = 0;

  /** @param from - The first part of the span, `to` the one behind it. */
  constructor(entries: PackedEntries, from: number, to: number) {
    this.#entries = entries;
    this.#from = from;
    this.#to = to;
    const random = crypto.getRandomValues(new Uint32Array(to - from));
    this.#factors = Float64Array.from(random, (factor) => factor % prime);
  }

  hash(parts: Uint16Array): number {
    let sum = 0;
    // At most 64 products below 2^47: the sum is exact.
    for (let part = this.#from; part < this.#to; part++) {
      sum += (parts[part] as number) * (this.#factors[part - this.#from] as number);
    }
    return sum % prime;
  }

  /** The entry that stands for all with the same span as that of `parts`; 0 if there is none. */
  find(parts: Uint16Array, hash = this.hash(parts)): number {
    return this.#slots[this.#slotOf(parts, hash)] as number;
  }

  /** Has an entry stand for all with its span, that of `parts`. */
  set(entry: number, parts: Uint16Array, hash = this.hash(parts)): void {
    if (2 * this.#count >= this.#slots.length) this.#grow();
    const slot = this.#slotOf(parts, hash);
    if (this.#slots[slot] === 0) this.#count++;
    this.#slots[slot] = entry;
    this.#hashes[slot] = hash;
  }

  /** Where the span is, or would be. */
  #slotOf(parts: Uint16Array, hash: number): number {
    const last = this.#slots.length - 1;
    for (let slot = hash & last; ; slot = (slot + 1) & last) {
      const entry = this.#slots[slot] as number;
      if (entry === 0 || (this.#hashes[slot] === hash && this.#isSame(entry, parts))) return slot;
    }
  }

  #isSame(entry: number, parts: Uint16Array): boolean {
    const { parts: all, partsEach } = this.#entries;
    const at = partsEach * (entry - 1);
    for (let part = this.#from; part < this.#to; part++) {
      if (all[at + part] !== parts[part]) return false;
    }
    return true;
  }

  #grow(): void {
    const [slots, hashes] = [this.#slots, this.#hashes];
    this.#slots = new Uint32Array(4 * slots.length);
    this.#hashes = new Uint32Array(4 * slots.length);
    const last = this.#slots.length - 1;
    for (const [from, entry] of slots.entries()) {
      if (entry === 0) continue;
      const hash = hashes[from] as number;
      let slot = hash & last;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & last;
      this.#slots[slot] = entry;
      this.#hashes[slot] = hash;
    }
  }
}
