import type { Job, JobsOptions } from "bullmq";
import { printable } from "./errors.ts";
import type { FleetConnection } from "./fleet-connection.ts";
import type { Signed } from "./fleet-secret.ts";
import type { FleetPolicy } from "./policy.ts";
import { priorityOf } from "./priority.ts";

/** Seconds for which results and failed jobs are kept, if nobody removes them. */
const lifetimeSeconds = 7 * 86_400;

/** A job as it stands in Redis. Nobody has checked anything of it. */
export type QueuedJob = {
  readonly id: string;
  /** Of BullMQ: `waiting`, `prioritized`, `active`, `delayed`, `completed`, `failed` or `unknown`. */
  readonly state: string;
  readonly data: unknown;
  /** What a worker returned, once it is completed. */
  readonly answer: unknown;
  readonly failedReason: string;
};

/** The jobs of a fleet, one a proof. */
export class ProofQueue {
  readonly #fleet: FleetConnection;

  constructor(fleet: FleetConnection) {
    this.#fleet = fleet;
  }

  /** Adds a job; one that is there already stays as it is. */
  async add(id: string, data: Signed, policy: FleetPolicy, deadline: number | undefined): Promise<void> {
    await this.#add(id, data, {
      priority: priorityOf(deadline),
      attempts: policy.attempts,
      backoff: { type: "exponential", delay: policy.backoff },
    });
  }

  async find(id: string): Promise<QueuedJob | undefined> {
    const job = await this.#job(id);
    if (job === undefined) return undefined;
    return {
      id,
      state: await job.getState(),
      data: job.data,
      answer: job.returnvalue,
      failedReason: printable(job.failedReason ?? "", 1_000),
    };
  }

  /** Moves a job that waits to the place that a deadline gives it. */
  async reprioritize(id: string, deadline: number | undefined): Promise<void> {
    const job = await this.#job(id);
    const priority = priorityOf(deadline);
    if (job !== undefined && job.opts.priority !== priority) await job.changePriority({ priority });
  }

  /**
   * Removes a job, unless a worker holds it.
   *
   * @returns whether it is gone
   */
  async remove(id: string): Promise<boolean> {
    return (await this.#fleet.queue.remove(id)) === 1 || (await this.#job(id)) === undefined;
  }

  /**
   * Has a job that failed done again, as if nobody had tried.
   *
   * @returns whether it had failed
   */
  async again(id: string): Promise<boolean> {
    const job = await this.#job(id);
    if (job === undefined || !(await job.isFailed())) return false;
    const { priority, attempts, backoff } = job.opts;
    await this.remove(id);
    await this.#add(id, job.data, {
      ...(priority === undefined ? {} : { priority }),
      ...(attempts === undefined ? {} : { attempts }),
      ...(backoff === undefined ? {} : { backoff }),
    });
    return true;
  }

  async failed(): Promise<QueuedJob[]> {
    const jobs = await this.#fleet.queue.getFailed();
    return jobs.flatMap((job) =>
      job?.id === undefined
        ? []
        : [
            {
              id: printable(job.id, 100),
              state: "failed",
              data: job.data,
              answer: undefined,
              failedReason: printable(job.failedReason ?? "", 1_000),
            },
          ],
    );
  }

  /** Ids of the jobs that wait, or that workers hold. */
  async unfinished(): Promise<string[]> {
    const jobs = await this.#fleet.queue.getJobs(["waiting", "prioritized", "delayed", "active"]);
    return jobs.flatMap((job) => job?.id ?? []);
  }

  /** How many jobs are in which state. */
  async counts(): Promise<{
    waiting: number;
    active: number;
    delayed: number;
    done: number;
    failed: number;
  }> {
    const counts = await this.#fleet.queue.getJobCounts();
    return {
      waiting: (counts.waiting ?? 0) + (counts.prioritized ?? 0) + (counts.paused ?? 0),
      active: counts.active ?? 0,
      delayed: counts.delayed ?? 0,
      done: counts.completed ?? 0,
      failed: counts.failed ?? 0,
    };
  }

  async #add(id: string, data: Signed, options: JobsOptions): Promise<void> {
    await this.#fleet.queue.add("proof", data, {
      ...options,
      jobId: id,
      removeOnComplete: { age: lifetimeSeconds },
      removeOnFail: { age: lifetimeSeconds },
    });
  }

  /** Undefined if it is not there; what is there but no job any more is removed. */
  async #job(id: string): Promise<Job | undefined> {
    try {
      return (await this.#fleet.queue.getJob(id)) ?? undefined;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      await this.#fleet.queue.remove(id);
      return undefined;
    }
  }
}
