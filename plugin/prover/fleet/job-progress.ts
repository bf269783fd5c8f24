import { z } from "zod";
import { printable } from "./errors.ts";
import { workerName } from "./worker-name.ts";

const jobProgress = z.union([
  /** What a worker is at. */
  z.object({ worker: workerName, message: z.string() }).strict(),
  /** SHA-256 of a file that it does not find in Redis, or finds damaged. */
  z.object({ worker: workerName, missing: z.string() }).strict(),
]);

/**
 * What workers say on the way. It is not signed, since nothing follows from it but a line for people and a look at
 * whether all files are stored.
 */
export type JobProgress = z.infer<typeof jobProgress>;

/** Undefined if it is none. */
export function parseProgress(data: unknown): JobProgress | undefined {
  const parsed = jobProgress.safeParse(data);
  if (!parsed.success) return undefined;
  return "message" in parsed.data
    ? { ...parsed.data, message: printable(parsed.data.message, 100) }
    : parsed.data;
}
