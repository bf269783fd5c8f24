import type { Holder } from "../protocol/account.ts";

/**
 * Who has which index, accounts that are yet to be created included. Nobody ever leaves, since an identity never
 * changes once set (protocol section 1).
 */
export class Directory {
  readonly #holders = new Map<number, Holder>();
  readonly #indices = new Map<string, number>();
  #lowestFree = 0;

  get size(): number {
    return this.#holders.size;
  }

  add(index: number, { ax, ay, owner, asset }: Holder): void {
    const holder = { ax, ay, owner, asset };
    this.#holders.set(index, holder);
    const name = nameOf(holder);
    const known = this.#indices.get(name);
    if (known === undefined || index < known) this.#indices.set(name, index);
    while (this.#holders.has(this.#lowestFree)) this.#lowestFree++;
  }

  /** The account with exactly this identity; the lowest index if there are several. */
  find(holder: Holder): number | undefined {
    return this.#indices.get(nameOf(holder));
  }

  /** The lowest index that nobody has; it may be outside the tree. */
  get lowestFree(): number {
    return this.#lowestFree;
  }

  /** Every index with its holder, in no particular order. */
  entries(): IterableIterator<[index: number, holder: Holder]> {
    return this.#holders.entries();
  }
}

function nameOf({ ax, ay, owner, asset }: Holder): string {
  return `${ax.toString(16)} ${ay.toString(16)} ${owner.toString(16)} ${asset}`;
}
