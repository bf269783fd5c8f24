// Long computations run in a worker thread that lives exactly as long as its job. The main thread stays
// responsive, an abort really stops the work, the job's memory goes back to the system, and no handle
// outlives the job (a library's own thread pool dies with its parent), so test runners exit by themselves.

import { Worker } from "node:worker_threads";

/** What a worker file posts while it runs; the last one is `done` or `failed`. */
export type JobMessage<Result> =
  | { readonly type: "progress"; readonly message: string }
  | { readonly type: "done"; readonly result: Result }
  | { readonly type: "failed"; readonly message: string };

/** Options of every background job. */
export interface JobOptions {
  /** Called with short lines of text, for a progress display. */
  readonly onProgress?: ((message: string) => void) | undefined;
  /** Ends the job; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** A failure that the job reported in words, as opposed to a crash. */
export class JobError extends Error {
  override readonly name = "JobError";
}

/**
 * The address of a worker file that lies beside the module `importMeta`.
 *
 * @param name File name without extension: it is `.ts` in the repository and `.js` in the package.
 */
export function workerFile(importMetaUrl: string, name: string): URL {
  return new URL(`./${name}${importMetaUrl.endsWith(".ts") ? ".ts" : ".js"}`, importMetaUrl);
}

/**
 * Runs `file` in a worker thread with `request` as its `workerData`, and waits for the thread to be gone.
 *
 * @throws JobError with the text that the job reported.
 */
export async function runInBackground<Result>(
  file: URL,
  request: unknown,
  { onProgress, signal }: JobOptions = {},
): Promise<Result> {
  signal?.throwIfAborted();
  const worker = new Worker(file, { workerData: request });
  let outcome: JobMessage<Result> | undefined;
  let crash: unknown;
  const stop = (): void => void worker.terminate();
  signal?.addEventListener("abort", stop, { once: true });
  worker.on("message", (message: JobMessage<Result>) => {
    if (message.type === "progress") {
      onProgress?.(message.message);
      return;
    }
    outcome = message;
    stop();
  });
  worker.on("error", (error) => {
    crash = error;
  });
  const exitCode = await new Promise<number>((resolve) => worker.on("exit", resolve));
  signal?.removeEventListener("abort", stop);
  if (outcome?.type === "done") return outcome.result;
  signal?.throwIfAborted();
  if (outcome?.type === "failed") throw new JobError(outcome.message);
  throw crash ?? new JobError(`A background job ended without a result (exit code ${exitCode}).`);
}
