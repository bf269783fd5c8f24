import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Job, Worker } from "bullmq";
import type { ProofResult } from "../prove.ts";
import type { Prover } from "../prover.ts";
import { FileUnavailableError, FleetError, NotAuthenticError, QuarantinedError, reasonOf } from "./errors.ts";
import { FileCache, type FileCacheOptions } from "./file-cache.ts";
import { FileStore, type FileStoreOptions } from "./file-store.ts";
import { type FleetAddress, FleetConnection } from "./fleet-connection.ts";
import { FleetRegistry, type WorkerRecord } from "./fleet-registry.ts";
import type { Signed } from "./fleet-secret.ts";
import type { JobProgress } from "./job-progress.ts";
import { JobRunner } from "./job-runner.ts";
import { defaultLease, type Lease, strikesToQuarantine } from "./policy.ts";
import { signAnswer } from "./proof-answer.ts";
import { openJob, type ProofJob } from "./proof-job.ts";
import { ProofQueue } from "./proof-queue.ts";
import { assertWorkerName, machineName } from "./worker-name.ts";
import { WorkerTotals } from "./worker-totals.ts";

export interface WorkerOptions extends FleetAddress {
  /** What makes the proofs here, and how many at once. */
  readonly prover: Prover;
  /** Where copies of circuits and keys are kept. */
  readonly cacheFolder: string;
  /** Default: the machine's name, with a number if there are several. */
  readonly name?: string | undefined;
  /** Ends by itself once nothing waits any more. Default false. */
  readonly once?: boolean | undefined;
  readonly lease?: Partial<Lease> | undefined;
  readonly files?: (FileStoreOptions & FileCacheOptions) | undefined;
  /** Called with short lines: jobs taken, done, failed. */
  readonly onEvent?: ((message: string) => void) | undefined;
}

/** Times that a job may find its files damaged in Redis here before that counts as a failure of it. */
const toleratedDamage = 3;

/** Losses of the worker that holds a job, before the job counts as what kills them. */
const toleratedLosses = 3;

/** Milliseconds between two lines about one job to the coordinator, at least. */
const progressInterval = 1_000;

/** Milliseconds for which a worker stands aside, for those at which a job has not failed yet. */
const standAside = 2_000;
const wakeAfter = 100;

/** Milliseconds that a stop waits for Redis at most: while it answers, and while it does not. */
const stopPatience = { connected: 5_000, disconnected: 500 };

/** Takes jobs out of the queue, proves, and returns signed answers, until it is stopped. */
export class FleetWorker {
  readonly name: string;
  /** Fulfilled when the worker has ended; rejected with what ended it, such as QuarantinedError. */
  readonly ended: Promise<void>;
  readonly #options: WorkerOptions;
  readonly #fleet: FleetConnection;
  readonly #registry: FleetRegistry;
  readonly #queue: ProofQueue;
  readonly #store: FileStore;
  readonly #runner: JobRunner;
  readonly #lease: Lease;
  readonly #instance: string;
  readonly #totals = new WorkerTotals();
  readonly #unavailable = new Map<string, number>();
  readonly #stopping = new AbortController();
  readonly #bull: Worker;
  readonly #pulse: NodeJS.Timeout;
  #resolveEnded: () => void = () => undefined;
  #rejectEnded: (reason: unknown) => void = () => undefined;
  #endNow: () => void = () => undefined;
  #draining: Promise<void> | undefined;
  #stopped: Promise<void> | undefined;

  private constructor(fleet: FleetConnection, name: string, instance: string, options: WorkerOptions) {
    this.name = name;
    this.#options = options;
    this.#fleet = fleet;
    this.#instance = instance;
    this.#lease = { ...defaultLease, ...options.lease };
    this.#registry = new FleetRegistry(fleet);
    this.#queue = new ProofQueue(fleet);
    this.#store = new FileStore(fleet.redis, fleet.prefix, options.files);
    this.#runner = new JobRunner(
      new FileCache(options.cacheFolder, this.#store, options.files),
      options.prover,
    );
    this.ended = new Promise((resolve, reject) => {
      this.#resolveEnded = resolve;
      this.#rejectEnded = reject;
    });
    this.ended.catch(() => undefined);
    this.#bull = this.#work();
    this.#pulse = setInterval(() => void this.#beat(), this.#lease.heartbeat);
  }

  /**
   * Joins the fleet.
   *
   * @throws FleetError if another worker has the name; QuarantinedError; as FleetConnection.open
   */
  static async start(options: WorkerOptions): Promise<FleetWorker> {
    if (options.name !== undefined) assertWorkerName(options.name);
    const fleet = await FleetConnection.open(options);
    try {
      const registry = new FleetRegistry(fleet);
      const lifetime = 3 * { ...defaultLease, ...options.lease }.heartbeat;
      const instance = randomUUID();
      const name = await claimName(registry, instance, lifetime, options.name);
      const strikes = await registry.strikes(name);
      if (strikes >= strikesToQuarantine) {
        await registry.releaseName(name, instance);
        throw quarantined(name, strikes, fleet.address);
      }
      const worker = new FleetWorker(fleet, name, instance, options);
      await worker.#registry.saveWorker(worker.record());
      return worker;
    } catch (error) {
      await fleet.close();
      throw error;
    }
  }

  /** What it has done so far. */
  record(): WorkerRecord {
    return this.#totals.record(this.name, this.#options.prover.workers);
  }

  /** Leaves the fleet: jobs under way are given back at once, for others to take. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#draining ??= this.#bull.close(); // takes nothing more
    this.#stopping.abort(new FleetError("The worker was stopped."));
    const patience = stopPatience[this.#fleet.redis.status === "ready" ? "connected" : "disconnected"];
    const left = this.#leave().catch((error: unknown) => this.#say(reasonOf(error)));
    await Promise.race([left, sleep(patience)]);
    this.#endNow();
    await this.#fleet.close();
    this.#resolveEnded();
  }

  /** Ends once the jobs under way are done. */
  async #drain(): Promise<void> {
    this.#draining ??= this.#bull.close();
    await this.#leave();
    await this.stop();
  }

  /** Says that it is gone, once it has no job any more. */
  async #leave(): Promise<void> {
    clearInterval(this.#pulse);
    await this.#draining;
    await this.#registry.saveWorker(this.record());
    await this.#registry.releaseName(this.name, this.#instance);
  }

  async #end(reason: Error): Promise<void> {
    this.#rejectEnded(reason);
    await this.stop();
  }

  #work(): Worker {
    const { bullmq, queueName } = this.#fleet;
    // Without an answer of Redis, BullMQ's worker never gets to the end of its timers, which keep the process alive.
    class EndableWorker extends bullmq.Worker {
      endNow(): void {
        this.pause(true).catch(() => undefined);
        this.lockManager.close().catch(() => undefined);
      }
    }
    const bull = new EndableWorker(
      queueName,
      // BullMQ hands the signal to functions that name it.
      (job: Job, token: string | undefined, lost: AbortSignal | undefined) => this.#take(job, token, lost),
      {
        ...this.#fleet.queueOptions(),
        name: this.name,
        concurrency: this.#options.prover.workers,
        lockDuration: this.#lease.jobs,
        stalledInterval: this.#lease.jobs,
        maxStalledCount: toleratedLosses,
        drainDelay: 5,
      },
    );
    this.#endNow = () => bull.endNow();
    bull.on("lockRenewalFailed", (jobIds) => {
      for (const jobId of jobIds) bull.cancelJob(jobId, "lost");
    });
    bull.on("error", (error) => {
      const connected = this.#fleet.redis.status === "ready";
      const known = /^(could not renew|missing) lock/i.test(error.message); // said of the job that was lost
      if (connected && !known && !this.#stopping.signal.aborted) this.#say(reasonOf(error));
    });
    bull.on("drained", () => void this.#endIfIdle());
    return bull;
  }

  /** One job, as BullMQ hands it out. What is thrown tells it what becomes of the job. */
  async #take(job: Job, token: string | undefined, lost: AbortSignal | undefined): Promise<Signed> {
    const { bullmq, secret } = this.#fleet;
    const jobId = job.id ?? "";
    this.#totals.took(((job.processedOn ?? Date.now()) - job.timestamp) / 1_000);
    try {
      if (this.#stopping.signal.aborted) return await this.#giveBack(job, token);
      const strikes = await this.#registry.strikes(this.name);
      if (strikes >= strikesToQuarantine) {
        void this.#end(quarantined(this.name, strikes, this.#fleet.address));
        return await this.#giveBack(job, token);
      }
      const opened = openJob(secret, jobId, job.data);
      if (await this.#isForOthers(jobId)) return await this.#leaveToOthers(job, token);
      return await this.#prove(job, opened, lost);
    } catch (error) {
      if (error instanceof bullmq.DelayedError || error instanceof bullmq.WaitingError) throw error;
      if (this.#stopping.signal.aborted) return await this.#giveBack(job, token);
      if (lost?.aborted === true) {
        this.#totals.lost++;
        this.#say(
          `${jobId.slice(0, 14)} lost: it went to another worker, since this one did not answer for too long`,
        );
        throw new Error("Lost.");
      }
      if (error instanceof NotAuthenticError) {
        this.#totals.refused++;
        this.#say(`${jobId.slice(0, 14)} refused: ${reasonOf(error)}`);
        throw new bullmq.UnrecoverableError(`Refused by ${this.name}: ${reasonOf(error)}`);
      }
      if (error instanceof FileUnavailableError && (await this.#waitsForFile(job, error))) {
        return await this.#delay(job, token, 3_000);
      }
      this.#totals.failed++;
      const reason = reasonOf(error);
      this.#say(`${jobId.slice(0, 14)} failed: ${reason}`);
      await this.#registry.saveFailure(jobId, this.name, reason, false);
      throw new Error(reason);
    } finally {
      this.#totals.active--;
      if (this.#options.once === true) setImmediate(() => void this.#endIfIdle());
    }
  }

  async #prove(job: Job, { content, ticket, timeLimit }: ProofJob, lost: AbortSignal | undefined) {
    const jobId = job.id ?? "";
    const short = jobId.slice(0, 14);
    const late = AbortSignal.timeout(timeLimit * 1_000);
    const signals = [this.#stopping.signal, late, ...(lost === undefined ? [] : [lost])];
    this.#say(`${short} taken: ${content.key.name}`);
    let saidAt = 0;
    const onProgress = (message: string): void => {
      if (Date.now() - saidAt < progressInterval) return;
      saidAt = Date.now();
      this.#report(job, { worker: this.name, message });
    };
    let result: ProofResult;
    try {
      result = await this.#runner.run(content, { onProgress, signal: AbortSignal.any(signals) });
    } catch (error) {
      if (!late.aborted) throw error;
      throw new FleetError("The proof took longer than it may.", { "seconds allowed": timeLimit });
    }
    this.#totals.proved(result);
    this.#unavailable.delete(jobId);
    const { proof, backend, witnessSeconds, proofSeconds, peakMemoryBytes } = result;
    this.#say(`${short} done in ${(witnessSeconds + proofSeconds).toFixed(1)} s`);
    return signAnswer(this.#fleet.secret, {
      version: 1,
      job: jobId,
      ticket,
      worker: this.name,
      proof,
      backend,
      witnessSeconds,
      proofSeconds,
      peakMemoryBytes,
    });
  }

  /** Whether the job failed here, and there is somebody else to try it. */
  async #isForOthers(jobId: string): Promise<boolean> {
    const failures = await this.#registry.failures(jobId);
    const failedAt = new Set(failures.map(({ worker }) => worker));
    if (!failedAt.has(this.name)) return false;
    const workers = await this.#registry.workers();
    return workers.some(
      ({ name, alive, strikes }) => alive && strikes < strikesToQuarantine && !failedAt.has(name),
    );
  }

  /** Whether it is worth waiting that the coordinator stores a file again. */
  async #waitsForFile(job: Job, error: FileUnavailableError): Promise<boolean> {
    const jobId = job.id ?? "";
    this.#say(`${jobId.slice(0, 14)} waits: ${reasonOf(error)}`);
    if (error.damaged) {
      await this.#store.remove(error.file);
      const times = (this.#unavailable.get(jobId) ?? 0) + 1;
      this.#unavailable.set(jobId, times);
      if (times > toleratedDamage) return false;
    }
    this.#report(job, { worker: this.name, missing: error.file.hash });
    return true;
  }

  async #giveBack(job: Job, token: string | undefined): Promise<never> {
    await job.moveToWait(token);
    throw new this.#fleet.bullmq.WaitingError();
  }

  /** Puts a job back, and stands aside so that somebody else gets it. */
  async #leaveToOthers(job: Job, token: string | undefined): Promise<never> {
    // Soon, but not at once: only what is delayed wakes a worker that waits for jobs.
    await job.moveToDelayed(Date.now() + wakeAfter, token);
    await sleep(standAside, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    throw new this.#fleet.bullmq.DelayedError();
  }

  async #delay(job: Job, token: string | undefined, milliseconds: number): Promise<never> {
    await job.moveToDelayed(Date.now() + milliseconds, token);
    throw new this.#fleet.bullmq.DelayedError();
  }

  #report(job: Job, progress: JobProgress): void {
    job.updateProgress(progress).catch(() => undefined); // it is only a line
  }

  /** Says that it is there, and finds out whether it still may be. */
  async #beat(): Promise<void> {
    try {
      if (!(await this.#registry.claimName(this.name, this.#instance, 3 * this.#lease.heartbeat))) {
        return await this.#end(nameTaken(this.name));
      }
      await this.#registry.saveWorker(this.record());
      const strikes = await this.#registry.strikes(this.name);
      if (strikes >= strikesToQuarantine)
        await this.#end(quarantined(this.name, strikes, this.#fleet.address));
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#say(reasonOf(error));
    }
  }

  async #endIfIdle(): Promise<void> {
    if (this.#options.once !== true || this.#totals.active > 0 || this.#draining !== undefined) return;
    try {
      const { waiting, delayed } = await this.#queue.counts();
      if (waiting + delayed === 0) await this.#drain();
    } catch (error) {
      this.#say(reasonOf(error));
    }
  }

  #say(message: string): void {
    this.#options.onEvent?.(message);
  }
}

/** A free name: the one that is wanted, or else the machine's, with a number behind it where that is taken. */
async function claimName(
  registry: FleetRegistry,
  instance: string,
  lifetime: number,
  wanted: string | undefined,
): Promise<string> {
  if (wanted !== undefined) {
    if (await registry.claimName(wanted, instance, lifetime)) return wanted;
    throw nameTaken(wanted);
  }
  for (let number = 1; ; number++) {
    const name = number === 1 ? machineName() : `${machineName()}-${number}`;
    if (await registry.claimName(name, instance, lifetime)) return name;
  }
}

function nameTaken(name: string): FleetError {
  return new FleetError("Another worker has this name.", {
    name,
    "what to do": "choose another one with --name; a worker that was killed keeps its name for some seconds",
  });
}

function quarantined(name: string, strikes: number, address: string): QuarantinedError {
  return new QuarantinedError({
    worker: name,
    "proofs refused": strikes,
    "what to do": `check this machine's memory and prover, then npx hardhat rollup:prover --queue ${address} --pardon ${name}`,
  });
}
