import type { QueueEvents } from "bullmq";
import type { Redis } from "ioredis";
import type { ProofRequest } from "../backends/backend.ts";
import type { ProofResult } from "../prove.ts";
import type { Prover, ProverOptions } from "../prover.ts";
import { FleetError, reasonOf } from "./errors.ts";
import { FileStore, type FileStoreOptions } from "./file-store.ts";
import { type FleetAddress, FleetConnection } from "./fleet-connection.ts";
import { FleetRegistry } from "./fleet-registry.ts";
import { parseProgress } from "./job-progress.ts";
import { type CoordinatorParts, PendingProof } from "./pending-proof.ts";
import { defaultPolicy, type FleetPolicy } from "./policy.ts";
import { ProofQueue } from "./proof-queue.ts";
import { Wake } from "./wake.ts";

export interface CoordinatorOptions extends FleetAddress {
  /** Proofs that are in the queue at once, at most: their inputs are in memory. Default 64. */
  readonly inFlight?: number | undefined;
  readonly policy?: Partial<FleetPolicy> | undefined;
  readonly files?: FileStoreOptions | undefined;
  /** Milliseconds after which the queue is looked at even if it reports nothing. Default 5,000. */
  readonly lookInterval?: number | undefined;
}

/** Refusals of Redis, one after another, before a proof is given up. */
const toleratedRefusals = 5;

type Watch = { readonly proof: PendingProof; readonly options: ProverOptions; readonly wake: Wake };

/**
 * Has proofs made by the workers of a fleet, through a queue in Redis.
 *
 * A proof that is asked for again, by this coordinator or a later one, is not made again while Redis has it. Stopping
 * leaves the jobs in the queue: workers go on with them, and whoever asks next gets what they have made.
 */
export class FleetCoordinator implements Prover {
  readonly workers: number;
  readonly #fleet: FleetConnection;
  readonly #parts: CoordinatorParts;
  readonly #lookInterval: number;
  readonly #watches = new Set<Watch>();
  readonly #events: QueueEvents;
  readonly #eventsRedis: Redis;
  readonly #keepingFiles: NodeJS.Timeout;
  readonly #closing = new AbortController();

  private constructor(fleet: FleetConnection, options: CoordinatorOptions) {
    const { inFlight = 64, policy, files, lookInterval = 5_000, onWarning = () => undefined } = options;
    this.#fleet = fleet;
    this.workers = inFlight;
    this.#lookInterval = lookInterval;
    const { secret, address } = fleet;
    this.#parts = {
      secret,
      address,
      onWarning,
      queue: new ProofQueue(fleet),
      registry: new FleetRegistry(fleet),
      store: new FileStore(fleet.redis, fleet.prefix, files),
      policy: { ...defaultPolicy, ...policy },
    };
    this.#eventsRedis = fleet.redis.duplicate();
    this.#events = this.#listen();
    const { store } = this.#parts;
    this.#keepingFiles = setInterval(() => {
      const inUse = [...this.#watches].flatMap(({ proof }) => proof.files.map(({ file }) => file));
      store.touch(inUse).catch((error: unknown) => onWarning(reasonOf(error)));
    }, store.lifetimeSeconds * 250);
    this.#keepingFiles.unref();
  }

  /** @throws as FleetConnection.open */
  static async open(options: CoordinatorOptions): Promise<FleetCoordinator> {
    return new FleetCoordinator(await FleetConnection.open(options), options);
  }

  /**
   * Puts a proof into the queue, or finds it there, and waits for it. It is verified here, with the key and the public
   * signals of the request.
   *
   * @throws SetAsideError if it failed too often; FleetError; the signal's reason if it is aborted, and the job stays
   */
  async prove(request: ProofRequest, options: ProverOptions = {}): Promise<ProofResult> {
    const { signal, onProgress } = options;
    signal?.throwIfAborted();
    const proof = await PendingProof.of(this.#parts, request, options);
    const wake = new Wake(
      signal === undefined ? this.#closing.signal : AbortSignal.any([this.#closing.signal, signal]),
    );
    const watch = { proof, options, wake };
    const trouble = { times: 0 };
    this.#watches.add(watch);
    try {
      for (;;) {
        const result = await wake.unlessAborted(this.#look(proof, trouble));
        if (result !== undefined) return result;
        if ((await wake.sleep(this.#lookInterval)) || !proof.waiting) continue;
        if (!(await wake.unlessAborted(this.#parts.registry.anybodyAlive()))) {
          onProgress?.(
            `no worker is there: start one with npx hardhat rollup:prover --queue ${this.#fleet.address}`,
          );
        }
      }
    } finally {
      wake.end();
      this.#watches.delete(watch);
    }
  }

  /** What Redis refuses is tried again for a while: it may be starting, or short of memory. */
  async #look(proof: PendingProof, trouble: { times: number }): Promise<ProofResult | undefined> {
    try {
      const result = await proof.look();
      trouble.times = 0;
      return result;
    } catch (error) {
      if (!(error instanceof Error && error.name === "ReplyError")) throw error;
      trouble.times++;
      this.#parts.onWarning(`Redis refuses: ${reasonOf(error)}`);
      if (trouble.times < toleratedRefusals) return undefined;
      throw new FleetError(
        "Redis refuses what the fleet asks of it.",
        {
          queue: this.#fleet.address,
          problem: reasonOf(error),
          times: trouble.times,
          "what to do":
            "mend that (docs/fleet.md says what Redis needs), and prove again: proofs that are done are kept",
        },
        error,
      );
    }
  }

  /** Leaves the queue. Jobs stay in it; who waits for one is told. */
  async close(): Promise<void> {
    this.#closing.abort(new FleetError("The coordinator has left the fleet; its jobs stay in the queue."));
    clearInterval(this.#keepingFiles);
    this.#eventsRedis.disconnect();
    this.#events.close().catch(() => undefined);
    await this.#fleet.close();
  }

  #listen(): QueueEvents {
    const events = new this.#fleet.bullmq.QueueEvents(this.#fleet.queueName, {
      ...this.#fleet.queueOptions(),
      connection: this.#eventsRedis,
      autorun: false,
    });
    events.on("error", () => undefined); // the connection says by itself that it is lost
    const wake = ({ jobId }: { jobId: string }): void => {
      for (const watch of this.#of(jobId)) watch.wake.wake();
    };
    events.on("completed", wake);
    events.on("failed", wake);
    events.on("removed", wake);
    const say = (message: string) => (event: { jobId: string }) => {
      for (const { options } of this.#of(event.jobId)) options.onProgress?.(message);
    };
    events.on("active", say("taken by a worker"));
    events.on("stalled", say("its worker does not answer: it goes to another one"));
    events.on("delayed", say("waiting for another attempt"));
    events.on("progress", ({ jobId, data }) => {
      const progress = parseProgress(data);
      if (progress === undefined) return;
      for (const { proof, options, wake } of this.#of(jobId)) {
        if ("message" in progress) options.onProgress?.(`${progress.worker}: ${progress.message}`);
        else {
          options.onProgress?.(`${progress.worker}: a file is not in Redis as it should be`);
          proof.filesMissing();
          wake.wake();
        }
      }
    });
    void this.#keepListening(events);
    return events;
  }

  /** Events only make things faster: what they say is looked up, and what they miss is found a little later. */
  async #keepListening(events: QueueEvents): Promise<void> {
    while (!this.#closing.signal.aborted) {
      await events.run().catch(() => undefined);
      // Somebody has written into the stream what is no event.
      if (!this.#closing.signal.aborted) await new Promise((resolve) => setTimeout(resolve, 1_000).unref());
    }
  }

  #of(jobId: string): Watch[] {
    return [...this.#watches].filter(({ proof }) => proof.jobId === jobId);
  }
}
