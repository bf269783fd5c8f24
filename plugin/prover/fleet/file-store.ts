// The files of jobs in Redis, under the SHA-256 of their content, in chunks: Redis takes values of up to 512 MiB, and
// answers nobody else while it handles one. Whoever can write to Redis can put anything under a hash, so nothing that is
// read here counts until the whole of it has been hashed (see FileCache).

import { open } from "node:fs/promises";
import type { Redis } from "ioredis";
import { FileUnavailableError, FleetError } from "./errors.ts";
import type { FileSource, StoredFile } from "./stored-file.ts";

export interface FileStoreOptions {
  /** Size of a chunk. Default 4 MiB. All machines of a fleet have the same. */
  readonly chunkBytes?: number | undefined;
  /** After how long Redis forgets a file that nobody has used. Default a day. */
  readonly lifetimeSeconds?: number | undefined;
}

export interface TransferOptions {
  /** Called with the bytes that are through. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export class FileStore {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #chunkBytes: number;
  readonly lifetimeSeconds: number;

  /** @param prefix - Of its keys. */
  constructor(
    redis: Redis,
    prefix: string,
    { chunkBytes = 4 * 2 ** 20, lifetimeSeconds = 86_400 }: FileStoreOptions = {},
  ) {
    this.#redis = redis;
    this.#prefix = prefix;
    this.#chunkBytes = chunkBytes;
    this.lifetimeSeconds = lifetimeSeconds;
  }

  /**
   * Stores what is missing of a file, and renews the lifetime of the rest.
   *
   * @param source - Its content, as `file` says: nobody checks that here.
   * @returns the bytes that were sent
   * @throws FleetError if Redis has no memory left
   */
  async put(
    file: StoredFile,
    source: FileSource,
    { onBytes, signal }: TransferOptions = {},
  ): Promise<number> {
    const missing = await this.#missingChunks(file);
    if (missing.length === 0) return 0;
    const opened = typeof source === "string" ? await open(source) : undefined;
    let sent = 0;
    try {
      for (const chunk of missing) {
        signal?.throwIfAborted();
        const { start, length } = this.#range(file, chunk);
        const bytes = Buffer.alloc(length);
        if (opened !== undefined) await opened.read(bytes, 0, length, start);
        else bytes.set((source as Uint8Array).subarray(start, start + length));
        await this.#set(file, chunk, bytes);
        sent += length;
        onBytes?.(sent);
      }
    } finally {
      await opened?.close();
    }
    return sent;
  }

  /** Whether all of a file is there, as far as its length tells. Renews its lifetime. */
  async has(file: StoredFile): Promise<boolean> {
    return (await this.#missingChunks(file)).length === 0;
  }

  /**
   * The chunks of a file, in order. Nobody has checked what is in them.
   *
   * @throws FileUnavailableError if one is missing or of another length
   */
  async *read(file: StoredFile): AsyncGenerator<Buffer, void, undefined> {
    for (let chunk = 0; chunk < this.#chunks(file); chunk++) {
      const bytes = await this.#redis.getBuffer(this.#key(file, chunk));
      const { length } = this.#range(file, chunk);
      if (bytes?.length === length) {
        yield bytes;
        continue;
      }
      throw new FileUnavailableError("A file that a proof needs is not in Redis.", file, bytes !== null, {
        chunk: `${chunk + 1} of ${this.#chunks(file)}`,
        problem: bytes === null ? "not there" : `${bytes.length} bytes instead of ${length}`,
      });
    }
  }

  /** Renews the lifetime of what is there. */
  async touch(files: readonly StoredFile[]): Promise<void> {
    const pipeline = this.#redis.pipeline();
    for (const file of files) {
      for (const key of this.#keys(file)) pipeline.expire(key, this.lifetimeSeconds);
    }
    await pipeline.exec();
  }

  async remove(file: StoredFile): Promise<void> {
    const keys = this.#keys(file);
    if (keys.length > 0) await this.#redis.unlink(keys);
  }

  /** The chunks that are not there in full length; the others live on. */
  async #missingChunks(file: StoredFile): Promise<number[]> {
    const pipeline = this.#redis.pipeline();
    for (const key of this.#keys(file)) pipeline.strlen(key).expire(key, this.lifetimeSeconds);
    const answers = (await pipeline.exec()) ?? [];
    const missing: number[] = [];
    for (let chunk = 0; chunk < this.#chunks(file); chunk++) {
      const [error, length] = answers[2 * chunk] ?? [];
      // Somebody has put something under the key that is no string: it is overwritten.
      if (error !== null || length !== this.#range(file, chunk).length) missing.push(chunk);
    }
    return missing;
  }

  async #set(file: StoredFile, chunk: number, bytes: Buffer): Promise<void> {
    try {
      await this.#redis.set(this.#key(file, chunk), bytes, "EX", this.lifetimeSeconds);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith("OOM"))) throw error;
      throw new FleetError(
        "Redis has no memory left for the files of a proof.",
        {
          "bytes of the file": file.bytes,
          problem: error.message,
          "what to do":
            "raise maxmemory of the Redis server to hold circuits, keys and inputs (docs/fleet.md)",
        },
        error,
      );
    }
  }

  #chunks({ bytes }: StoredFile): number {
    return Math.ceil(bytes / this.#chunkBytes);
  }

  #range({ bytes }: StoredFile, chunk: number): { readonly start: number; readonly length: number } {
    const start = chunk * this.#chunkBytes;
    return { start, length: Math.min(this.#chunkBytes, bytes - start) };
  }

  #keys(file: StoredFile): string[] {
    return Array.from({ length: this.#chunks(file) }, (_, chunk) => this.#key(file, chunk));
  }

  #key({ hash }: StoredFile, chunk: number): string {
    return `${this.#prefix}file:${hash}:${chunk}`;
  }
}
