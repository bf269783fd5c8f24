/** When to seal (protocol section 8). */
export type SealingPolicy = {
  /** As soon as that many transactions are pending, what fills whole batches. Default: the slots of the largest shape. */
  readonly transactions?: number | undefined;
  /** All that is pending, once the oldest of it has waited for that many seconds. Default 60. */
  readonly seconds?: number | undefined;
  /**
   * All that is pending, once the deadline of a queue entry that is not sealed yet is nearer than that many seconds:
   * time to prove and to settle. Default 6 hours.
   */
  readonly deadlineMargin?: number | undefined;
  /** Only the deadline seals while that many sealed batches wait to be proven. Default: no limit. */
  readonly unproven?: number | undefined;
};

/** What a policy is applied to. */
export type PendingSummary = {
  readonly transactions: number;
  /** Unix time in seconds since which the oldest of what is pending has waited. */
  readonly oldest: number | undefined;
  /** Of the first queue entry that is not sealed yet, Unix time in seconds. */
  readonly deadline: number | undefined;
  readonly unproven: number;
  /** Transaction slots of the largest shape. */
  readonly largestBatch: number;
};

export type SealingCause = "size" | "age" | "deadline";

export const defaultSealingSeconds = 60;
export const defaultDeadlineMargin = 6 * 3_600;

/**
 * Why something is to be sealed now, if it is.
 *
 * @param now - Unix time in seconds.
 */
export function sealingCause(
  policy: SealingPolicy,
  pending: PendingSummary,
  now: number,
): SealingCause | undefined {
  const { seconds = defaultSealingSeconds, deadlineMargin = defaultDeadlineMargin, unproven } = policy;
  if (pending.deadline !== undefined && pending.deadline - now <= deadlineMargin) return "deadline";
  if (unproven !== undefined && pending.unproven >= unproven) return undefined;
  if (pending.oldest !== undefined && now - pending.oldest >= seconds) return "age";
  const size = policy.transactions ?? pending.largestBatch;
  return pending.transactions > 0 && pending.transactions >= size ? "size" : undefined;
}
