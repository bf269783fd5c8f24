import { createHash, randomBytes } from "node:crypto";
import { readdir, readFile, truncate, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import { Redis } from "ioredis";
import { FileUnavailableError, FleetError } from "../../../plugin/prover/fleet/errors.ts";
import { FileCache } from "../../../plugin/prover/fleet/file-cache.ts";
import { FileStore } from "../../../plugin/prover/fleet/file-store.ts";
import type { StoredFile } from "../../../plugin/prover/fleet/stored-file.ts";
import { scratchFolder } from "../../circuits/scratch-folder.ts";
import { rejection } from "../../settlement/rejection.ts";
import { redisServer } from "./redis-server.ts";

const chunkBytes = 1_000;

describe("Files of a fleet", () => {
  const server = redisServer();
  const scratch = scratchFolder();
  let redis: Redis;
  let store: FileStore;
  let bytes: Buffer;
  let file: StoredFile;

  before(() => {
    redis = new Redis(server().url);
    redis.on("error", () => undefined); // the server ends before it
    store = new FileStore(redis, "test:", { chunkBytes, lifetimeSeconds: 60 });
  });
  after(() => redis?.disconnect());
  beforeEach(async () => {
    await redis.flushall();
    bytes = randomBytes(2_500);
    file = { hash: createHash("sha256").update(bytes).digest("hex"), bytes: bytes.length };
  });

  const key = (chunk: number): string => `test:file:${file.hash}:${chunk}`;
  const cache = (name = "cache"): FileCache => new FileCache(path.join(scratch(), name, file.hash), store);
  const fetched = async (): Promise<Buffer> => await readFile(await cache().fetch(file, "zkey"));

  it("are stored in chunks, once, and expire", async () => {
    expect(await store.put(file, bytes)).to.equal(2_500);
    expect(await store.put(file, bytes)).to.equal(0);
    expect(await redis.keys("*")).to.have.members([key(0), key(1), key(2)]);
    expect(await redis.ttl(key(2))).to.be.within(1, 60);
    expect(await fetched()).to.deep.equal(bytes);
  });

  it("are stored from disk the same way", async () => {
    const source = path.join(scratch(), "source");
    await writeFile(source, bytes);
    await store.put(file, source);
    expect(await fetched()).to.deep.equal(bytes);
  });

  it("live on when they are stored again", async () => {
    await store.put(file, bytes);
    await redis.expire(key(1), 5);
    expect(await store.has(file)).to.equal(true);
    expect(await redis.ttl(key(1))).to.be.above(5);
  });

  it("are completed where a chunk is gone or cut short", async () => {
    await store.put(file, bytes);
    await redis.del(key(1));
    await redis.set(key(2), "short");
    expect(await store.has(file)).to.equal(false);
    expect(await store.put(file, bytes)).to.equal(1_500);
    expect(await fetched()).to.deep.equal(bytes);
  });

  it("are missing, cut short or swapped in Redis: said so, and nothing of them is used", async () => {
    const attempts: [() => Promise<unknown>, boolean][] = [
      [() => redis.del(key(1)), false],
      [() => redis.set(key(1), "short"), true],
      [() => redis.set(key(1), randomBytes(chunkBytes)), true],
      [async () => redis.set(key(1), (await redis.getBuffer(key(0))) ?? ""), true],
    ];
    for (const [harm, damaged] of attempts) {
      await store.put(file, bytes);
      await harm();
      for (const use of [() => cache().fetch(file, "zkey"), () => cache().read(file)]) {
        expect(await rejection(use()))
          .to.be.instanceOf(FileUnavailableError)
          .and.to.include({ damaged });
      }
      expect(await readdir(path.join(scratch(), "cache", file.hash))).to.deep.equal([]);
      await store.remove(file);
    }
  });

  it("are fetched once, also by two jobs at the same time", async () => {
    await store.put(file, bytes);
    const shared = cache();
    const paths = await Promise.all([shared.fetch(file, "zkey"), shared.fetch(file, "zkey")]);
    expect(new Set(paths).size).to.equal(1);
    await store.remove(file);
    expect(await cache().fetch(file, "zkey")).to.equal(paths[0]);
  });

  it("are fetched again where the copy on disk was changed, cut short or swapped", async () => {
    await store.put(file, bytes);
    const copy = await cache().fetch(file, "zkey");
    const harms = [
      () => writeFile(copy, randomBytes(2_500)),
      () => truncate(copy, 100),
      () => writeFile(copy, ""),
    ];
    for (const harm of harms) {
      await harm();
      expect(await fetched()).to.deep.equal(bytes);
    }
    await writeFile(copy, "damaged");
    await store.remove(file);
    expect(await rejection(cache().fetch(file, "zkey"))).to.be.instanceOf(FileUnavailableError);
  });

  it("go from a full cache, the longest unused first, but not what was just used", async () => {
    const folder = path.join(scratch(), "full");
    const small = new FileCache(folder, store, { maxBytes: 4_000 });
    const put = async (seed: number): Promise<StoredFile> => {
      const content = Buffer.alloc(1_500, seed);
      const one = { hash: createHash("sha256").update(content).digest("hex"), bytes: content.length };
      await store.put(one, content);
      return one;
    };
    const copies = [];
    for (const hours of [3, 2, 0]) {
      const copy = await small.fetch(await put(hours), "zkey");
      const used = new Date(Date.now() - hours * 3_600_000 - 60_000);
      await utimes(copy, used, used);
      copies.push(path.basename(copy));
    }
    const last = path.basename(await small.fetch(await put(9), "zkey"));
    expect(await readdir(folder)).to.have.members([copies[2], last]);
  });

  it("do not fit: Redis' limit is said, with what to do", async () => {
    await redis.config("SET", "maxmemory", "3mb");
    await redis.config("SET", "maxmemory-policy", "noeviction");
    try {
      const big = randomBytes(8_000_000);
      const large = { hash: "0".repeat(64), bytes: big.length };
      const refusal = await rejection(new FileStore(redis, "test:").put(large, big));
      expect(refusal).to.be.instanceOf(FleetError);
      expect(refusal.message).to.include("no memory left").and.to.include("raise maxmemory");
    } finally {
      await redis.config("SET", "maxmemory", "0");
    }
  });

  it("an abort ends a transfer, and leaves no part of a file behind", async () => {
    await store.put(file, bytes);
    const controller = new AbortController();
    const folder = path.join(scratch(), "aborted");
    const fetching = new FileCache(folder, store).fetch(file, "zkey", {
      signal: controller.signal,
      onBytes: () => controller.abort(new Error("stop")),
    });
    expect(await fetching.catch((error: Error) => error.message)).to.equal("stop");
    expect(await readdir(folder)).to.deep.equal([]);
  });
});
