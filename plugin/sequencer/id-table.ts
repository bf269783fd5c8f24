import { type BytesCodec, bytesOf, type Codec, valueFrom } from "./codec.ts";
import { corruptedStore, readDatabase, type TableSpace } from "./table.ts";

/** Values by 32-byte id, `0x` and 64 lower-case digits. Keys are in base64, which is shorter. */
export class IdTable<V> {
  readonly #space: TableSpace;
  readonly #name: string;
  readonly #codec: Codec<V> | BytesCodec<V>;

  constructor(space: TableSpace, name: string, codec: Codec<V> | BytesCodec<V>) {
    this.#space = space;
    this.#name = name;
    this.#codec = codec;
  }

  get(id: string): V | undefined {
    const bytes = readDatabase(this.#space, () => this.#space.database.get(this.#key(id)));
    try {
      return bytes === undefined ? undefined : valueFrom(this.#codec, bytes);
    } catch (error) {
      throw corruptedStore(this.#space.folder, `${this.#name} ${id} cannot be read`, error as Error);
    }
  }

  /** The number of entries. */
  get count(): number {
    const range = { start: [this.#name], end: [this.#name, "~"] };
    return readDatabase(this.#space, () => this.#space.database.getCount(range));
  }

  /** Inside a write only. */
  put(id: string, value: V): void {
    this.#space.assertOpen();
    this.#space.database.putSync(this.#key(id), bytesOf(this.#codec, value));
  }

  /** Inside a write only. */
  remove(id: string): void {
    this.#space.assertOpen();
    this.#space.database.removeSync(this.#key(id));
  }

  #key(id: string): [string, string] {
    return [this.#name, Buffer.from(id.slice(2), "hex").toString("base64url")];
  }
}
