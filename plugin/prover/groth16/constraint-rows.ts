// The matrices A and B of a key, laid out for row-functions.ts: for each row a list of terms, wire and factor, of which
// two are multiplied at once in the lanes of vectors. Factors repeat a lot (1, −1, powers of two, constants of hashes),
// so each is kept once: 8 bytes a term instead of the file's 44.

import { entryBytes } from "./key-file.ts";

/** Entries looked at at a time, where the file's bytes are not aligned and have to be copied. */
const chunkEntries = 1 << 14;
const entryWords = entryBytes / 4;
/** Two wires, then two factors. */
export const wordsOfPair = 4;

export interface RowTerms {
  /** Rows of each matrix. */
  readonly rows: number;
  /** Pairs of terms of each row, at least one; those of matrix B follow those of A. */
  readonly pairs: Uint32Array;
  readonly totalPairs: number;
  /** Index of each entry's factor in `factors`. */
  readonly factorOfEntry: Uint32Array;
  /** Distinct factors as in the file, 8 words each. The first is 0, which fills pairs up. */
  readonly factors: Uint32Array;
  readonly entries: Uint8Array;
}

/** Counts terms and finds the distinct factors. */
export function countTerms(entries: Uint8Array, power: number): RowTerms {
  const rows = 2 ** power;
  const count = entries.length / entryBytes;
  const terms = new Uint32Array(2 * rows);
  const factorOfEntry = new Uint32Array(count);
  const factors = new FactorSet();
  forEachChunk(entries, (words, first, last) => {
    for (let index = first, at = 0; index < last; index++, at += entryWords) {
      const row = (words[at] as number) * rows + (words[at + 1] as number);
      terms[row] = (terms[row] as number) + 1;
      factorOfEntry[index] = factors.indexOf(words, at + 3);
    }
  });
  let totalPairs = 0;
  for (let row = 0; row < terms.length; row++) {
    const pairs = Math.max(1, ((terms[row] as number) + 1) >> 1);
    terms[row] = pairs;
    totalPairs += pairs;
  }
  return { rows, pairs: terms, totalPairs, factorOfEntry, factors: factors.values, entries };
}

/** Where terms refer to. */
export interface TermTargets {
  /** Address of the first wire's value. */
  readonly wires: number;
  /** Address of the first factor. */
  readonly factors: number;
  /** Bytes of a value and of a factor. */
  readonly elementBytes: number;
}

/** Writes the pairs of terms of all rows, in order; `output` has `wordsOfPair` words a pair. */
export function writeTerms(
  terms: RowTerms,
  { wires, factors, elementBytes }: TermTargets,
  output: Uint32Array,
): void {
  const { rows, pairs, factorOfEntry } = terms;
  // What is not a term is 0 times the constant wire.
  for (let at = 0; at < output.length; at += wordsOfPair) {
    output.fill(wires, at, at + 2);
    output.fill(factors, at + 2, at + 4);
  }
  // Where the next term of each row goes, counted in terms.
  const next = new Uint32Array(2 * rows);
  let sum = 0;
  for (let row = 0; row < 2 * rows; row++) {
    next[row] = 2 * sum;
    sum += pairs[row] as number;
  }
  forEachChunk(terms.entries, (words, first, last) => {
    for (let index = first, at = 0; index < last; index++, at += entryWords) {
      const row = (words[at] as number) * rows + (words[at + 1] as number);
      const term = next[row] as number;
      next[row] = term + 1;
      const slot = (term >> 1) * wordsOfPair + (term & 1);
      output[slot] = wires + elementBytes * (words[at + 2] as number);
      output[slot + 2] = factors + elementBytes * (factorOfEntry[index] as number);
    }
  });
}

function forEachChunk(
  entries: Uint8Array,
  visit: (words: Uint32Array, first: number, last: number) => void,
): void {
  const count = entries.length / entryBytes;
  if (entries.byteOffset % 4 === 0) {
    visit(new Uint32Array(entries.buffer, entries.byteOffset, count * entryWords), 0, count);
    return;
  }
  for (let first = 0; first < count; first += chunkEntries) {
    const last = Math.min(count, first + chunkEntries);
    visit(new Uint32Array(entries.slice(first * entryBytes, last * entryBytes).buffer), first, last);
  }
}

/** Distinct numbers of 8 words, numbered as they come; 0 is there from the beginning. */
class FactorSet {
  #values = new Uint32Array(8 * 1024);
  #count = 1;
  /** Index + 1 of the number in a slot; 0 if it is free. */
  #slots = new Uint32Array(4096);

  constructor() {
    this.#slots[this.#slotOf(this.#values, 0)] = 1;
  }

  get values(): Uint32Array {
    return this.#values.slice(0, 8 * this.#count);
  }

  indexOf(words: Uint32Array, at: number): number {
    const slot = this.#slotOf(words, at);
    const known = this.#slots[slot] as number;
    if (known > 0) return known - 1;
    if (8 * (this.#count + 1) > this.#values.length) {
      const larger = new Uint32Array(2 * this.#values.length);
      larger.set(this.#values);
      this.#values = larger;
    }
    for (let word = 0; word < 8; word++) this.#values[8 * this.#count + word] = words[at + word] as number;
    this.#count++;
    this.#slots[slot] = this.#count;
    if (2 * this.#count > this.#slots.length) this.#grow();
    return this.#count - 1;
  }

  /** Its slot, or the free one where it belongs. */
  #slotOf(words: Uint32Array, at: number): number {
    let hash = 0;
    for (let word = 0; word < 8; word++) {
      hash = Math.imul(hash ^ (words[at + word] as number), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const index = this.#slots[slot] as number;
      if (index === 0) return slot;
      let same = true;
      for (let word = 0; word < 8 && same; word++) {
        same = this.#values[8 * (index - 1) + word] === words[at + word];
      }
      if (same) return slot;
    }
  }

  #grow(): void {
    this.#slots = new Uint32Array(2 * this.#slots.length);
    for (let index = 0; index < this.#count; index++) {
      this.#slots[this.#slotOf(this.#values, 8 * index)] = index + 1;
    }
  }
}
