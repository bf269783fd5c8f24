// The worker's copies of files, under the SHA-256 of their content. A copy is hashed each time before it is used: disks
// and other users change files, and a proof with a changed key is lost time at best.

import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { FileUnavailableError } from "./errors.ts";
import type { FileStore, TransferOptions } from "./file-store.ts";
import type { StoredFile } from "./stored-file.ts";

export interface FileCacheOptions {
  /** Size above which the files that were not used for longest go. Default 20 GB. */
  readonly maxBytes?: number | undefined;
}

/** A file that was used since then may be in use by a process beside this one. */
const inUseMilliseconds = 3_600_000;

export class FileCache {
  readonly #folder: string;
  readonly #store: FileStore;
  readonly #maxBytes: number;
  readonly #fetching = new Map<string, Promise<string>>();

  constructor(folder: string, store: FileStore, { maxBytes = 20e9 }: FileCacheOptions = {}) {
    this.#folder = folder;
    this.#store = store;
    this.#maxBytes = maxBytes;
  }

  /**
   * The path of a file with exactly the content of its hash: the copy that is here, or else one out of Redis.
   *
   * @param extension - Of the copy's name, such as `zkey`: programs go by it.
   * @throws FileUnavailableError if Redis does not have it, or other bytes under its hash
   */
  async fetch(file: StoredFile, extension: string, options: TransferOptions = {}): Promise<string> {
    const copy = path.join(this.#folder, `${file.hash}.${extension}`);
    // Two jobs at once fetch a file once. If the first is stopped, the second starts again.
    const underWay = this.#fetching.get(copy);
    if (underWay !== undefined) {
      await underWay.catch(() => undefined);
      return await this.fetch(file, extension, options);
    }
    const fetching = this.#fetch(file, copy, options);
    this.#fetching.set(copy, fetching);
    try {
      return await fetching;
    } finally {
      this.#fetching.delete(copy);
    }
  }

  /** The content of a small file, checked, without keeping a copy. */
  async read(file: StoredFile, { signal }: TransferOptions = {}): Promise<Uint8Array> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.#checked(file, signal)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  async #fetch(file: StoredFile, copy: string, options: TransferOptions): Promise<string> {
    if ((await hashOf(copy)) === file.hash) {
      const now = new Date();
      await utimes(copy, now, now);
      return copy;
    }
    await mkdir(this.#folder, { recursive: true });
    const part = path.join(this.#folder, `${file.hash}.${randomUUID()}.part`);
    let handle: FileHandle | undefined;
    try {
      handle = await open(part, "wx");
      let bytes = 0;
      for await (const chunk of this.#checked(file, options.signal)) {
        await handle.writeFile(chunk);
        bytes += chunk.length;
        options.onBytes?.(bytes);
      }
      await handle.close();
      await rename(part, copy);
    } catch (error) {
      await handle?.close();
      await rm(part, { force: true });
      throw error;
    }
    await this.#prune();
    return copy;
  }

  /** The chunks of a file out of Redis. Only its end says whether they were the right ones. */
  async *#checked(
    file: StoredFile,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Buffer, void, undefined> {
    const hash = createHash("sha256");
    for await (const chunk of this.#store.read(file)) {
      signal?.throwIfAborted();
      hash.update(chunk);
      yield chunk;
    }
    const found = hash.digest("hex");
    if (found === file.hash) return;
    throw new FileUnavailableError("A file in Redis is damaged or was swapped.", file, true, { found });
  }

  /** Removes what was not used for longest, until the rest fits. */
  async #prune(): Promise<void> {
    const files = await Promise.all(
      (await readdir(this.#folder)).map(async (name) => {
        const file = path.join(this.#folder, name);
        const { size, mtimeMs } = await stat(file).catch(() => ({ size: 0, mtimeMs: Date.now() }));
        return { file, size, mtimeMs };
      }),
    );
    let total = files.reduce((sum, { size }) => sum + size, 0);
    for (const { file, size, mtimeMs } of files.toSorted((a, b) => a.mtimeMs - b.mtimeMs)) {
      const idle = Date.now() - mtimeMs > inUseMilliseconds;
      const abandoned = file.endsWith(".part");
      if (!idle || (total <= this.#maxBytes && !abandoned)) continue;
      await rm(file, { force: true });
      total -= size;
    }
  }
}

/** SHA-256 of a file, undefined if it is not there. */
async function hashOf(file: string): Promise<string | undefined> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  return hash.digest("hex");
}
