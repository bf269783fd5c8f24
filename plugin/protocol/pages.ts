/** Fixed numbers of words by position, in pages that are made when they are first written to. */
export class Pages {
  readonly #wordsEach: number;
  readonly #perPage: number;
  readonly #fill: (page: BigUint64Array) => void;
  readonly #pages: Numbered;
  /** Pages of another owner are shared with a copy: they are copied before they are written to. */
  #owner = {};

  /**
   * @param wordsEach - Of every position.
   * @param perPage - Positions of a page: a copy takes one of them for every change to it.
   * @param fill - Gives a new page its content, if it is not to be zero.
   */
  constructor(
    wordsEach: number,
    perPage: number,
    fill: (page: BigUint64Array) => void = () => {},
    pages: Numbered = new Numbered(),
  ) {
    this.#wordsEach = wordsEach;
    this.#perPage = perPage;
    this.#fill = fill;
    this.#pages = pages;
  }

  /** The page that has a position, to read only; undefined if nothing near it has ever been written. */
  page(position: number): BigUint64Array | undefined {
    return this.#pages.get(Math.floor(position / this.#perPage))?.words;
  }

  /** The page that has a position, to write. */
  writablePage(position: number): BigUint64Array {
    const number = Math.floor(position / this.#perPage);
    const page = this.#pages.get(number);
    if (page?.owner === this.#owner) return page.words;
    const words = page?.words.slice() ?? new BigUint64Array(this.#perPage * this.#wordsEach);
    if (page === undefined) this.#fill(words);
    this.#pages.set(number, { words, owner: this.#owner });
    return words;
  }

  /** Where in its page a position's words begin. */
  offset(position: number): number {
    return (position % this.#perPage) * this.#wordsEach;
  }

  /** Every page with the first of its positions. */
  *entries(): Generator<[position: number, page: BigUint64Array]> {
    for (const [number, { words }] of this.#pages.entries()) yield [number * this.#perPage, words];
  }

  /** Pages with the same content. They are shared until one side writes to them. */
  copy(): Pages {
    this.#owner = {};
    return new Pages(this.#wordsEach, this.#perPage, this.#fill, this.#pages.copy());
  }
}

type Page = { readonly words: BigUint64Array; readonly owner: object };

/** Further from the others, a page is found by a map. */
const largestGap = 1_024;

/** Pages by number: in an array as far as they are next to each other, which is fast to read and to copy. */
class Numbered {
  readonly #near: (Page | undefined)[];
  readonly #far: Map<number, Page>;

  constructor(near: (Page | undefined)[] = [], far: Iterable<[number, Page]> = []) {
    this.#near = near;
    this.#far = new Map(far);
  }

  get(number: number): Page | undefined {
    return this.#near[number] ?? (this.#far.size === 0 ? undefined : this.#far.get(number));
  }

  set(number: number, page: Page): void {
    if (this.#far.has(number) || number > this.#near.length + largestGap) {
      this.#far.set(number, page);
      return;
    }
    while (this.#near.length <= number) this.#near.push(undefined);
    this.#near[number] = page;
  }

  *entries(): Generator<[number: number, page: Page]> {
    for (const [number, page] of this.#near.entries()) if (page !== undefined) yield [number, page];
    yield* this.#far.entries();
  }

  copy(): Numbered {
    return new Numbered(this.#near.slice(), this.#far);
  }
}
