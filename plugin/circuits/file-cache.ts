import { type FileKind, fileIdentity, type HashedFile, readHashed } from "./hashed-file.ts";

/** A few circuits are in use at a time. */
const capacity = 4;

/** What a few files were made into: what is kept is what was checked, and made again when its file was touched. */
export class FileCache<T> {
  readonly #kind: FileKind;
  readonly #make: (bytes: Uint8Array) => T | Promise<T>;
  readonly #made = new Map<string, Promise<T>>();

  constructor(kind: FileKind, make: (bytes: Uint8Array) => T | Promise<T>) {
    this.#kind = kind;
    this.#make = make;
  }

  /** Throws as readHashed. */
  async of(file: HashedFile): Promise<T> {
    const identity = JSON.stringify([file.path, file.hash, await fileIdentity(file.path)]);
    const known = this.#made.get(identity);
    if (known !== undefined) return await known;
    const making = readHashed(this.#kind, file).then(this.#make);
    this.#made.set(identity, making);
    const [oldest] = this.#made.keys();
    if (this.#made.size > capacity && oldest !== undefined) this.#made.delete(oldest);
    try {
      return await making;
    } catch (error) {
      // A file that could not be read may be whole the next time.
      this.#made.delete(identity);
      throw error;
    }
  }
}
