import { randomUUID } from "node:crypto";
import type { ProofRequest } from "../backends/backend.ts";
import { proofSystem } from "../proof-systems.ts";
import type { ProofResult } from "../prove.ts";
import type { ProverOptions } from "../prover.ts";
import { FleetError, NotAuthenticError, SetAsideError } from "./errors.ts";
import type { FileStore } from "./file-store.ts";
import type { FleetRegistry } from "./fleet-registry.ts";
import type { FleetSecret, Signed } from "./fleet-secret.ts";
import { describeRequest, type JobFile, storeFiles } from "./job-files.ts";
import { type FleetPolicy, strikesToQuarantine } from "./policy.ts";
import { openAnswer, type ProofAnswer } from "./proof-answer.ts";
import { openJob, type ProofJob, type ProofJobContent, proofJobId, signJob } from "./proof-job.ts";
import type { ProofQueue } from "./proof-queue.ts";

/** What the proofs of a coordinator have in common. */
export type CoordinatorParts = {
  readonly secret: FleetSecret;
  readonly queue: ProofQueue;
  readonly registry: FleetRegistry;
  readonly store: FileStore;
  readonly policy: FleetPolicy;
  /** The queue's address, for messages. */
  readonly address: string;
  /** Called with short lines about what was not as it should be. */
  readonly onWarning: (message: string) => void;
};

/** Results and jobs that nobody in the fleet signed, for one proof, before somebody has to look at it. */
const tolerance = 10;

/**
 * One proof on its way through the fleet. Everything that is to be known of it is in Redis: a coordinator that is
 * started again finds the job where the last one left it.
 */
export class PendingProof {
  readonly jobId: string;
  readonly files: readonly JobFile[];
  readonly #parts: CoordinatorParts;
  readonly #request: ProofRequest;
  readonly #options: ProverOptions;
  readonly #content: ProofJobContent;
  #stored = false;
  #enqueued = false;
  #foreign = 0;
  #state = "";

  private constructor(
    parts: CoordinatorParts,
    request: ProofRequest,
    options: ProverOptions,
    content: ProofJobContent,
    files: readonly JobFile[],
  ) {
    this.#parts = parts;
    this.#request = request;
    this.#options = options;
    this.#content = content;
    this.files = files;
    this.jobId = proofJobId(content);
  }

  /** @throws as describeRequest */
  static async of(
    parts: CoordinatorParts,
    request: ProofRequest,
    options: ProverOptions,
  ): Promise<PendingProof> {
    const { content, files } = await describeRequest(request);
    return new PendingProof(parts, request, options, content, files);
  }

  /** Whether it waits for a worker, as of the last look. */
  get waiting(): boolean {
    return ["waiting", "prioritized"].includes(this.#state);
  }

  /** Has it seen to with the next look that all files are stored. */
  filesMissing(): void {
    this.#stored = false;
  }

  /**
   * Looks at how it stands, and does what is to be done.
   *
   * @returns the proof, verified, once it is there
   * @throws SetAsideError if it failed too often; FleetError if somebody else writes into the queue; as storeFiles
   */
  async look(): Promise<ProofResult | undefined> {
    const { queue, registry } = this.#parts;
    const reason = await registry.setAsideReason(this.jobId);
    if (reason !== undefined) throw await this.#setAside(reason);
    const job = await queue.find(this.jobId);
    this.#state = job?.state ?? "";
    if (job === undefined) {
      if (this.#enqueued) this.#warn("is not in the queue any more: it is added again");
      await this.#enqueue();
      return undefined;
    }
    const ours = this.#opened(job.data);
    if (ours === undefined) {
      await this.#refuseForeign("the job in Redis is not the one that was signed");
      return undefined;
    }
    switch (job.state) {
      case "completed":
        return await this.#examine(ours.ticket, job.answer);
      case "failed":
        throw await this.#setAside(job.failedReason);
      case "unknown":
        await this.#replace();
        return undefined;
      default:
        if (!this.#enqueued) await queue.reprioritize(this.jobId, this.#options.deadline);
        this.#enqueued = true;
        if (!this.#stored) await this.#storeFiles();
        return undefined;
    }
  }

  async #enqueue(): Promise<void> {
    const { secret, queue, policy } = this.#parts;
    await this.#storeFiles();
    const { timeLimit } = policy;
    const signed = signJob(secret, { content: this.#content, ticket: randomUUID(), timeLimit });
    await queue.add(this.jobId, signed, policy, this.#options.deadline);
    this.#enqueued = true;
    this.#options.onProgress?.("waiting for a worker");
  }

  async #storeFiles(): Promise<void> {
    await storeFiles(this.#parts.store, this.files, this.#options);
    this.#stored = true;
  }

  async #replace(): Promise<void> {
    // Where a worker holds it, it is left to that worker, or to the next look.
    if (await this.#parts.queue.remove(this.jobId)) await this.#enqueue();
  }

  #opened(data: unknown): ProofJob | undefined {
    try {
      return openJob(this.#parts.secret, this.jobId, data);
    } catch (error) {
      if (error instanceof NotAuthenticError) return undefined;
      throw error;
    }
  }

  /** Takes a proof, or has it made again. */
  async #examine(ticket: string, returned: unknown): Promise<ProofResult | undefined> {
    let answer: ProofAnswer;
    try {
      answer = openAnswer(this.#parts.secret, { id: this.jobId, ticket }, returned);
    } catch (error) {
      if (!(error instanceof NotAuthenticError)) throw error;
      await this.#refuseForeign(error.message.replace(/\n\s*/g, ", "));
      return undefined;
    }
    const { key } = this.#request;
    const { signal } = this.#options;
    const publicSignals = this.#content.publicSignals.map(BigInt);
    const system = proofSystem(key.system);
    if (await system.verify(key.verificationKey, publicSignals, answer.proof, { signal })) {
      await this.#tidy();
      const { proof, witnessSeconds, proofSeconds, peakMemoryBytes } = answer;
      const backend = `${answer.backend} on ${answer.worker}`;
      return { proof, publicSignals, backend, witnessSeconds, proofSeconds, peakMemoryBytes };
    }
    await this.#refuse(answer, returned as Signed);
    return undefined;
  }

  /** An authenticated worker returned a proof that does not verify. */
  async #refuse({ worker }: ProofAnswer, signed: Signed): Promise<void> {
    const { registry, queue, policy } = this.#parts;
    const { fresh, strikes } = await registry.strike(worker, this.jobId, signed);
    if (!fresh) return await this.#refuseForeign(`a proof of ${worker} that was refused before came again`);
    await registry.countRefusal(worker);
    const quarantine = strikes >= strikesToQuarantine ? ", which is in quarantine now" : "";
    this.#warn(`a proof of worker ${worker} does not verify: refused, strike ${strikes}${quarantine}`);
    // What a worker in quarantine does is not held against the job.
    if (strikes <= strikesToQuarantine) {
      await registry.saveFailure(this.jobId, worker, "the coordinator refused its proof", true);
    }
    const failures = await registry.failures(this.jobId);
    const refused = failures.reduce((sum, failure) => sum + (failure.refused ? failure.times : 0), 0);
    if (refused >= policy.attempts) {
      await registry.setAside(this.jobId, `${refused} proofs of it do not verify`);
      await queue.remove(this.jobId);
    } else {
      await this.#replace();
    }
  }

  /** Something that nobody with the secret wrote for this proof. */
  async #refuseForeign(problem: string): Promise<void> {
    const { registry, address } = this.#parts;
    this.#foreign++;
    await registry.countRefusal("unsigned");
    this.#warn(`refused: ${problem}`);
    if (this.#foreign >= tolerance) {
      throw new FleetError("Somebody without the fleet's secret writes into its queue.", {
        queue: address,
        job: this.jobId,
        refused: this.#foreign,
        "last problem": problem,
        "what to do": "see who can reach the Redis server; give it a user with a password, and TLS",
      });
    }
    await this.#replace();
  }

  async #setAside(reason: string): Promise<SetAsideError> {
    const { registry, address } = this.#parts;
    const failures = await registry.failures(this.jobId);
    return new SetAsideError({
      circuit: this.#content.key.name,
      job: this.jobId,
      reason,
      ...Object.fromEntries(
        failures.map(({ worker, times, reason }) => [
          `worker ${worker}${times === 1 ? "" : `, ${times} times`}`,
          reason,
        ]),
      ),
      "what to do": `remove the cause, then npx hardhat rollup:prover --queue ${address} --retry ${this.jobId}, and prove again`,
    });
  }

  /** Removes what nobody needs any more. The result stays: whoever asked may be stopped before it is saved. */
  async #tidy(): Promise<void> {
    const { store, registry } = this.#parts;
    for (const { file, shared } of this.files) if (!shared) await store.remove(file);
    await registry.forgetFailures(this.jobId);
  }

  #warn(message: string): void {
    this.#parts.onWarning(`${this.#content.key.name} ${this.jobId.slice(0, 14)}: ${message}`);
  }
}
