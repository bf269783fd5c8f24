import type { JobOptions } from "../../circuits/background.ts";
import type { ProofRequest } from "../backends/backend.ts";
import { proofSystem } from "../proof-systems.ts";
import type { ProofResult } from "../prove.ts";
import type { Prover } from "../prover.ts";
import type { FileCache } from "./file-cache.ts";
import { decodeInput } from "./input-encoding.ts";
import type { ProofJobContent } from "./proof-job.ts";
import type { StoredFile } from "./stored-file.ts";

/** Proves what a job says, with files that have exactly the content that it names. */
export class JobRunner {
  readonly #cache: FileCache;
  readonly #prover: Pick<Prover, "prove">;

  constructor(cache: FileCache, prover: Pick<Prover, "prove">) {
    this.#cache = cache;
    this.#prover = prover;
  }

  /**
   * @throws FileUnavailableError if Redis lacks a file, or has other bytes under its hash; as Prover.prove
   */
  async run(content: ProofJobContent, options: JobOptions): Promise<ProofResult> {
    const { key, zkey, publicSignals } = content;
    const zkeyPath = await this.#fetch("proving key", zkey, "zkey", options);
    const witness = await this.#witness(content, options);
    const verificationKey = proofSystem(key.system).parseVerificationKey(key.verificationKey);
    const request: ProofRequest = {
      key: { ...key, verificationKey, zkeyPath, zkeyHash: zkey.hash },
      witness,
      publicSignals: publicSignals.map(BigInt),
    };
    return await this.#prover.prove(request, options);
  }

  async #witness({ witness }: ProofJobContent, options: JobOptions): Promise<ProofRequest["witness"]> {
    if ("wtns" in witness) return await this.#cache.read(witness.wtns, options);
    const { program, input } = witness;
    const path = await this.#fetch("witness program", program, "wasm", options);
    return {
      program: { path, hash: program.hash },
      input: decodeInput(await this.#cache.read(input, options)),
    };
  }

  async #fetch(name: string, file: StoredFile, extension: string, options: JobOptions): Promise<string> {
    const { onProgress, signal } = options;
    const onBytes = (bytes: number): void =>
      onProgress?.(`fetching the ${name}, ${Math.round((100 * bytes) / file.bytes)} %`);
    return await this.#cache.fetch(file, extension, { onBytes, signal });
  }
}
