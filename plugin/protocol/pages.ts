/** Fixed numbers of words by position, in pages that are made when they are first written to. */
export class Pages {
  readonly #wordsEach: number;
  readonly #fill: (page: BigUint64Array) => void;
  readonly #pages: Map<number, Page>;
  /** Pages of another owner are shared with a copy: they are copied before they are written to. */
  #owner = {};

  /**
   * @param wordsEach - Of every position.
   * @param fill - Gives a new page its content, if it is not to be zero.
   */
  constructor(wordsEach: number, fill: (page: BigUint64Array) => void = () => {}, pages?: Iterable<Entry>) {
    this.#wordsEach = wordsEach;
    this.#fill = fill;
    this.#pages = new Map(pages);
  }

  /** The page that has a position, to read only; undefined if nothing near it has ever been written. */
  page(position: number): BigUint64Array | undefined {
    return this.#pages.get(Math.floor(position / positionsPerPage))?.words;
  }

  /** The page that has a position, to write. */
  writablePage(position: number): BigUint64Array {
    const number = Math.floor(position / positionsPerPage);
    const page = this.#pages.get(number);
    if (page?.owner === this.#owner) return page.words;
    const words = page?.words.slice() ?? new BigUint64Array(positionsPerPage * this.#wordsEach);
    if (page === undefined) this.#fill(words);
    this.#pages.set(number, { words, owner: this.#owner });
    return words;
  }

  /** Where in its page a position's words begin. */
  offset(position: number): number {
    return (position % positionsPerPage) * this.#wordsEach;
  }

  /** Every page with the first of its positions. */
  *entries(): Generator<[position: number, page: BigUint64Array]> {
    for (const [number, { words }] of this.#pages) yield [number * positionsPerPage, words];
  }

  /** Pages with the same content. They are shared until one side writes to them. */
  copy(): Pages {
    this.#owner = {};
    return new Pages(this.#wordsEach, this.#fill, this.#pages);
  }
}

type Page = { readonly words: BigUint64Array; readonly owner: object };
type Entry = readonly [number: number, page: Page];

/** A power of 4, so that siblings are in one page. Copies share pages, and copy one for every change to it. */
export const positionsPerPage = 64;
