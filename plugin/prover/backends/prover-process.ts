// A process of the built-in prover that stays for the next proof with the same key. While it has nothing to do it does not
// keep this process alive, and it ends with this one.

import { type ChildProcess, fork } from "node:child_process";
import { JobError, type JobMessage, type JobOptions, jobFile } from "../../circuits/background.ts";
import type { HashedFile } from "../../circuits/hashed-file.ts";
import type { BuiltinMessage, BuiltinRequest, BuiltinResult } from "./builtin-job.ts";

/** How long it waits for a next proof. */
const idleMilliseconds = 60_000;

export class ProverProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<string>;
  #timer: NodeJS.Timeout | undefined;
  #errors = "";
  #ended = false;

  constructor() {
    this.#child = fork(jobFile(import.meta.url, "builtin-job"), {
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      // A debugger's port can be taken once only.
      execArgv: process.execArgv.filter((argument) => !argument.startsWith("--inspect")),
    });
    this.#child.stderr?.on("data", (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString()).slice(-4000);
    });
    this.#exited = new Promise((resolve) => {
      const end = (reason: string): void => {
        this.#ended = true;
        clearTimeout(this.#timer);
        resolve(reason);
      };
      this.#child.on("error", (error) => end(error.message));
      this.#child.on("exit", (code, killedBy) => {
        end(killedBy === null ? `exit code ${code}` : `signal ${killedBy}`);
      });
    });
    // It may never be asked for anything: who wanted it can have been stopped meanwhile.
    this.#keepAlive(false);
  }

  get ended(): boolean {
    return this.#ended;
  }

  /**
   * One proof; the next one may be asked for when it is there.
   *
   * @throws JobError as runInBackground; the signal's reason if it is aborted, which ends the process.
   */
  async prove(request: BuiltinRequest, { onProgress, signal }: JobOptions): Promise<BuiltinResult> {
    signal?.throwIfAborted();
    this.#keepAlive(true);
    const stop = (): void => void this.#child.kill("SIGKILL");
    signal?.addEventListener("abort", stop, { once: true });
    let receive: ((message: JobMessage<BuiltinResult>) => void) | undefined;
    try {
      const answer = new Promise<JobMessage<BuiltinResult>>((resolve) => {
        receive = (message) => {
          if (message.type === "progress") onProgress?.(message.message);
          else resolve(message);
        };
        this.#child.on("message", receive);
      });
      const message: BuiltinMessage = { request };
      this.#child.send(message, (error) => {
        if (error !== null) stop();
      });
      const outcome = await Promise.race([answer, this.#exited]);
      signal?.throwIfAborted();
      if (typeof outcome === "string") {
        throw new JobError(
          `The prover's process ended without a result (${outcome}).\n${this.#errors}`.trim(),
        );
      }
      if (outcome.type === "done") return outcome.result;
      if (outcome.type === "failed") throw new JobError(outcome.message, outcome.errorName);
      throw new TypeError("Progress is no answer.");
    } catch (error) {
      if (signal?.aborted === true) await this.end();
      throw error;
    } finally {
      signal?.removeEventListener("abort", stop);
      if (receive !== undefined) this.#child.off("message", receive);
      this.#keepAlive(false);
    }
  }

  /** Has it read a key and a witness program, so that a proof begins at once. */
  prepare(key: HashedFile, program: HashedFile): void {
    const message: BuiltinMessage = { prepare: { key, program } };
    // Whether it has arrived is seen when there is something to prove.
    this.#child.send(message, () => undefined);
  }

  /** Ends it, whatever it does, and waits until it is gone. */
  async end(): Promise<void> {
    if (this.#ended) return;
    this.#child.ref();
    this.#child.kill("SIGKILL");
    await this.#exited;
  }

  #keepAlive(needed: boolean): void {
    clearTimeout(this.#timer);
    if (this.#ended) return;
    const { channel, stderr } = this.#child;
    const pipe = stderr as (NodeJS.ReadableStream & { ref(): void; unref(): void }) | null;
    if (needed) {
      this.#child.ref();
      channel?.ref();
      pipe?.ref();
    } else {
      this.#child.unref();
      channel?.unref();
      pipe?.unref();
      this.#timer = setTimeout(() => void this.#child.kill("SIGKILL"), idleMilliseconds).unref();
    }
  }
}
