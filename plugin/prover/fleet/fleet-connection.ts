import { setTimeout } from "node:timers/promises";
import type { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { FleetError, reasonOf } from "./errors.ts";
import type { FleetSecret } from "./fleet-secret.ts";
import { parseQueueUrl, redactUrl } from "./queue-url.ts";

export interface FleetAddress {
  /** `redis://[user:password@]host[:port][/database]`, or `rediss://` for TLS. */
  readonly url: string;
  readonly secret: FleetSecret;
  /** Called with short lines about the connection. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** Milliseconds between attempts to reach Redis again: 0.5 s, then twice as long each time, at most 20 s. */
function retryDelay(attempt: number): number {
  return Math.min(500 * 2 ** (attempt - 1), 20_000);
}

/** Attempts before it is said that there is no Redis. */
const firstAttempts = 3;

/** Milliseconds that one attempt to connect takes at most. */
const connectTimeout = 10_000;

const queueName = "proofs";

/** Raise it when the form of jobs, results or records changes: machines of other versions then have other queues. */
const fleetVersion = 1;

/** The packages that a fleet needs, and nothing else does. */
async function loadPackages() {
  try {
    const [bullmq, ioredis] = await Promise.all([import("bullmq"), import("ioredis")]);
    return { bullmq, ioredis };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new FleetError(
      "A proving fleet needs two packages that are not installed.",
      { problem: reasonOf(error), "what to do": "npm install --save-dev bullmq ioredis" },
      error as Error,
    );
  }
}

/** A fleet's Redis: where its queue, files and records are. */
export class FleetConnection {
  readonly redis: Redis;
  readonly secret: FleetSecret;
  readonly bullmq: typeof import("bullmq");
  /** The queue's address for messages, without password. */
  readonly address: string;
  readonly queue: Queue;
  readonly #others: Redis[] = [];

  private constructor(
    redis: Redis,
    bullmq: typeof import("bullmq"),
    { url, secret, onWarning }: FleetAddress,
  ) {
    this.redis = redis;
    this.bullmq = bullmq;
    this.secret = secret;
    this.address = redactUrl(url);
    // BullMQ makes connections of its own this way. They end with this one, also when they wait for a server that is gone.
    const duplicate = redis.duplicate.bind(redis);
    redis.duplicate = (options) => {
      const other = duplicate(options);
      other.on("error", () => undefined); // the first connection says so
      this.#others.push(other);
      return other;
    };
    this.queue = new bullmq.Queue(queueName, this.queueOptions());
    this.queue.on("error", (error) => {
      // The connection says by itself that it is lost.
      if (redis.status === "ready") onWarning?.(reasonOf(error));
    });
  }

  /**
   * Connects.
   *
   * @throws FleetError if packages are missing, the address is wrong, or nobody answers there; it shows no password
   */
  static async open(options: FleetAddress): Promise<FleetConnection> {
    const { url, onWarning } = options;
    const { href } = parseQueueUrl(url);
    const { bullmq, ioredis } = await loadPackages();
    let connected = false;
    let problem = "no answer";
    const redis = new ioredis.Redis(href, {
      lazyConnect: true,
      connectTimeout,
      maxRetriesPerRequest: null,
      retryStrategy: (attempt) => (connected || attempt < firstAttempts ? retryDelay(attempt) : null),
    });
    redis.on("error", (error: Error) => {
      problem = reasonOf(error);
    });
    redis.on("reconnecting", (milliseconds: number) => {
      if (connected)
        onWarning?.(`Redis does not answer (${problem}); trying again in ${milliseconds / 1_000} s`);
    });
    redis.on("ready", () => {
      if (connected) onWarning?.("Redis answers again");
    });
    try {
      await redis.connect();
      await redis.ping();
      connected = true;
    } catch (error) {
      redis.disconnect();
      throw new FleetError("The queue's Redis server cannot be used.", {
        queue: redactUrl(url),
        problem: problem === "no answer" ? reasonOf(error) : problem,
        attempts: firstAttempts,
        "what to do": "start it, or check host, port, user, password and TLS (rediss://) of the address",
      });
    }
    return new FleetConnection(redis, bullmq, options);
  }

  /** What all keys of the fleet start with. */
  get prefix(): string {
    return `hardhat-rollup:${fleetVersion}:${this.secret.fingerprint}:`;
  }

  /** What BullMQ needs to find the queue. */
  queueOptions() {
    return { connection: this.redis, prefix: this.prefix.slice(0, -1), skipVersionCheck: false } as const;
  }

  get queueName(): string {
    return queueName;
  }

  async close(): Promise<void> {
    await Promise.race([this.queue.close(), setTimeout(2_000, undefined, { ref: false })]).catch(
      () => undefined,
    );
    // Not quit(): it waits for an answer, which a server that is gone does not give.
    for (const connection of [...this.#others, this.redis]) connection.disconnect();
  }
}
