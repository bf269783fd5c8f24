// Who is in the fleet, and what went wrong with whom: records in Redis, each signed by whoever wrote it. All of a
// worker's figures are in one record, so that nobody else can count for it.

import { z } from "zod";
import { printable } from "./errors.ts";
import type { FleetConnection } from "./fleet-connection.ts";
import { digestOf, type Signed } from "./fleet-secret.ts";
import { workerName } from "./worker-name.ts";

const count = z.number().int().nonnegative();
const amount = z.number().finite().nonnegative();

const workerRecord = z
  .object({
    name: workerName,
    /** Proofs that it makes at once. */
    workers: count,
    /** Proofs under way. */
    active: count,
    done: count,
    /** Attempts that failed here. */
    failed: count,
    /** Jobs that the worker did not take on because they were not signed by the fleet. */
    refused: count,
    /** Jobs that went to somebody else because this worker did not answer for too long. */
    lost: count,
    proofSeconds: amount,
    witnessSeconds: amount,
    /** Seconds that its jobs had waited in the queue. */
    queueSeconds: amount,
    /** Largest of its proofs' processes. */
    peakMemoryBytes: amount,
    /** Milliseconds since 1970, by the worker's clock. */
    startedAt: count,
  })
  .strict();

export type WorkerRecord = z.infer<typeof workerRecord>;

const failureRecord = z
  .object({
    job: z.string(),
    worker: workerName,
    /** Whether the coordinator refused a proof; otherwise the worker could not make it. */
    refused: z.boolean(),
    times: count,
    reason: z.string(),
  })
  .strict();

/** What went wrong with a job at one worker. */
export type FailureRecord = z.infer<typeof failureRecord>;

const strikeRecord = z.object({ worker: workerName, job: z.string(), answer: z.string() }).strict();

const setAsideRecord = z.object({ job: z.string(), reason: z.string() }).strict();

/** Seconds after which records are forgotten: strikes, failures, and workers that are gone. */
const lifetimeSeconds = 7 * 86_400;

export class FleetRegistry {
  readonly #fleet: FleetConnection;

  constructor(fleet: FleetConnection) {
    this.#fleet = fleet;
  }

  /**
   * Takes a name for a worker, until it stops renewing it.
   *
   * @param instance - Of the worker: nobody else's.
   * @returns whether nobody else has it
   */
  async claimName(name: string, instance: string, milliseconds: number): Promise<boolean> {
    const key = this.#key(`alive:${name}`);
    const { redis } = this.#fleet;
    if ((await redis.set(key, instance, "PX", milliseconds, "NX")) === "OK") return true;
    if ((await redis.get(key)) !== instance) return false;
    await redis.pexpire(key, milliseconds);
    return true;
  }

  async releaseName(name: string, instance: string): Promise<void> {
    const key = this.#key(`alive:${name}`);
    if ((await this.#fleet.redis.get(key)) === instance) await this.#fleet.redis.del(key);
  }

  async saveWorker(record: WorkerRecord): Promise<void> {
    const { redis, secret } = this.#fleet;
    const signed = JSON.stringify(secret.sign("worker", record));
    await redis
      .pipeline()
      .set(this.#key(`worker:${record.name}`), signed, "EX", lifetimeSeconds)
      .sadd(this.#key("workers"), record.name)
      .exec();
  }

  /** The workers there are and were, those that answer marked. */
  async workers(): Promise<(WorkerRecord & { readonly alive: boolean; readonly strikes: number })[]> {
    const { redis } = this.#fleet;
    const found = [];
    for (const name of (await redis.smembers(this.#key("workers"))).toSorted()) {
      const record = this.#read("worker", await redis.get(this.#key(`worker:${name}`)), workerRecord);
      if (record?.name !== name) continue;
      const alive = (await redis.exists(this.#key(`alive:${name}`))) === 1;
      found.push({ ...record, alive, strikes: await this.strikes(name) });
    }
    return found;
  }

  /** Whether any worker answers. */
  async anybodyAlive(): Promise<boolean> {
    const names = await this.#fleet.redis.smembers(this.#key("workers"));
    if (names.length === 0) return false;
    return (await this.#fleet.redis.exists(names.map((name) => this.#key(`alive:${name}`)))) > 0;
  }

  /**
   * Counts a refused proof against a worker: each one once, however often it comes.
   *
   * @returns whether it is a new one, and the worker's strikes
   */
  async strike(
    worker: string,
    job: string,
    answer: Signed,
  ): Promise<{ readonly fresh: boolean; readonly strikes: number }> {
    const { redis, secret } = this.#fleet;
    const key = this.#key(`strikes:${worker}`);
    const digest = digestOf(answer);
    const signed = JSON.stringify(secret.sign("strike", { worker, job, answer: digest }));
    const fresh = (await redis.hset(key, digest, signed)) === 1;
    await redis.expire(key, lifetimeSeconds);
    return { fresh, strikes: await this.strikes(worker) };
  }

  async strikes(worker: string): Promise<number> {
    const records = await this.#fleet.redis.hgetall(this.#key(`strikes:${worker}`));
    return Object.entries(records).filter(([digest, text]) => {
      const record = this.#read("strike", text, strikeRecord);
      return record?.worker === worker && record.answer === digest;
    }).length;
  }

  async pardon(worker: string): Promise<void> {
    await this.#fleet.redis.del(this.#key(`strikes:${worker}`));
  }

  /** Writes down that a job failed at a worker. */
  async saveFailure(job: string, worker: string, reason: string, refused: boolean): Promise<void> {
    const { redis, secret } = this.#fleet;
    const key = this.#key(`failures:${job}`);
    const times = 1 + ((await this.failures(job)).find((known) => known.worker === worker)?.times ?? 0);
    const record = { job, worker, refused, times, reason: printable(reason, 1_000) };
    const signed = JSON.stringify(secret.sign("failure", record));
    await redis.pipeline().hset(key, worker, signed).expire(key, lifetimeSeconds).exec();
  }

  async failures(job: string): Promise<FailureRecord[]> {
    const records = await this.#fleet.redis.hgetall(this.#key(`failures:${job}`));
    return Object.entries(records).flatMap(([worker, text]) => {
      const record = this.#read("failure", text, failureRecord);
      return record?.worker === worker && record.job === job ? [record] : [];
    });
  }

  async forgetFailures(job: string): Promise<void> {
    await this.#fleet.redis.del(this.#key(`failures:${job}`));
  }

  /** Sets a job aside that workers finish, but never with a proof that is accepted. */
  async setAside(job: string, reason: string): Promise<void> {
    const signed = this.#fleet.secret.sign("set-aside", { job, reason: printable(reason, 1_000) });
    await this.#fleet.redis.hset(this.#key("set-aside"), job, JSON.stringify(signed));
  }

  /** Why a job was set aside so, undefined if it was not. */
  async setAsideReason(job: string): Promise<string | undefined> {
    const text = await this.#fleet.redis.hget(this.#key("set-aside"), job);
    const record = this.#read("set-aside", text, setAsideRecord);
    return record?.job === job ? record.reason : undefined;
  }

  /** The reasons of the jobs that were set aside so, by job. */
  async allSetAside(): Promise<Map<string, string>> {
    const records = await this.#fleet.redis.hgetall(this.#key("set-aside"));
    const reasons = new Map<string, string>();
    for (const [job, text] of Object.entries(records)) {
      const record = this.#read("set-aside", text, setAsideRecord);
      if (record?.job === job) reasons.set(job, record.reason);
    }
    return reasons;
  }

  async takeBack(job: string): Promise<void> {
    await this.#fleet.redis.hdel(this.#key("set-aside"), job);
  }

  /** Counts what the coordinator did not accept, by worker, or by `unsigned` where nobody knows whose it is. */
  async countRefusal(worker: string): Promise<void> {
    await this.#fleet.redis.hincrby(this.#key("refused"), worker, 1);
  }

  async refusals(): Promise<Record<string, number>> {
    const counts = await this.#fleet.redis.hgetall(this.#key("refused"));
    return Object.fromEntries(
      Object.entries(counts).map(([worker, times]) => [printable(worker, 63), Number(times)]),
    );
  }

  /** A signed record out of Redis, undefined if it is none: what is not signed was never written. */
  #read<T>(
    kind: "worker" | "failure" | "strike" | "set-aside",
    text: string | null,
    schema: z.ZodType<T, z.ZodTypeDef, unknown>,
  ): T | undefined {
    if (text === null) return undefined;
    try {
      return this.#fleet.secret.open(kind, JSON.parse(text), schema);
    } catch {
      return undefined;
    }
  }

  #key(name: string): string {
    return `${this.#fleet.prefix}${name}`;
  }
}
