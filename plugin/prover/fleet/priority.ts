// BullMQ's priorities are integers from 1, the first, to 2^21 - 1, the last; what is equal goes in the order in which
// it came. Deadlines are mapped to them in steps of five minutes from a fixed day on, the same on all machines, which
// reaches almost 20 years.

const origin = Date.UTC(2026, 0, 1) / 1_000;
const step = 300;
const last = 2 ** 21 - 1;

/**
 * The earlier the deadline, the lower the number, which goes first.
 *
 * @param deadline - Seconds since 1970. Without one a job comes after all that have one.
 */
export function priorityOf(deadline: number | undefined): number {
  if (deadline === undefined) return last;
  return Math.min(Math.max(Math.floor((deadline - origin) / step), 1), last - 1);
}
