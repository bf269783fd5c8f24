/** How a fleet deals with what goes wrong. */
export interface FleetPolicy {
  /** Failures of a proof, at whatever worker, before it is set aside. */
  readonly attempts: number;
  /** Milliseconds before the second attempt; before each further one twice as long. */
  readonly backoff: number;
  /** Seconds that one attempt may take, fetching the files included. */
  readonly timeLimit: number;
}

export const defaultPolicy: FleetPolicy = { attempts: 4, backoff: 2_000, timeLimit: 3_600 };

/** Refused proofs after which a worker is in quarantine. */
export const strikesToQuarantine = 3;

/** What a worker's hold on a job rests on. */
export interface Lease {
  /** Milliseconds after which a job goes to another worker if this one does not renew its hold, which it does twice as often. */
  readonly jobs: number;
  /** Milliseconds between two signs of life of a worker; after three without one it counts as gone. */
  readonly heartbeat: number;
}

export const defaultLease: Lease = { jobs: 30_000, heartbeat: 5_000 };
