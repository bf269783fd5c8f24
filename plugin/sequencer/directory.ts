import type { Holder } from "../protocol/account.ts";
import type { PublicKey } from "../protocol/babyjubjub.ts";
import { Pages } from "../protocol/pages.ts";
import { writeWords } from "../protocol/words.ts";
import { grown, PackedEntries, SpanIndex } from "./span-index.ts";

/** A holder in 16-bit parts: ax and ay 16 each, owner 10, asset 2. */
const span = { key: [0, 32], owner: [32, 42], holder: [0, 44] } as const;

/**
 * Who has which index, accounts that are yet to be created included. Nobody ever leaves, since an identity never
 * changes once set (protocol section 1). About 150 bytes a holder.
 */
export class Directory {
  readonly #entries = new PackedEntries(span.holder[1]);
  readonly #byHolder = new SpanIndex(this.#entries, ...span.holder);
  readonly #byKey = new SpanIndex(this.#entries, ...span.key);
  readonly #byOwner = new SpanIndex(this.#entries, ...span.owner);
  /** By entry: its index, and the entries before it with the same key and the same owner, 0 if there are none. */
  #indices = new Float64Array(64);
  #sameKey = new Uint32Array(64);
  #sameOwner = new Uint32Array(64);
  /** 1 for an index that somebody has. */
  readonly #taken = new Pages(1, 1_024);
  readonly #words = new BigUint64Array(11);
  readonly #parts = new Uint16Array(this.#words.buffer);
  #lowestFree = 0;

  get size(): number {
    return this.#entries.count;
  }

  /** Enters a holder; doing so again changes nothing. */
  add(index: number, holder: Holder): void {
    this.#pack(holder);
    if (this.#isTaken(index)) {
      if (this.#isAt(index)) return;
      throw new Error(`Account ${index} has another holder.`);
    }
    const parts = this.#parts;
    const hashes = [this.#byHolder.hash(parts), this.#byKey.hash(parts), this.#byOwner.hash(parts)] as const;
    const [known, key, owner] = [
      this.#byHolder.find(parts, hashes[0]),
      this.#byKey.find(parts, hashes[1]),
      this.#byOwner.find(parts, hashes[2]),
    ];
    const entry = this.#entries.add(parts);
    this.#indices = grown(this.#indices, entry + 1);
    this.#sameKey = grown(this.#sameKey, entry + 1);
    this.#sameOwner = grown(this.#sameOwner, entry + 1);
    this.#indices[entry] = index;
    this.#sameKey[entry] = key;
    this.#sameOwner[entry] = owner;
    if (known === 0 || index < (this.#indices[known] as number)) this.#byHolder.set(entry, parts, hashes[0]);
    this.#byKey.set(entry, parts, hashes[1]);
    this.#byOwner.set(entry, parts, hashes[2]);
    this.#taken.writablePage(index)[this.#taken.offset(index)] = 1n;
    while (this.#isTaken(this.#lowestFree)) this.#lowestFree++;
  }

  /** The account with exactly this identity; the lowest index if there are several. */
  find(holder: Holder): number | undefined {
    this.#pack(holder);
    const entry = this.#byHolder.find(this.#parts);
    return entry === 0 ? undefined : this.#indices[entry];
  }

  /** The accounts of a key, by increasing index. */
  ofKey({ ax, ay }: PublicKey): number[] {
    this.#pack({ ax, ay, owner: 0n, asset: 0 });
    return this.#chain(this.#byKey.find(this.#parts), this.#sameKey);
  }

  /** The accounts of an L1 address, by increasing index. */
  ofOwner(owner: bigint): number[] {
    this.#pack({ ax: 0n, ay: 0n, owner, asset: 0 });
    return this.#chain(this.#byOwner.find(this.#parts), this.#sameOwner);
  }

  /** The lowest index that nobody has; it may be outside the tree. */
  get lowestFree(): number {
    return this.#lowestFree;
  }

  #chain(last: number, before: Uint32Array): number[] {
    const indices: number[] = [];
    for (let entry = last; entry !== 0; entry = before[entry] as number) {
      indices.push(this.#indices[entry] as number);
    }
    return indices.sort((a, b) => a - b);
  }

  /** Whether the packed holder has an index. */
  #isAt(index: number): boolean {
    const parts = this.#parts;
    const first = this.#byHolder.find(parts);
    if (first === 0) return false;
    if (this.#indices[first] === index) return true;
    // Several accounts of one identity: they are among those of the key.
    for (let entry = this.#byKey.find(parts); entry !== 0; entry = this.#sameKey[entry] as number) {
      if (this.#indices[entry] === index) return this.#entries.has(entry, parts);
    }
    return false;
  }

  #isTaken(index: number): boolean {
    return this.#taken.page(index)?.[this.#taken.offset(index)] === 1n;
  }

  #pack({ ax, ay, owner, asset }: Holder): void {
    const words = this.#words;
    writeWords(words, 0, ax);
    writeWords(words, 4, ay);
    words[8] = owner;
    words[9] = owner >> 64n;
    words[10] = (owner >> 128n) | (BigInt(asset) << 32n);
  }
}
