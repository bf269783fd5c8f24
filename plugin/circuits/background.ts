// Long computations run in a child process that lives exactly as long as its job. The main thread stays
// responsive, an abort really stops the work, a job that runs out of memory takes nobody with it, its memory goes
// back to the system, and no thread of a library outlives it, so test runners exit by themselves.
//
// Not worker threads: snarkjs' thread pool (npm's `web-worker`) works on the main thread of a process only.

import { fork } from "node:child_process";
import { setTimeout } from "node:timers/promises";

/** What a job's process sends while it runs; the last one is `done` or `failed`. */
export type JobMessage<Result> =
  | { readonly type: "progress"; readonly message: string }
  | { readonly type: "done"; readonly result: Result }
  | { readonly type: "failed"; readonly message: string; readonly errorName: string };

/** Options of every background job. */
export interface JobOptions {
  /** Called with short lines of text, for a progress display. */
  readonly onProgress?: ((message: string) => void) | undefined;
  /** Ends the job; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** A failure that the job reported in words, or the end of its process. */
export class JobError extends Error {
  override readonly name = "JobError";
  /** Name of the error that the job failed with; undefined if its process just ended. */
  readonly errorName: string | undefined;

  constructor(message: string, errorName?: string) {
    super(message);
    this.errorName = errorName;
  }
}

/**
 * Path of the job file that lies beside a module.
 *
 * @param name File name without extension: it is `.ts` in the repository and `.js` in the package.
 */
export function jobFile(importMetaUrl: string, name: string): URL {
  return new URL(`./${name}${importMetaUrl.endsWith(".ts") ? ".ts" : ".js"}`, importMetaUrl);
}

/**
 * Runs the job of `file` (see `background-job.ts`) in a process of its own, and waits until that is gone.
 *
 * @param request Anything that structured cloning copies.
 * @throws JobError with the text that the job reported, or the last lines of its error output.
 */
export async function runInBackground<Result>(
  file: URL,
  request: unknown,
  { onProgress, signal }: JobOptions = {},
): Promise<Result> {
  signal?.throwIfAborted();
  const child = fork(file, {
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    // A debugger's port can be taken once only.
    execArgv: process.execArgv.filter((argument) => !argument.startsWith("--inspect")),
  });
  const stop = (): void => void child.kill("SIGKILL");
  let outcome: JobMessage<Result> | undefined;
  let errors = "";
  signal?.addEventListener("abort", stop, { once: true });
  try {
    // Not on "close": once a large request was sent, Node no longer waits for the end of the channel.
    const exited = new Promise<string>((resolve, reject) => {
      child.on("error", reject);
      child.on("exit", (code, killedBy) => {
        resolve(killedBy === null ? `exit code ${code}` : `signal ${killedBy}`);
      });
    });
    const closed = new Promise((resolve) => child.on("close", resolve));
    child.on("message", (message: JobMessage<Result>) => {
      if (message.type === "progress") {
        onProgress?.(message.message);
        return;
      }
      outcome = message;
      stop(); // It waits for that, so that its last message is not lost; and no thread of a library delays it.
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      errors = (errors + chunk.toString()).slice(-4000);
    });
    child.send({ request }, (error) => {
      if (error !== null) stop();
    });
    const end = await exited;
    if (outcome?.type === "done") return outcome.result;
    signal?.throwIfAborted();
    if (outcome?.type === "failed") throw new JobError(outcome.message, outcome.errorName);
    await Promise.race([closed, setTimeout(1000)]); // for the rest of its error output
    throw new JobError(`A background process ended without a result (${end}).\n${errors}`.trim());
  } finally {
    signal?.removeEventListener("abort", stop);
    stop();
  }
}
