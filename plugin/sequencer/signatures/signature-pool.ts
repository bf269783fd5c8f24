import { availableParallelism } from "node:os";
import { readWords } from "../../protocol/words.ts";
import type { ConstantModule } from "../../prover/curve/webassembly/module-writer.ts";
import { SequencerError } from "../errors.ts";
import { elementField } from "../hashing/element-field.ts";
import type { CheckedSignature, SignatureCheck, SignatureChecker } from "./signature-checker.ts";
import { signatureModule } from "./signature-kernel.ts";
import { recordBytes, type SignatureRecords, signatureRecords } from "./signature-records.ts";
import { SignatureThread } from "./signature-thread-client.ts";
import { type SignatureResults, SignatureVerifier } from "./signature-verifier.ts";

export type SignaturePoolOptions = {
  /** See rollupDomain. */
  readonly domain: bigint;
  /** Default one less than the machine runs at a time, which is left for everything else; at least one. */
  readonly threads?: number | undefined;
};

/** Up to here, to ask a thread takes longer than to check. */
const fewSignatures = 8;
/** Fewer than that for each thread are not worth sharing. */
const signaturesPerThread = 64;

let module: ConstantModule | undefined;
let verifier: SignatureVerifier | undefined;

/**
 * Checks signatures in threads, which start with the first large batch and do not keep the process alive; few
 * signatures in the thread that asks.
 */
export class SignaturePool implements SignatureChecker {
  readonly #domain: bigint;
  readonly #threadCount: number;
  #threads: SignatureThread[] = [];
  #isClosed = false;

  constructor({ domain, threads = Math.max(1, availableParallelism() - 1) }: SignaturePoolOptions) {
    this.#domain = domain;
    this.#threadCount = threads;
  }

  async check(batch: readonly SignatureCheck[]): Promise<readonly CheckedSignature[]> {
    if (this.#isClosed) throw closedPool();
    const records = signatureRecords(this.#domain, batch);
    if (batch.length === 0) return [];
    if (batch.length <= fewSignatures) return results(checkHere(records));
    const shares = Math.min(this.#threadCount, Math.ceil(batch.length / signaturesPerThread));
    const parts = split(records, shares);
    const threads = this.#leastBusy(shares);
    const answers = await Promise.all(parts.map((part, index) => threads[index]?.check(part)));
    return answers.flatMap((answer) => (answer === undefined ? [] : results(answer)));
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await Promise.all(this.#threads.map((thread) => thread.close(closedPool())));
    this.#threads = [];
  }

  #leastBusy(count: number): SignatureThread[] {
    this.#threads = this.#threads.filter(({ hasFailed }) => !hasFailed);
    while (this.#threads.length < this.#threadCount) {
      this.#threads.push(new SignatureThread(compiledModule()));
    }
    return this.#threads.toSorted((a, b) => a.waiting - b.waiting).slice(0, count);
  }
}

function compiledModule(): ConstantModule {
  module ??= signatureModule(elementField());
  return module;
}

function checkHere(records: SignatureRecords): SignatureResults {
  verifier ??= new SignatureVerifier(elementField(), compiledModule());
  return verifier.check(records);
}

function split({ records, candidates }: SignatureRecords, parts: number): SignatureRecords[] {
  const size = Math.ceil(candidates.length / parts);
  return Array.from({ length: parts }, (_, part) => ({
    records: records.slice(part * size * recordBytes, (part + 1) * size * recordBytes),
    candidates: candidates.slice(part * size, (part + 1) * size),
  }));
}

function results({ messages, valid }: SignatureResults): CheckedSignature[] {
  const words = new BigUint64Array(messages.buffer);
  return Array.from(valid, (isValid, index) => ({
    message: readWords(words, 4 * index),
    valid: isValid === 1,
  }));
}

function closedPool(): SequencerError {
  return new SequencerError("CLOSED_CHECKER", "The pool that checks signatures has been closed.");
}
