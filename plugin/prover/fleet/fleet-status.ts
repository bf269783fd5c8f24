import { NotAuthenticError } from "./errors.ts";
import type { FleetConnection } from "./fleet-connection.ts";
import { type FailureRecord, FleetRegistry, type WorkerRecord } from "./fleet-registry.ts";
import { strikesToQuarantine } from "./policy.ts";
import { openJob } from "./proof-job.ts";
import { ProofQueue } from "./proof-queue.ts";

/** A proof that waits until somebody has looked at it. */
export type JobSetAside = {
  readonly job: string;
  /** Name of the circuit; undefined for a job that the fleet did not sign. */
  readonly circuit: string | undefined;
  readonly reason: string;
  readonly failures: readonly Pick<FailureRecord, "worker" | "times" | "reason">[];
};

export type WorkerStatus = WorkerRecord & {
  readonly state: "proving" | "idle" | "gone" | "quarantine";
  /** Its proofs that the coordinator refused. */
  readonly strikes: number;
};

export type FleetStatus = {
  /** Address without password. */
  readonly queue: string;
  readonly jobs: {
    readonly waiting: number;
    readonly active: number;
    readonly delayed: number;
    readonly done: number;
    readonly setAside: number;
  };
  readonly workers: readonly WorkerStatus[];
  readonly setAside: readonly JobSetAside[];
  /** Results that a coordinator did not accept, by worker; `unsigned` where nobody knows whose. */
  readonly refused: Readonly<Record<string, number>>;
  /** Bytes that Redis uses in all, and may use: 0 for no limit. */
  readonly memory: { readonly used: number; readonly limit: number };
};

/** How a fleet stands. Changes nothing. */
export async function fleetStatus(fleet: FleetConnection): Promise<FleetStatus> {
  const queue = new ProofQueue(fleet);
  const registry = new FleetRegistry(fleet);
  const { failed, ...jobs } = await queue.counts();
  const setAside = await listSetAside(fleet);
  return {
    queue: fleet.address,
    jobs: { ...jobs, setAside: setAside.length },
    workers: (await registry.workers()).map(({ alive, ...worker }) => ({
      ...worker,
      state:
        worker.strikes >= strikesToQuarantine
          ? "quarantine"
          : !alive
            ? "gone"
            : worker.active > 0
              ? "proving"
              : "idle",
    })),
    setAside,
    refused: await registry.refusals(),
    memory: await memoryOf(fleet),
  };
}

/**
 * Has jobs that were set aside done again: one, or all.
 *
 * @returns their ids
 */
export async function retrySetAside(fleet: FleetConnection, wanted: string): Promise<string[]> {
  const queue = new ProofQueue(fleet);
  const registry = new FleetRegistry(fleet);
  const retried = (await listSetAside(fleet)).filter(({ job }) => wanted === "all" || job === wanted);
  for (const { job } of retried) {
    await registry.forgetFailures(job);
    await registry.takeBack(job);
    await queue.again(job);
  }
  return retried.map(({ job }) => job);
}

/**
 * Removes jobs that no worker holds: one, or all that are not done.
 *
 * @returns their ids
 */
export async function cancelJobs(fleet: FleetConnection, wanted: string): Promise<string[]> {
  const queue = new ProofQueue(fleet);
  const registry = new FleetRegistry(fleet);
  const aside = (await listSetAside(fleet)).map(({ job }) => job);
  const open = wanted === "all" ? new Set([...(await queue.unfinished()), ...aside]) : [wanted];
  const removed: string[] = [];
  for (const job of open) {
    const there = aside.includes(job) || (await queue.find(job)) !== undefined;
    if (!there || !(await queue.remove(job))) continue;
    await registry.forgetFailures(job);
    await registry.takeBack(job);
    removed.push(job);
  }
  return removed;
}

async function listSetAside(fleet: FleetConnection): Promise<JobSetAside[]> {
  const registry = new FleetRegistry(fleet);
  const found: JobSetAside[] = [];
  for (const { id, data, failedReason } of await new ProofQueue(fleet).failed()) {
    const failures = await registry.failures(id);
    found.push({ job: id, circuit: circuitOf(fleet, id, data), reason: failedReason, failures });
  }
  for (const [job, reason] of await registry.allSetAside()) {
    found.push({ job, circuit: undefined, reason, failures: await registry.failures(job) });
  }
  return found;
}

function circuitOf({ secret }: FleetConnection, id: string, data: unknown): string | undefined {
  try {
    return openJob(secret, id, data).content.key.name;
  } catch (error) {
    if (error instanceof NotAuthenticError) return undefined;
    throw error;
  }
}

async function memoryOf({ redis }: FleetConnection): Promise<FleetStatus["memory"]> {
  const info = await redis.info("memory");
  const field = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, "m").exec(info)?.[1] ?? 0);
  return { used: field("used_memory"), limit: field("maxmemory") };
}
