import type { RootDatabase } from "lmdb";
import { type BytesCodec, bytesOf, type Codec, valueFrom } from "./codec.ts";
import { SequencerError } from "./errors.ts";

/** What the tables of one store share. */
export type TableSpace = {
  readonly database: RootDatabase<Uint8Array>;
  /** For messages. */
  readonly folder: string;
  /** Called before every access: throws if the store is closed. */
  readonly assertOpen: () => void;
};

/** Entries that are read at once by who wants one after another. */
const portionSize = 1_024;

/** Values by number, in one part of the store's only database: its keys are `[name, number]`. */
export class Table<V> {
  readonly #space: TableSpace;
  readonly #name: string;
  readonly #codec: Codec<V> | BytesCodec<V>;

  constructor(space: TableSpace, name: string, codec: Codec<V> | BytesCodec<V>) {
    this.#space = space;
    this.#name = name;
    this.#codec = codec;
  }

  get(key: number): V | undefined {
    const bytes = readDatabase(this.#space, () => this.#space.database.get([this.#name, key]));
    return bytes === undefined ? undefined : this.#decode(key, bytes);
  }

  /** Everything from a key on, by increasing key. */
  entries(from = 0): [key: number, value: V][] {
    return this.#portion(from, Number.POSITIVE_INFINITY);
  }

  /** Calls back for every entry, by increasing key, without having all of them in memory. */
  forEach(visit: (key: number, value: V) => void): void {
    let portion = this.#portion(0);
    while (portion.length > 0) {
      for (const [key, value] of portion) visit(key, value);
      portion = this.#portion((portion.at(-1)?.[0] ?? 0) + 1);
    }
  }

  /** What has the lowest key. */
  get first(): [key: number, value: V] | undefined {
    return this.#portion(0, 1)[0];
  }

  /** The number of entries. */
  get count(): number {
    const range = { start: [this.#name, 0], end: [this.#name, ""] };
    return readDatabase(this.#space, () => this.#space.database.getCount(range));
  }

  /** Inside a write only. */
  put(key: number, value: V): void {
    this.#space.assertOpen();
    this.#space.database.putSync([this.#name, key], bytesOf(this.#codec, value));
  }

  /** Inside a write only. */
  remove(key: number): void {
    this.#space.assertOpen();
    this.#space.database.removeSync([this.#name, key]);
  }

  #portion(from: number, limit = portionSize): [key: number, value: V][] {
    // Strings sort behind all numbers.
    const range = { start: [this.#name, from], end: [this.#name, ""], limit };
    const found = readDatabase(this.#space, () => [...this.#space.database.getRange(range)]);
    return found.map(({ key, value }) => {
      const number = Array.isArray(key) ? Number(key[1]) : Number.NaN;
      return [number, this.#decode(number, value)];
    });
  }

  #decode(key: number, bytes: Uint8Array): V {
    try {
      return valueFrom(this.#codec, bytes);
    } catch (error) {
      throw corruptedStore(this.#space.folder, `${this.#name} ${key} cannot be read`, error as Error);
    }
  }
}

/** Reads; what LMDB says of a damaged file becomes an error that says what to do. */
export function readDatabase<T>(space: TableSpace, read: () => T): T {
  space.assertOpen();
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && /MDB_(?:CORRUPTED|PAGE_NOTFOUND|INVALID|PANIC)/.test(error.message)) {
      throw corruptedStore(space.folder, error.message, error);
    }
    throw error;
  }
}

/** What everything that is wrong inside a store becomes. */
export function corruptedStore(folder: string, found: string, cause?: Error): SequencerError {
  return new SequencerError(
    "CORRUPTED_STORE",
    "The sequencer's store is damaged.",
    {
      folder,
      found,
      "to do": "restore the folder from a copy; what has settled is on L1, see rollup:sync",
    },
    cause,
  );
}
