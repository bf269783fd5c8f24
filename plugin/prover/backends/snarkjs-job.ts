// One proof by snarkjs, in a process of its own.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { groth16, type ProofObject } from "snarkjs";
import { serveJob } from "../../circuits/background-job.ts";
import { calculateWitness } from "../../circuits/calculate-witness.ts";
import { assertZkeyHash } from "../proving-key.ts";
import type { WitnessSource } from "./backend.ts";

export interface SnarkjsRequest {
  readonly zkeyPath: string;
  readonly zkeyHash: string;
  readonly witness: WitnessSource;
  /** Whether snarkjs may use all cores. */
  readonly multiThread: boolean;
}

export interface SnarkjsResult {
  readonly proof: ProofObject;
  readonly publicSignals: readonly string[];
  readonly witnessSeconds: number;
  readonly proofSeconds: number;
  readonly peakMemoryBytes: number;
}

serveJob<SnarkjsRequest, SnarkjsResult>(async (request, report) => {
  const started = performance.now();
  report("witness");
  const witness = await witnessOf(request.witness);
  const computed = performance.now();
  const zkey = await readFile(request.zkeyPath);
  assertZkeyHash(request, createHash("sha256").update(zkey).digest("hex"));
  let stage = "";
  const logger = {
    debug(message: string): void {
      const now = stageOf(message);
      if (now === undefined || now === stage) return;
      stage = now;
      report(stage);
    },
    info(): void {},
    warn(): void {},
    error(): void {},
  };
  const { proof, publicSignals } = await groth16.prove(
    { type: "mem", data: zkey },
    { type: "mem", data: witness },
    logger,
    { singleThread: !request.multiThread },
  );
  return {
    proof,
    publicSignals,
    witnessSeconds: (computed - started) / 1000,
    proofSeconds: (performance.now() - computed) / 1000,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
  };
});

async function witnessOf(source: WitnessSource): Promise<Uint8Array> {
  if (typeof source === "string") return readFile(source);
  if (source instanceof Uint8Array) return source;
  return (await calculateWitness(source.wasmPath, source.input)).file;
}

/** snarkjs' log lines, as steps that somebody who waits can tell apart. */
function stageOf(message: string): string | undefined {
  if (/^Building ABC|^QAP/.test(message)) return "constraints";
  if (/FFT_[ABC]/.test(message)) return "transforms";
  return /multiexp (A|B1|B2|C|H)\b/i.exec(message)?.[0].toLowerCase();
}
